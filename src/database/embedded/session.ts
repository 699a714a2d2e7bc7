/**
 * Statements on one thread of the embedded database. Whoever speaks has had its turn: nothing here waits for others,
 * and what is sent without waiting runs in the order of sending.
 */
import { messages, parse, protocol, type QueryOptions, type Results } from '@electric-sql/pglite';
import { DatabaseEnded } from './faults.ts';
import { createKeptStatements } from './kept-statements.ts';
import type { KnownTypes } from './known-types.ts';
import type { DatabaseThread } from './start-thread.ts';
import { descriptionBytes, needsTypes, type SentStatement, scriptBytes, statementBytes } from './statement-bytes.ts';

/** How the rows of a result are made, whether the statement is kept prepared where it comes again, and its clock. */
export type ResultOptions = Pick<QueryOptions, 'rowMode' | 'parsers'> & {
  kept?: boolean | undefined;
  clock?: Clock | undefined;
};

/** Told when the thread begins with something and when it has answered. */
export interface Clock {
  start(): void;
  stop(): void;
}

export interface Session {
  /** One statement. Rejects with PostgreSQL's own error. */
  query(text: string, params?: readonly unknown[], options?: ResultOptions): Promise<Results<unknown>>;
  /** One or more statements without values. */
  exec(text: string): Promise<Results<unknown>[]>;
  /** To be called after tables changed. */
  forgetStatements(): void;
}

export interface SessionOptions {
  thread: DatabaseThread;
  types: KnownTypes;
  onNotification(channel: string): void;
}

type Message = Parameters<typeof parse.parseResults>[0][number];

export function openSession({ thread, types, onNotification }: SessionOptions): Session {
  const ask = async (bytes: Uint8Array<ArrayBuffer>, clock?: Clock): Promise<Message[]> => {
    const answer = readMessages(await thread.run(bytes, clock?.start).finally(clock?.stop));
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
  const statements = createKeptStatements();
  const runKept = async (text: string, run: (statement: SentStatement) => Promise<Message[]>): Promise<Message[]> => {
    const statement = statements.take(text);
    let isAnswered = false;
    try {
      const answer = await run(statement);
      isAnswered = true;
      return answer;
    } finally {
      statements.done(text, statement, isAnswered);
    }
  };
  const describe = async (text: string, clock?: Clock): Promise<readonly number[]> => {
    const known = statements.typesOf(text);
    if (known !== undefined) return known;
    const asked = parse.parseDescribeStatementResults(await ask(descriptionBytes(text), clock));
    statements.tellTypes(text, asked);
    return asked;
  };
  return {
    query: async (text, params = [], { kept = false, clock, ...options } = {}) => {
      const typed = needsTypes(params) ? { types: await describe(text, clock), ...types } : undefined;
      const run = (statement?: SentStatement): Promise<Message[]> =>
        ask(statementBytes(text, params, typed, statement), clock);
      const answer = await (kept ? runKept(text, run) : run());
      const [result] = parse.parseResults(answer, parsersOf(answer, types.parsers), options);
      return result ?? { rows: [], fields: [] };
    },
    forgetStatements: statements.forget,
    exec: async (text) => parse.parseResults(await ask(scriptBytes(text)), types.parsers),
  };
}

/** Those of the columns that came: PGlite copies all that it is given, and there are hundreds, for each statement. */
function parsersOf(answer: readonly Message[], parsers: KnownTypes['parsers']): KnownTypes['parsers'] {
  const needed: KnownTypes['parsers'] = {};
  for (const message of answer) {
    if (!(message instanceof messages.RowDescriptionMessage)) continue;
    for (const { dataTypeID } of message.fields) {
      const parser = parsers[dataTypeID];
      if (parser !== undefined) needed[dataTypeID] = parser;
    }
  }
  return needed;
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
