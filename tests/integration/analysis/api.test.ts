/** The analysis through the API: what it answers on a small ledger, what it refuses, and what it costs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../../src/graphql/schema/schema.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { type Api, codeOf, openApi } from '../graphql/api.ts';
import { fillSmallLedger } from '../graphql/small-ledger.ts';

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

const data = async (query: string, variables: object | null = null): Promise<unknown> => {
  const answer = await api.ask(query, variables);
  expect(answer.errors).toEqual([]);
  return answer.data;
};

test('statistics count as of a day, and name the lists they rest on', async () => {
  const query = `query ($day: Date) { statistics(asOf: $day) {
    asOf agreements agencies states pending snapshot { fileName } pendingSnapshot { fileName } } }`;
  expect(await data(query, { day: '2025-03-31' })).toEqual({
    statistics: {
      ...{ asOf: '2025-03-31', agreements: 4, agencies: 3, states: 2, pending: 0 },
      ...{ snapshot: { fileName: '2025-03-03.xlsx' }, pendingSnapshot: { fileName: '2025-03-04.xlsx' } },
    },
  });
  expect(await data(query)).toMatchObject({
    statistics: { asOf: '2025-04-01', agreements: 3, agencies: 2, states: 1 },
  });
  expect(await data(query, { day: '2025-03-02' })).toEqual({ statistics: null });
});

test('null before the first list: the descriptions of statistics and growth say how to find it', async () => {
  const { statistics, growth } = schema.getQueryType()?.getFields() ?? {};
  for (const field of [statistics, growth]) {
    const [, query] = /`(snapshots\(.*?\))`/.exec(field?.description ?? '') ?? [];
    expect(await data(`{ ${query} { nodes { fileName } } }`)).toEqual({
      snapshots: { nodes: [{ fileName: '2025-03-03.xlsx' }] },
    });
  }
  const growing = 'query ($from: Date!) { growth(from: $from, to: "2025-04-01") { agreements { from } } }';
  expect(await data(growing, { from: '2025-03-02' })).toEqual({ growth: null });
  expect(await data(growing, { from: '2025-03-03' })).toMatchObject({ growth: { agreements: { from: 4 } } });
});

test('a pending list that is not known yet is not zero', async () => {
  const query = '{ statistics(asOf: "2025-03-03") { pending pendingSnapshot { fileName } asPrinted { pending } } }';
  expect(await data(query)).toEqual({
    statistics: { pending: null, pendingSnapshot: null, asPrinted: { pending: null } },
  });
});

test('a state and a list have statistics of their own', async () => {
  expect(
    await data(`{ state(code: "TX") { statistics { agreements } earlier: statistics(asOf: "2025-03-03") { agreements } }
      snapshots(filter: { kinds: [PARTICIPATING] }) { nodes { fileName statistics { agreements } asPrinted { agreements agencies } } } }`),
  ).toEqual({
    state: { statistics: { agreements: 0 }, earlier: { agreements: 1 } },
    snapshots: {
      nodes: [
        { fileName: '2025-04-01.xlsx', statistics: { agreements: 3 }, asPrinted: { agreements: 2, agencies: 2 } },
        { fileName: '2025-03-03.xlsx', statistics: { agreements: 4 }, asPrinted: { agreements: 2, agencies: 2 } },
        { fileName: '2025-04-02.xlsx', statistics: null, asPrinted: null },
      ],
    },
  });
});

describe('refuses, and names the argument', () => {
  const estimate = (input: string) =>
    `{ fundingEstimate(input: { officers: { low: 1, high: 2 }, salary: { low: 1, high: 1 }, benefits: { low: 0, high: 0 }, ${input} }) { low } }`;
  test.each([
    ['{ statistics(filter: { states: ["XX"] }) { agreements } }', /states/],
    ['{ statistics(filter: { counties: ["1"] }) { agreements } }', /counties/],
    ['{ statistics { byState(first: 101) { agreements } } }', /first/],
    ['{ growth(from: "2025-05-01", to: "2025-04-01") { agreements { percent } } }', /from/],
    ['{ timeline(from: "2025-05-01", to: "2025-04-01", interval: DAY) { start } }', /from/],
    ['{ timeline(from: "2000-01-01", to: "2025-04-01", interval: DAY) { start } }', /from .* interval/],
    [
      '{ fundingEstimate(input: { officers: { low: -1, high: 2 }, salary: { low: 1, high: 1 }, benefits: { low: 0, high: 0 } }) { low } }',
      /input\.officers\.low/,
    ],
    [
      '{ fundingEstimate(input: { officers: { low: 3, high: 2 }, salary: { low: 1, high: 1 }, benefits: { low: 0, high: 0 } }) { low } }',
      /input\.officers\.low/,
    ],
    [estimate('overtime: { low: 0, high: 0.3 }'), /input\.overtime\.high/],
    [estimate('vehicles: { low: 0, high: 100001 }'), /input\.vehicles\.high/],
    [estimate('awardTier: { low: FROM_90_PERCENT, high: NONE }'), /input\.awardTier\.low/],
    [estimate('agencies: -1'), /input\.agencies/],
    [estimate('agencies: 1, countAgencies: {}'), /input\.agencies.*input\.countAgencies/],
    [estimate('countAgencies: { asOf: "2020-01-01" }'), /input\.countAgencies\.asOf/],
    [estimate('countAgencies: { filter: { states: ["XX"] } }'), /states/],
    [
      '{ fundingEstimate(input: { officers: { low: 1.5, high: 2 }, salary: { low: 1, high: 1 }, benefits: { low: 0, high: 0 } }) { low } }',
      /officers\.low/,
    ],
  ])('%s', async (query, message) => {
    const answer = await api.ask(query);
    expect(answer.errors[0]?.message).toMatch(message);
    expect(['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED']).toContain(codeOf(answer));
  });
});

describe('points count towards the cost of an operation', () => {
  const query = `query ($from: Date, $to: Date, $interval: Interval!) {
    states { timeline(from: $from, to: $to, interval: $interval) { agreements } } }`;

  test('too many are refused before anything runs', async () => {
    const statements = await ledger.statements.during(async () => {
      expect(codeOf(await api.ask(query, { interval: 'DAY' }))).toBe('QUERY_TOO_COMPLEX');
      const years = { from: '2021-01-01', to: '2026-01-01', interval: 'DAY' };
      expect(codeOf(await api.ask(query, years))).toBe('QUERY_TOO_COMPLEX');
    });
    expect(statements).toEqual([]);
  });

  test('as many as fit are answered, in two statements for all states', async () => {
    const statements = await ledger.statements.during(async () => {
      await data(query, { from: '2025-01-01', to: '2025-12-31', interval: 'MONTH' });
    });
    expect(statements).toHaveLength(2);
  });
});

test.each([
  ['statistics now', '{ statistics { agreements agencies byState { agreements } byModel { agreements } } }', 1],
  [
    'statistics of a day',
    '{ statistics(asOf: "2025-03-03") { agreements snapshot { fileName } asPrinted { agencies } } }',
    4,
  ],
  ['of all states', '{ states { statistics { agreements agencies } } }', 1],
  ['the timeline', '{ timeline(interval: DAY) { start agreements } }', 2],
  [
    'growth',
    '{ growth(from: "2025-03-03", to: "2025-04-01") { agreements { percent } asPrinted { agencies { percent } } } }',
    3,
  ],
  ['administrations', '{ administrations { start { agreements } end { agreements } } }', 3],
  [
    'published figures',
    '{ publishedFigures { verdict computed { value } wouldFallBetween { earlier { value } } } }',
    7,
  ],
  [
    'a funding estimate',
    '{ fundingEstimate(input: { officers: { low: 1, high: 2 }, salary: { low: 1, high: 1 }, benefits: { low: 0, high: 0 } }) { low } }',
    1,
  ],
])('%s takes a bounded number of statements', async (_what, query, most) => {
  const statements = await ledger.statements.during(async () => {
    await data(query);
  });
  expect(statements.length).toBeLessThanOrEqual(most);
});

test('published totals without a list of their time say so', async () => {
  const answer = await data('{ publishedFigures { name verdict computed { value } } }');
  expect(answer).toMatchObject({
    publishedFigures: expect.arrayContaining([{ name: 'total-2007-09-19', verdict: 'NO_DATA', computed: [] }]),
  });
});

test('an estimate with the published officers and the documented assumptions lands in the published range', async () => {
  const query = `query ($input: FundingEstimateInput!) { fundingEstimate(input: $input) { low high lines { low high } } }`;
  const input = {
    ...{ officers: { low: 13_800, high: 15_800 }, agencies: 760, salary: { low: 70_000, high: 70_000 } },
    ...{ benefits: { low: 0.35, high: 0.35 }, overtime: { low: 0, high: 0.25 } },
    awardTier: { low: 'NONE', high: 'FROM_70_PERCENT' },
  };
  const { fundingEstimate } = (await data(query, { input })) as {
    fundingEstimate: { low: number; high: number; lines: { low: number; high: number }[] };
  };
  const sum = (end: 'low' | 'high') => fundingEstimate.lines.reduce((total, line) => total + line[end], 0);
  expect(fundingEstimate).toMatchObject({ low: 1_407_600_000, high: 1_995_700_000 });
  expect([sum('low'), sum('high')]).toEqual([fundingEstimate.low, fundingEstimate.high]);
});

test('a county has its agreements, its statistics and its place in those of the whole', async () => {
  const query = `{ county(fips: "12005") { agreements(first: 5) { totalCount nodes { agency { name } } } statistics { agreements agencies }
    march: statistics(asOf: "2025-03-31", filter: { models: [TASK_FORCE] }) { agreements } before: statistics(asOf: "2025-03-01") { agreements } }
    statistics { byCounty { county { fips } agreements agencies } } }`;
  expect(await data(query)).toEqual({
    county: {
      agreements: { totalCount: 2, nodes: [bay, bay] },
      ...{ statistics: { agreements: 2, agencies: 1 }, march: { agreements: 1 }, before: null },
    },
    statistics: {
      byCounty: [
        { county: { fips: '12005' }, agreements: 2, agencies: 1 },
        { county: { fips: '12086' }, agreements: 1, agencies: 1 },
      ],
    },
  });
});

const bay = { agency: { name: 'Bay County Sheriff' } };

test('a state counts under a filter, which may leave the state out', async () => {
  const query = `{ state(code: "FL") { all: statistics { agreements } some: statistics(filter: { models: [TASK_FORCE] }) { agreements }
    none: statistics(filter: { states: ["TX"] }) { agreements } timeline(interval: YEAR, filter: { models: [TASK_FORCE] }) { agreements byModel { model agreements } byAgencyType { type agreements } } } }`;
  expect(await data(query)).toEqual({
    state: {
      ...{ all: { agreements: 3 }, some: { agreements: 1 }, none: { agreements: 0 } },
      timeline: [
        {
          agreements: 1,
          byModel: [
            { model: 'TASK_FORCE', agreements: 1 },
            { model: 'JAIL_ENFORCEMENT', agreements: 0 },
            { model: 'WARRANT_SERVICE_OFFICER', agreements: 0 },
          ],
          byAgencyType: [{ type: 'COUNTY', agreements: 1 }],
        },
      ],
    },
  });
});

test('an agreement is found by its id, and nothing by another one', async () => {
  const found = await data('{ agreements(first: 1) { nodes { id } } }');
  // The operation asks for it.
  const id = (found as { agreements: { nodes: { id: string }[] } }).agreements.nodes[0]?.id;
  expect(await data('query ($id: ID!) { agreement(id: $id) { id } }', { id })).toEqual({ agreement: { id } });
  expect(await data('{ agreement(id: "state_FL") { id } }')).toEqual({ agreement: null });
});
