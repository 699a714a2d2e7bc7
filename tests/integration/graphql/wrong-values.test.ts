/** A value that cannot be used is refused with the name of what it was given for. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
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
    'the name of a state instead of its code',
    '{ state(code: "Florida") { name } }',
    {},
    'BAD_USER_INPUT',
    /^code is two letters such as FL, not "Florida"/,
  ],
  ['a county by less than its code', '{ county(fips: "1208") { name } }', {}, 'BAD_USER_INPUT', /^fips is five digits/],
  ...['agencies', 'agreements', 'statistics', 'ledgerEvents'].map((field): [string, string, object, string, RegExp] => [
    `a county that there is not, in ${field}`,
    `{ ${field}(filter: { counties: ["12086", "12999"] }) { __typename } }`,
    {},
    'BAD_USER_INPUT',
    /^counties: there is no county with the FIPS code 12999/,
  ]),
  [
    'an order without its direction',
    '{ agreements(orderBy: { field: SIGNED_ON }) { totalCount } }',
    {},
    'GRAPHQL_VALIDATION_FAILED',
    /direction/,
  ],
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
    'null in a variable of an argument that has a default',
    'query($order: AgencyOrder) { agencies(orderBy: $order) { totalCount } }',
    { order: null },
    'BAD_USER_INPUT',
    /^Argument "orderBy" of non-null type "AgencyOrder!" must not be null/,
  ],
  [
    'null in a variable of a nested argument',
    'query($once: Boolean) { agreements { nodes { printedRows(distinct: $once) { totalCount } } } }',
    { once: null },
    'BAD_USER_INPUT',
    /^Argument "distinct" of non-null type "Boolean!" must not be null/,
  ],
  [
    'null in a variable of a field that has a default',
    `query($share: ShareRange) { fundingEstimate(input: { overtime: $share, officers: { low: 1, high: 1 },
      salary: { low: 1, high: 1 }, benefits: { low: 0, high: 0 } }) { low } }`,
    { share: null },
    'BAD_USER_INPUT',
    /^Argument "input" has invalid value/,
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

test('a code of the right form that nothing has is not found', async () => {
  const { data, errors } = await api.ask('{ state(code: "zz") { name } county(fips: "12999") { name } }');
  expect({ data, errors }).toEqual({ data: { state: null, county: null }, errors: [] });
});

test('agencies without a filter are those in force, as agreements are', async () => {
  const places = ['', 'state(code: "FL") { ', 'county(fips: "12086") { '].map((open, index) => {
    const counts = ['', '(filter: {})', '(filter: null)'].map((args, at) => `c${at}: agencies${args} { totalCount }`);
    return open === '' ? counts.join(' ') : `p${index}: ${open}${counts.join(' ')} }`;
  });
  const { data } = await api.ask(
    `{ ${places.join(' ')} statistics { agencies } all: agencies(filter: { statuses: [PENDING WITHDRAWN ACTIVE UNLISTED ENDED SUPERSEDED] }) { totalCount } }`,
  );
  const counted = (totalCount: number) => ({ c0: { totalCount }, c1: { totalCount }, c2: { totalCount } });
  expect(data).toEqual({
    ...{ ...counted(2), p1: counted(2), p2: counted(1) },
    ...{ statistics: { agencies: 2 }, all: { totalCount: 4 } },
  });
});

test('a field that is refused at once leaves no failure of another behind', async () => {
  const unheard: unknown[] = [];
  const hear = (error: unknown): void => void unheard.push(error);
  process.on('unhandledRejection', hear);
  try {
    await api.ask('{ reviewItems { nodes { id } } statistics(filter: { agencyIds: ["nothing"] }) { asOf } }');
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off('unhandledRejection', hear);
  }
  expect(unheard).toEqual([]);
});

test('what a field below others refuses at once is named as what it is', async () => {
  const [error] = (
    await api.ask('{ state(code: "FL") { timeline(interval: MONTH, filter: { agencyIds: ["audit_1"] }) { start } } }')
  ).errors;
  expect(error).toMatchObject({ path: ['state', 'timeline'], extensions: { code: 'BAD_USER_INPUT' } });
});
