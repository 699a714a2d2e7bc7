/** Hostile queries are refused with their codes before any SQL runs, and never with HTTP 5xx. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { type Answer, type Api, codeOf, openApi, readAnswer } from './api.ts';
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

async function refused(query: string, variables: object = {}): Promise<Answer> {
  let answer: Answer | undefined;
  const statements = await ledger.statements.during(async () => {
    answer = await api.ask(query, variables);
  });
  expect(statements).toEqual([]);
  if (answer === undefined) throw new Error('Nothing was answered.');
  expect(answer.status).toBeLessThan(500);
  return answer;
}

const nested = (depth: number): string => {
  let query = 'name';
  for (let level = 0; level < depth; level += 1) query = level % 2 ? `state { ${query} }` : `counties { ${query} }`;
  return `{ state(code: "FL") { ${depth % 2 ? query : `counties { ${query} }`} } }`;
};

describe('depth (Q1)', () => {
  test('ten levels pass and eleven are too many', async () => {
    const levels = (count: number) =>
      `{ state(code: "FL") ${'{ counties { state '.repeat(count)}{ code }${' } }'.repeat(count)} }`;
    expect(codeOf(await refused(levels(5)))).toBe('QUERY_TOO_COMPLEX');
    expect((await refused(levels(5))).errors[0]?.extensions.limit).toEqual({ name: 'depth', most: 10, found: 12 });
  });

  test.each(['nodes', 'edges { cursor node'])('a page is as deep through "%s"', async (rows) => {
    const end = rows.includes('{') ? '} } }' : '} }';
    const page = (evidence: string) =>
      `{ agencies(first: 1) { ${rows} { agreements(first: 1) { ${rows} { printedRows(first: 1) { ${rows} { ${evidence} ${end} ${end} ${end} }`;
    expect((await api.ask(page('snapshot { statistics { byModel { model } } }'))).errors).toEqual([]);
    const deeper = await refused(page('snapshot { statistics { byState { state { code } } } }'));
    expect(deeper.errors[0]?.extensions.limit).toEqual({ name: 'depth', most: 10, found: 11 });
  });

  test('a hundred rows on every level are refused', async () => {
    const query = `{ states { agencies(first: 100) { nodes { agreements(first: 100) { nodes { ledgerEvents(first: 100) { nodes { id } } } } } } } }`;
    expect(codeOf(await refused(query))).toBe('QUERY_TOO_COMPLEX');
  });
});

describe('cost is the same however the page size is given (Q2)', () => {
  const inner = (page: string) => `agencies(first: 100) { nodes { agreements${page} { nodes { id } } } }`;
  const same: [string, string, object?][] = [
    ['literal', `{ states { ${inner('(first: 100)')} } }`],
    ['variable', `query($n: Int) { states { ${inner('(first: $n)')} } }`, { n: 100 }],
    ['default of a variable', `query($n: Int = 100) { states { ${inner('(first: $n)')} } }`],
    ['last', `{ states { ${inner('(last: 100)')} } }`],
    ['fragment', `{ states { ...F } } fragment F on State { ${inner('(first: 100)')} }`],
    ['inline fragment', `{ states { ... on State { ${inner('(first: 100)')} } } }`],
    [
      'edges',
      `{ states { agencies(first: 100) { edges { node { agreements(first: 100) { edges { node { id } } } } } } } }`,
    ],
  ];
  test.each(same)('by %s', async (_name, query, variables) => {
    const answer = await refused(query, variables);
    expect(codeOf(answer)).toBe('QUERY_TOO_COMPLEX');
    expect(answer.errors[0]?.extensions.limit).toEqual({ name: 'units', most: 50_000, found: 588_280 });
  });

  test('an omitted page size counts as twenty', async () => {
    const answer = await refused(`{ states { ${inner('')} ${inner('').replace('agencies', 'more: agencies')} } }`);
    expect(answer.errors[0]?.extensions.limit).toMatchObject({ found: 280_504 });
  });

  test('fragments on several kinds of one interface are alternatives', async () => {
    const on = (type: string) => `... on ${type} { agency { name } agreement { model } }`;
    const kinds = ['AgreementAdded', 'AgreementEnded', 'AgreementRestored', 'PendingAdded'].map(on).join(' ');
    const answer = await api.ask(`{ ledgerEvents(first: 100) { nodes { ${kinds} } } }`);
    expect(answer.errors).toEqual([]);
  });
});

describe('breadth (Q3, Q4, Q7)', () => {
  const many = (count: number, text: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => text(index)).join(' ');
  test.each<[string, string, string]>([
    ['5,000 fields', `{ states { ${many(5000, () => 'name')} } }`, 'DOCUMENT_TOO_LARGE'],
    ['300 aliases of __typename', `{ ${many(300, (index) => `a${index}: __typename`)} }`, 'QUERY_TOO_COMPLEX'],
    ['31 aliases', `{ states { ${many(31, (index) => `a${index}: name`)} } }`, 'QUERY_TOO_COMPLEX'],
    [
      'aliases of a fragment spread often',
      `{ ${many(4, () => 'states { ...F }')} } fragment F on State { ${many(10, (i) => `a${i}: name`)} }`,
      'QUERY_TOO_COMPLEX',
    ],
    ['21 root fields', `{ ${many(21, () => '__typename')} }`, 'QUERY_TOO_COMPLEX'],
    ['50 directives', `{ states { name ${'@skip(if: false) '.repeat(50)} } }`, 'QUERY_TOO_COMPLEX'],
    ['5,000 directives', `{ states { name ${'@skip(if: false) '.repeat(5000)} } }`, 'DOCUMENT_TOO_LARGE'],
    ['1,000 duplicates', `{ ${many(1000, () => 'ledger { revision }')} }`, 'DOCUMENT_TOO_LARGE'],
  ])('%s are refused', async (_name, query, code) => {
    const answer = await refused(query);
    expect(codeOf(answer)).toBe(code);
    expect(answer.errors[0]?.extensions.limit).toMatchObject({ most: expect.any(Number) });
  });
});

test('a batch of operations is refused (Q5)', async () => {
  const response = await fetch(api.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(Array.from({ length: 1000 }, () => ({ query: '{ ledger { revision } }' }))),
  });
  const answer = await readAnswer(response);
  expect([response.status, codeOf(answer)]).toEqual([400, 'BAD_USER_INPUT']);
});

describe('fragments (Q6)', () => {
  test('a cycle is refused by validation', async () => {
    const query = '{ states { ...A } } fragment A on State { ...B } fragment B on State { ...A }';
    expect(codeOf(await refused(query))).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('a bomb of fragments spread twice each is judged in linear time', async () => {
    const bomb = Array.from(
      { length: 60 },
      (_, index) => `fragment F${index} on State { a${index}: name ...F${index + 1} ...F${index + 1} }`,
    );
    const query = `{ states { ...F0 } } ${bomb.join(' ')} fragment F60 on State { name }`;
    expect(codeOf(await refused(query))).toBe('QUERY_TOO_COMPLEX');
  });

  test('a fragment called like introspection hides nothing', async () => {
    const query = `{ states { ...__schema } } fragment __schema on State { agencies(first: 100) { nodes { agreements(first: 100) { nodes { id } } } } }`;
    expect(codeOf(await refused(query))).toBe('QUERY_TOO_COMPLEX');
  });
});

test.each([5000, 20_000])('%i nested selections or lists are an error of the client (Q8)', async (depth) => {
  const selections = await refused('{ a'.repeat(depth));
  const lists = await refused(`{ states(kinds: ${'['.repeat(depth)}`);
  expect([codeOf(selections), codeOf(lists)]).toEqual(['DOCUMENT_TOO_LARGE', 'DOCUMENT_TOO_LARGE']);
});

describe('variables (Q9)', () => {
  test('keys of the prototype are ignored', async () => {
    const body = '{"query":"{ ledger { revision } }","variables":{"__proto__":{"polluted":true},"constructor":1}}';
    const response = await fetch(api.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(response.status).toBe(200);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('deep JSON is refused', async () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const body = `{"query":"query($t: String!) { search(text: $t) { __typename } }","variables":{"t":${deep}}}`;
    const response = await fetch(api.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const answer = await readAnswer(response);
    expect([response.status < 500, codeOf(answer)]).toEqual([true, 'BAD_USER_INPUT']);
  });
});

describe('page sizes (Q10)', () => {
  test.each(['first: 101', 'first: -1', 'last: 1000', 'first: 1000000000'])('%s is refused', async (size) => {
    expect(codeOf(await refused(`{ agreements(${size}) { nodes { id } } }`))).toBe('BAD_USER_INPUT');
    expect(
      codeOf(
        await refused(`query($n: Int) { agreements(${size.split(':')[0]}: $n) { nodes { id } } }`, {
          n: Number(size.split(':')[1]),
        }),
      ),
    ).toBe('BAD_USER_INPUT');
  });

  test('a size beyond 32 bits is refused', async () => {
    expect(codeOf(await refused('{ agreements(first: 10000000000) { nodes { id } } }'))).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
  });

  test('first and last together are refused', async () => {
    expect(codeOf(await api.ask('{ agreements(first: 1, last: 1) { nodes { id } } }'))).toBe('BAD_USER_INPUT');
  });

  test.each([
    ['first', { hasNextPage: true, hasPreviousPage: false }],
    ['last', { hasNextPage: false, hasPreviousPage: true }],
  ])('%s of zero answers an empty page, and whether there is more', async (size, more) => {
    const { data } = await api.ask(
      `{ agreements(${size}: 0) { nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
    );
    const pageInfo = { ...more, startCursor: null, endCursor: null };
    expect(data).toEqual({ agreements: { nodes: [], pageInfo } });
  });
});

test('the usual introspection query is answered (Q12)', async () => {
  const { getIntrospectionQuery } = await import('graphql');
  expect((await api.ask(getIntrospectionQuery())).errors).toEqual([]);
});

test('an answer that is too large is refused', async () => {
  await using small = await openApi(ledger, { mostBytes: 2000 });
  expect(codeOf(await small.ask('{ states { name counties { name } } }'))).toBe('RESPONSE_TOO_LARGE');
});

test('a query that waits too long is given up', async () => {
  await using hasty = await openApi(ledger, { deadline: 100 });
  await ledger.db.transaction(async (tx) => {
    await tx.execute(sql`lock table snapshots in access exclusive mode`);
    expect(codeOf(await hasty.ask('{ snapshots { nodes { id } } }'))).toBe('TIMEOUT');
  });
});

test('anything but JSON is refused, so no form can ask', async () => {
  for (const type of [
    'application/x-www-form-urlencoded',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/graphql',
  ]) {
    const response = await fetch(api.url, {
      method: 'POST',
      headers: { 'content-type': type },
      body: 'query={__typename}',
    });
    expect([type, response.status]).toEqual([type, 415]);
  }
});

test('a mutation by GET does not exist and a query by GET passes the same limits', async () => {
  const get = (query: string) =>
    fetch(`${api.url}?query=${encodeURIComponent(query)}`, { headers: { accept: 'application/json' } });
  expect((await readAnswer(await get('{ state(code: "FL") { name } }'))).data).toEqual({ state: { name: 'Florida' } });
  expect(codeOf(await readAnswer(await get(nested(12))))).toBe('QUERY_TOO_COMPLEX');
  expect(codeOf(await readAnswer(await get('{ agreements(first: 101) { nodes { id } } }')))).toBe('BAD_USER_INPUT');
});
