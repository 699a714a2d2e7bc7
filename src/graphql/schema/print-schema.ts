/**
 * Writes the contract, sorted, to `schema/schema.graphql`; with `--check` it only compares and fails on a difference.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from './schema.ts';

/** The contract as SDL, in alphabetical order. */
export function printContract(): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}

async function main(): Promise<void> {
  const path = new URL('../../../schema/schema.graphql', import.meta.url);
  const printed = printContract();
  if (!process.argv.includes('--check')) return writeFile(path, printed);
  const stored = await readFile(path, 'utf8').catch(() => '');
  if (stored === printed) return;
  console.error('schema/schema.graphql differs from the schema. Run npm run schema:print and review the difference.');
  process.exitCode = 1;
}

// Importing it does nothing: it runs only as the program that was started.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
