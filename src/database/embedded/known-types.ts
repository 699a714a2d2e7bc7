/** How values of the database's types are written and read. Its arrays have numbers of its own, so they are learnt. */
import { types } from '@electric-sql/pglite';

export interface KnownTypes {
  /** By the type's number: how a value is written. */
  serializers: Record<number, (value: unknown) => string>;
  /** By the type's number: what a printed value becomes. */
  parsers: Record<number, (text: string) => unknown>;
}

/** What is asked of a session. */
interface Reading {
  query(text: string, params: readonly unknown[], options: { rowMode: 'array' }): Promise<{ rows: unknown[] }>;
}

/** PGlite's own, without arrays. */
export function plainTypes(): KnownTypes {
  return { serializers: { ...types.serializers }, parsers: { ...types.parsers } };
}

/** Adds the arrays that the database has by now, those of its own types among them. */
export async function learnArrays(known: KnownTypes, session: Reading): Promise<void> {
  const { rows } = await session.query('select typelem::int, oid::int from pg_type where typcategory = $1', ['A'], {
    rowMode: 'array',
  });
  // The statement has exactly these two columns.
  for (const [element, array] of rows as [number, number][]) {
    known.serializers[array] = (value) => types.arraySerializer(value, known.serializers[element], array);
    known.parsers[array] = (text) => types.arrayParser(text, known.parsers[element] ?? asPrinted, array);
  }
}

const asPrinted = (text: string): string => text;
