/** The README's example, asked of the sample ledger as a newcomer's server has it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/database/package-root.ts';
import { schema } from '../../src/graphql/schema.ts';
import { createOperations } from '../../src/operations/create-operations.ts';
import { fillSampleLedger } from '../../src/operations/fill-sample.ts';
import { openApi } from '../integration/graphql/api.ts';
import { runCommand } from '../support/program.ts';
import { openTestDatabase } from '../support/test-database.ts';

const readme = readFileSync(join(packageRoot(), 'README.md'), 'utf8');
const block = (language: string, index: number): string =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))][index]?.[1] ?? '';

test('the example queries have the answers that the README prints', { timeout: 120_000 }, async () => {
  await using database = await openTestDatabase({ sample: true });
  await fillSampleLedger(database.db);
  await using api = await openApi(database);
  expect(validate(schema, parse(block('graphql', 1)))).toEqual([]);
  // Each with the block that prints its answer; of the JSON blocks the third is a figure to add.
  for (const [query, printed] of [
    [0, 0],
    [2, 1],
    [3, 3],
  ] as const) {
    const { data, errors } = await api.ask(block('graphql', query));
    expect(errors).toEqual([]);
    expect({ data }).toEqual(JSON.parse(block('json', printed)));
  }
  const added = await createOperations(database).addFigures(JSON.parse(block('json', 2)));
  expect(added.figures).toBe(1);
  const body = /-d '([^']*)'/.exec(readme)?.[1] ?? '';
  expect((await api.ask(JSON.parse(body).query)).errors).toEqual([]);
});

test('every command that the README names is one of the program', { timeout: 60_000 }, async () => {
  const help = await runCommand(['--help'], {});
  const named = [...readme.matchAll(/npx accord287 (\w+)/g)].map(([, command = '']) => command);
  for (const command of new Set(named)) expect(help.stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
});
