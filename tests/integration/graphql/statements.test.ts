/** The SQL that the important operations send: the alarm for a statement per row. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

/** Statements in short: white space collapsed, quotes and table names before columns taken off. */
async function statementsOf(query: string): Promise<string[]> {
  const statements = await ledger.statements.during(async () => {
    const answer = await api.ask(query);
    expect(answer.errors).toEqual([]);
  });
  return statements.map((text) =>
    text
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/"\w+"\."(\w+)"/g, '$1')
      .replaceAll('"', ''),
  );
}

describe('a state, its agencies and their agreements', () => {
  test('take one statement for each level below the state', async () => {
    const query = '{ state(code: "FL") { name agencies { nodes { name agreements { nodes { model signedOn } } } } } }';
    expect(await statementsOf(query)).toMatchInlineSnapshot(`
      [
        "select page.c0, page.c1, parent.place::int from unnest($1::text[]) with ordinality as parent(key, place) cross join lateral (select id as c0, name as c1 from agencies where place_code = parent.key and derived and merged_into is null order by name collate C, id limit $2::int) page order by parent.place, page.c1 collate C, page.c0",
        "select page.c0, page.c1, page.c2, parent.place::int from unnest($1::uuid[]) with ordinality as parent(key, place) cross join lateral (select id as c0, model as c1, signed_on as c2 from agreements where agency_id = parent.key and derived and merged_into is null and status = $2::agreement_status order by signed_on desc nulls last, id desc limit $3::int) page order by parent.place, page.c2 desc nulls last, page.c0 desc",
      ]
    `);
  });

  test('take one more for each count, and only when it is selected', async () => {
    const query =
      '{ state(code: "FL") { agencies { totalCount nodes { agreements { totalCount nodes { model } } } } } }';
    expect(await statementsOf(query)).toHaveLength(4);
  });
});

test('one agency with its state and agreements takes two statements', async () => {
  const query = '{ agency(slug: "bay-county-sheriff") { name state { name } agreements { nodes { model status } } } }';
  expect(await statementsOf(query)).toHaveLength(2);
});

test('the newest agreements with agency and state take one statement', async () => {
  const query = '{ agreements(first: 50) { nodes { model signedOn agency { name state { name } } } } }';
  expect(await statementsOf(query)).toMatchInlineSnapshot(`
    [
      "select page.c0, page.c1, page.c2, page.c3, companion.id, companion.place_code, companion.name from (select * from ((select id as c0, agency_id as c1, model as c2, signed_on as c3 from agreements where derived and merged_into is null and status = $1::agreement_status and signed_on is not null order by signed_on desc, id desc limit $2::int) union all (select id as c0, agency_id as c1, model as c2, signed_on as c3 from agreements where derived and merged_into is null and status = $3::agreement_status and signed_on is null order by signed_on desc, id desc limit $4::int)) u order by u.c3 desc nulls last, u.c0 desc limit $5::int) page left join agencies companion on companion.id = page.c1 and companion.derived and companion.merged_into is null order by page.c3 desc nulls last, page.c0 desc",
    ]
  `);
});

test('all states with both counts take two statements', async () => {
  const query = '{ states { code agencies(first: 0) { totalCount } agreements(first: 0) { totalCount } } }';
  expect(await statementsOf(query)).toMatchInlineSnapshot(`
    [
      "select place_code, coalesce(sum(agencies), 0)::int from (select * from standing_counts where true) counts where place_code = any($1::text[]) group by 1",
      "select place_code, coalesce(sum(agencies * (least(standing & $1::int & 1, 1) + least(standing & $2::int & 2, 1) + least(standing & $3::int & 4, 1))), 0)::int from (select * from standing_counts where true) counts where place_code = any($4::text[]) group by 1",
    ]
  `);
});

test('the position is read before the rows', async () => {
  const [first, second] = await statementsOf('{ agreements(first: 1) { position nodes { model } } }');
  expect([first?.includes('from ledger'), second?.includes('from agreements')]).toEqual([true, true]);
});

test('events with agreement, agency, state and list take one statement for each level (Q15)', async () => {
  const query = `{ ledgerEvents(first: 100) { nodes { summary snapshot { fileName } agency { name state { name } agreements { nodes { model } } }
    agreement { model agency { name } supersededBy { model } } } } }`;
  expect((await statementsOf(query)).length).toBeLessThanOrEqual(8);
});

test('a filtered page after a cursor takes one statement', async () => {
  const { data } = await api.ask('{ agreements(first: 1) { pageInfo { endCursor } } }');
  const cursor = (data?.agreements as { pageInfo: { endCursor: string } } | undefined)?.pageInfo.endCursor;
  const query = `{ agreements(first: 1, after: "${cursor}", filter: { states: ["FL"], models: [TASK_FORCE] }) { nodes { signedOn } } }`;
  expect(await statementsOf(query)).toMatchInlineSnapshot(`
    [
      "select * from ((select id as c0, signed_on as c1 from agreements where derived and merged_into is null and place_code = $1::text and model = $2::model and status = $3::agreement_status and signed_on is not null and (signed_on, id) < ($4::date, $5::uuid) order by signed_on desc, id desc limit $6::int) union all (select id as c0, signed_on as c1 from agreements where derived and merged_into is null and place_code = $7::text and model = $8::model and status = $9::agreement_status and signed_on is null order by signed_on desc, id desc limit $10::int)) u order by u.c1 desc nulls last, u.c0 desc limit $11::int",
    ]
  `);
});
