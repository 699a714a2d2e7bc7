/** The examples of the documentation, asked of the sample ledger as a newcomer's server has it. */
import { type DocumentNode, getOperationAST, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema/schema.ts';
import { createOperations } from '../../src/operations/create-operations.ts';
import { openApi } from '../integration/graphql/api.ts';
import { openSampleLedger } from '../support/ledgers/filled-ledgers.ts';
import { runHere } from '../support/processes/command-here.ts';
import { codeBlocks, commands, pages } from '../support/repository/documentation.ts';

/** Each document with the answer that the page prints next, if it prints one. */
const examples = pages.flatMap((page) => {
  const blocks = codeBlocks(page);
  return blocks.flatMap(({ language, text }, index) => {
    if (language !== 'graphql') return [];
    const next = blocks[index + 1];
    return [{ page, text, document: parse(text), printed: next?.language === 'json' ? JSON.parse(next.text) : null }];
  });
});

/** Lists of figures to add; all other JSON of the pages is the answer of an example. */
const figures = pages
  .flatMap(codeBlocks)
  .filter(({ language, text }) => language === 'json' && text.startsWith('['))
  .map(({ text }) => JSON.parse(text));

const isQuery = (document: DocumentNode): boolean => getOperationAST(document)?.operation === 'query';

test('the example queries have the answers that their pages print', { timeout: 120_000 }, async () => {
  await using database = await openSampleLedger();
  await using api = await openApi(database);
  for (const { page, text, document, printed } of examples) {
    expect(validate(schema, document), `${page}: ${text}`).toEqual([]);
    if (!isQuery(document)) continue;
    const { data, errors } = await api.ask(text);
    expect(errors, `${page}: ${text}`).toEqual([]);
    if (printed !== null) expect({ data }, page).toEqual(printed);
  }
  expect(examples.filter(({ printed }) => printed !== null).length).toBeGreaterThanOrEqual(3);
  expect(examples.some(({ document }) => !isQuery(document))).toBe(true);
  const bodies = commands().flatMap((command) => /^curl .*-d '([^']*)'/.exec(command)?.[1] ?? []);
  expect(bodies).not.toEqual([]);
  for (const body of bodies) expect((await api.ask(JSON.parse(body).query)).errors).toEqual([]);
  expect(figures).toHaveLength(1);
  for (const added of figures) expect((await createOperations(database).addFigures(added)).figures).toBe(added.length);
});

test('every JSON block is an answer of the query before it, or figures to add', () => {
  const blocks = pages.flatMap(codeBlocks).filter(({ language }) => language === 'json');
  const answers = examples.filter(({ printed }) => printed !== null);
  expect(answers.length + figures.length).toBe(blocks.length);
});

test('every command that a page names is one of the program', { timeout: 60_000 }, async () => {
  const help = await runHere(['--help'], {});
  const named = commands().flatMap((command) => /npx accord287 (\w+)/.exec(command)?.[1] ?? []);
  expect(named.length).toBeGreaterThan(10);
  for (const command of new Set(named)) expect(help.stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
});
