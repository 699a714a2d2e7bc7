/**
 * Statements on one thread of the embedded database. Whoever speaks has had its turn: nothing here waits for others,
 * and what is sent without waiting runs in the order of sending.
 */
import { messages, parse, protocol, type QueryOptions, type Results } from '@electric-sql/pglite';
import { DatabaseEnded } from './faults.ts';
import type { KnownTypes } from './known-types.ts';
import type { DatabaseThread } from './start-thread.ts';
import { descriptionBytes, needsTypes, scriptBytes, statementBytes } from './statement-bytes.ts';

/** How the rows of a result are made. */
export type ResultOptions = Pick<QueryOptions, 'rowMode' | 'parsers'>;

export interface Session {
  /** One statement. Rejects with PostgreSQL's own error. */
  query(text: string, params?: readonly unknown[], options?: ResultOptions): Promise<Results<unknown>>;
  /** One or more statements without values. */
  exec(text: string): Promise<Results<unknown>[]>;
}

export interface SessionOptions {
  thread: DatabaseThread;
  types: KnownTypes;
  onNotification(channel: string): void;
}

type Message = Parameters<typeof parse.parseResults>[0][number];

export function openSession({ thread, types, onNotification }: SessionOptions): Session {
  const ask = async (bytes: Uint8Array<ArrayBuffer>): Promise<Message[]> => {
    const answer = readMessages(await thread.run(bytes));
    let fault: messages.DatabaseError | undefined;
    for (const message of answer) {
      if (message instanceof messages.DatabaseError) fault ??= message;
      if (message instanceof messages.NotificationResponseMessage) onNotification(message.channel);
    }
    if (isBroken(answer, fault)) {
      const broken = new DatabaseEnded('The embedded database broke off in a statement.', { cause: fault });
      void thread.end(broken);
      throw broken;
    }
    if (fault !== undefined) throw fault;
    return answer;
  };
  return {
    query: async (text, params = [], options = {}) => {
      const typed = needsTypes(params)
        ? { types: parse.parseDescribeStatementResults(await ask(descriptionBytes(text))), ...types }
        : undefined;
      const answer = await ask(statementBytes(text, params, typed));
      const [result] = parse.parseResults(answer, types.parsers, options);
      return result ?? { rows: [], fields: [] };
    },
    exec: async (text) => parse.parseResults(await ask(scriptBytes(text)), types.parsers),
  };
}

function readMessages(bytes: Uint8Array): Message[] {
  const found: Message[] = [];
  new protocol.Parser().parse(bytes, (message) => found.push(message));
  return found;
}

/** PGlite goes on after a trap in the compiled code as if nothing were: then the answer lacks its end. */
function isBroken(answer: readonly Message[], fault: messages.DatabaseError | undefined): boolean {
  if (fault !== undefined) return fault.severity === 'FATAL' || fault.severity === 'PANIC';
  return answer.at(-1)?.name !== 'readyForQuery' || !answer.some(({ name }) => conclusions.has(name));
}

/** One of them ends every statement, and a description. */
const conclusions: ReadonlySet<string> = new Set(['commandComplete', 'emptyQuery', 'parameterDescription']);
