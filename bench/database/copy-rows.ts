/** PostgreSQL's own bulk load, `COPY … FROM STDIN`: the reference of the ingest, and how the query bench fills tables. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type postgres from 'postgres';

export type Cell = string | number | boolean | null;

/** Rows of one chunk on the wire. */
const CHUNK = 1_000;

/** Copies rows into these columns; they are read as they are sent, so any number may come. */
export async function copyRows(
  sql: postgres.Sql,
  table: string,
  columns: readonly string[],
  rows: Iterable<readonly Cell[]>,
): Promise<void> {
  const target = await sql`copy ${sql(table)} (${sql([...columns])}) from stdin`.writable();
  await pipeline(Readable.from(chunks(rows)), target);
}

function* chunks(rows: Iterable<readonly Cell[]>): Generator<string> {
  let chunk: string[] = [];
  for (const row of rows) {
    chunk.push(`${row.map(encode).join('\t')}\n`);
    if (chunk.length < CHUNK) continue;
    yield chunk.join('');
    chunk = [];
  }
  if (chunk.length > 0) yield chunk.join('');
}

function encode(cell: Cell): string {
  if (cell === null) return '\\N';
  if (typeof cell !== 'string') return String(cell);
  return /[\\\t\n\r]/.test(cell) ? cell.replaceAll('\\', '\\\\').replace(/\t/g, '\\t').replace(/\n/g, '\\n') : cell;
}
