/** A value that cannot be used is refused with the name of what it was given for. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { type Api, openApi } from './api.ts';
import { fillSmallLedger } from './small-ledger.ts';

let ledger: TestDatabase;
let api: Api;

beforeAll(async () => {
  ledger = await openTestDatabase();
  await fillSmallLedger(ledger.db);
  api = await openApi(ledger);
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await ledger[Symbol.asyncDispose]();
});

test.each<[string, string, object, string, RegExp]>([
  [
    'a day in a literal',
    '{ agreements(filter: { signedFrom: "2025-02-30" }) { totalCount } }',
    {},
    'BAD_USER_INPUT',
    /^Argument filter\.signedFrom of agreements is not usable: A Date is a calendar day/,
  ],
  [
    'a day in the default of a variable',
    'query($day: Date = "today") { agreements(filter: { inForceOn: $day }) { totalCount } }',
    {},
    'BAD_USER_INPUT',
    /^Default of variable \$day is not usable/,
  ],
  [
    'a day in a variable',
    'query($day: Date) { agreements(filter: { inForceOn: $day }) { totalCount } }',
    { day: 'today' },
    'BAD_USER_INPUT',
    /\$day/,
  ],
  [
    'a word that the enum does not have',
    '{ agreements(filter: { models: [JAIL] }) { totalCount } }',
    {},
    'GRAPHQL_VALIDATION_FAILED',
    /^Argument filter\.models of agreements: /,
  ],
  [
    'a span that ends before it begins',
    '{ agreements(filter: { listedFrom: "2025-03-02", listedTo: "2025-03-01" }) { totalCount } }',
    {},
    'BAD_USER_INPUT',
    /^listedFrom must not be after listedTo/,
  ],
  ['a cursor', '{ ledgerEvents(before: "x") { totalCount } }', {}, 'BAD_CURSOR', /^before: /],
])('%s', async (_name, query, variables, code, message) => {
  const [error] = (await api.ask(query, variables)).errors;
  expect(error?.extensions.code).toBe(code);
  expect(error?.message).toMatch(message);
});

test('a page size names its place in the document', async () => {
  const [error] = (await api.ask('{ state(code: "FL") { all: agencies(first: 101) { totalCount } } }')).errors;
  expect(error).toMatchObject({ path: ['state', 'all'], locations: [{ line: 1, column: 37 }] });
});
