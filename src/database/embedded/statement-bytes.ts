/**
 * Statements as bytes of PostgreSQL's frontend protocol. One statement is one message to the thread: where PGlite
 * itself asks for the types of the parameters between parsing and binding, most values have but one text anyway.
 */
import { protocol } from '@electric-sql/pglite';

const { serialize } = protocol;

/** How a value of a type is written; by the type's number. */
export type Serializers = Readonly<Record<number, (value: unknown) => string>>;

/** By which name a statement is sent, and what the database need no longer keep. */
export interface SentStatement {
  /** Empty for one that is not kept. */
  name: string;
  /** True where the session has it: it is not parsed again. */
  isParsed: boolean;
  /** Names of others; no fault where the session has none of them. */
  closing: readonly string[];
}

/** A statement with its values, run to its end. `typed` are the parameters' types, for values that need them. */
export function statementBytes(
  text: string,
  params: readonly unknown[],
  typed?: { types: readonly number[]; serializers: Serializers },
  { name, isParsed, closing }: SentStatement = { name: '', isParsed: false, closing: [] },
): Uint8Array<ArrayBuffer> {
  const values = params.map((value, index) => {
    const serialize = value === null ? undefined : typed?.serializers[typed.types[index] ?? 0];
    return serialize === undefined || value === undefined ? textOf(value) : serialize(value);
  });
  return join([
    ...closing.map((name) => serialize.close({ type: 'S', name })),
    ...(isParsed ? [] : [serialize.parse({ text, name })]),
    serialize.bind({ values, statement: name }),
    serialize.describe({ type: 'P' }),
    serialize.execute({}),
    serialize.sync(),
  ]);
}

/** Asks which types the parameters of a statement have. */
export function descriptionBytes(text: string): Uint8Array<ArrayBuffer> {
  return join([serialize.parse({ text }), serialize.describe({ type: 'S' }), serialize.sync()]);
}

/** One or more statements without values. */
export function scriptBytes(text: string): Uint8Array<ArrayBuffer> {
  return join([serialize.query(text)]);
}

/** Arrays, dates, bytes and other objects are written differently for different types. */
export function needsTypes(params: readonly unknown[]): boolean {
  return params.some((value) => typeof value === 'object' && value !== null);
}

/** Every type that takes a text, a number or a truth value reads it in this form. */
function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

/** In memory of its own, since it is handed over. */
function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
