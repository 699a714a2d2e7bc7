/**
 * Which statements a thread of the embedded database keeps prepared: those that come again, because to read and plan a
 * small one takes half of its time. A plan that was made while a table was small is a bad one later, and nothing tells
 * this database that tables have grown. So all are forgotten from time to time, often at first, and when they are many.
 */
import type { SentStatement } from './statement-bytes.ts';

export interface KeptStatements {
  /** How to send the text, to be sent at once. */
  take(text: string): SentStatement;
  /** Whether that was answered; if not, nobody knows whether the database has it. */
  done(text: string, statement: SentStatement, isAnswered: boolean): void;
  /** Of parameters, if it was told of them. */
  typesOf(text: string): readonly number[] | undefined;
  tellTypes(text: string, types: readonly number[]): void;
  /** To be called after tables changed: the columns of a plan may have. */
  forget(): void;
}

/** An ingest has some hundred. */
const MOST_NAMES = 300;
const MOST_TEXTS = 1_000;
/** Characters. Longer ones insert many rows, and seldom as many again. */
const LONGEST_TEXT = 10_000;
/** Statements after which plans are forgotten, the first time and at last; twice as many each time between. */
const FIRST_FORGOTTEN_AFTER = 128;
const FORGOTTEN_AFTER = 4_096;

export function createKeptStatements(): KeptStatements {
  /** Names by text; null for one that came once. */
  const known = new Map<string, string | null>();
  const types = new Map<string, readonly number[]>();
  let names = 0;
  let given = 0;
  let closing: string[] = [];
  let left = FIRST_FORGOTTEN_AFTER;
  let span = FIRST_FORGOTTEN_AFTER;

  function forget(): void {
    for (const name of known.values()) if (name !== null) closing.push(name);
    known.clear();
    types.clear();
    names = 0;
    left = span;
  }

  function nameOf(text: string): Omit<SentStatement, 'closing'> {
    const name = known.get(text);
    if (typeof name === 'string') return { name, isParsed: true };
    if (text.length > LONGEST_TEXT) return { name: '', isParsed: false };
    if (name === undefined) {
      known.set(text, null);
      return { name: '', isParsed: false };
    }
    // A name of its own each time: one whose statement failed may or may not be taken.
    given += 1;
    return { name: `kept_${given}`, isParsed: false };
  }

  return {
    forget,
    take: (text) => {
      left -= 1;
      if (left <= 0) span = Math.min(2 * span, FORGOTTEN_AFTER);
      if (left <= 0 || names >= MOST_NAMES || known.size >= MOST_TEXTS) forget();
      const statement = { ...nameOf(text), closing };
      closing = [];
      return statement;
    },
    done: (text, { name, isParsed }, isAnswered) => {
      if (isParsed || name === '') return;
      // The same text may have been sent twice at a time, or all forgotten meanwhile.
      if (!isAnswered || known.get(text) !== null) return void closing.push(name);
      known.set(text, name);
      names += 1;
    },
    typesOf: (text) => types.get(text),
    tellTypes: (text, told) => {
      if (known.has(text)) types.set(text, told);
    },
  };
}
