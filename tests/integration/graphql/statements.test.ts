/** The SQL that the important operations send: shows an N+1, one statement for each row. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inShort } from '../../support/databases/statement-recorder.ts';
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

async function statementsOf(query: string): Promise<string[]> {
  const statements = await ledger.statements.during(async () => {
    const answer = await api.ask(query);
    expect(answer.errors).toEqual([]);
  });
  return statements.map(inShort);
}

describe('a state, its agencies and their agreements', () => {
  test('take one statement for each level below the state', async () => {
    const query = '{ state(code: "FL") { name agencies { nodes { name agreements { nodes { model signedOn } } } } } }';
    expect(await statementsOf(query)).toMatchInlineSnapshot(`
      [
        "select page.c0, page.c1, parent.place::int from unnest($1::text[]) with ordinality as parent(key, place) cross join lateral (select id as c0, name as c1 from agencies where place_code = parent.key and derived and merged_into is null and exists (select 1 from agreements where agency_id = id and derived and merged_into is null and status = $2::agreement_status offset 0) order by name collate C, id limit $3::int) page order by parent.place, page.c1 collate C, page.c0",
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
      "select place_code, coalesce(sum(agencies) filter (where standing & $1::int <> 0), 0)::int from (select * from standing_counts where true) counts where place_code = any($2::text[]) group by 1",
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

test('a diff takes one statement for its lists, one for what differs, and one for each level below', async () => {
  const query = `{ diff(from: "2025-03-03", to: "2025-04-01") { added { totalCount nodes { agreement { model agency { name } } } } left { totalCount } } }`;
  const statements = await statementsOf(query);
  expect(statements[1]).toMatchInlineSnapshot(
    `" with wanted as ( select number, at, ((place - 1) / 2)::int as pair, place % 2 = 1 as is_from from unnest($1::int[], $2::timestamptz[]) with ordinality as given(number, at, place) ), printed as materialized ( select wanted.pair, wanted.is_from, name.agency_id, row.model, row.signed_on, row.memorandum_url as memorandum, row.name_key, row.agency_name from wanted join snapshot_rows shown on shown.snapshot_number = wanted.number join source_rows row on row.id = shown.source_row_id join agency_names name on name.place_code = row.place_code and name.name_key = row.name_key where row.model is not null ), stood as ( select wanted.pair, wanted.is_from, agreement.agency_id, agreement.model, agreement.id, agreement.supersedes, agreement.first_listed_at as first_at from wanted join listings listing on listing.kind = 'PARTICIPATING' and listing.listed_at <= wanted.at and (listing.unlisted_at is null or listing.unlisted_at > wanted.at) join agreements agreement on agreement.id = listing.agreement_id and agreement.derived and (agreement.merged_into is null) is true ), found as materialized ( select pair, agency_id, model, (array_agg(id) filter (where is_from and id is not null))[1] as before_id, max(signed_on) filter (where is_from) as before_signed_on, (min(array[coalesce((date '9999-12-31' - signed_on)::text, 'none'), memorandum]) filter (where is_from and id is null))[2] as before_memorandum, (array_agg(id) filter (where not is_from and id is not null))[1] as after_id, max(signed_on) filter (where not is_from) as after_signed_on, (min(array[coalesce((date '9999-12-31' - signed_on)::text, 'none'), memorandum]) filter (where not is_from and id is null))[2] as after_memorandum, (array_agg(supersedes) filter (where not is_from and id is not null))[1] as supersedes, max(first_at) filter (where not is_from) as first_at, null as before_name, null as after_name from ( select pair, is_from, agency_id, model, id, supersedes, first_at, null::date as signed_on, null as memorandum from stood union all select pair, is_from, agency_id, model, null, null, null, signed_on, memorandum from printed ) side group by pair, agency_id, model union all select pair, agency_id, null, null, null, null, null, null, null, null, null, min(agency_name collate C) filter (where is_from), min(agency_name collate C) filter (where not is_from) from printed group by pair, agency_id having not array_agg(name_key) filter (where is_from) && array_agg(name_key) filter (where not is_from) ) select found.pair, found.agency_id, agency.name, agency.place_code, found.model, found.before_id, found.before_signed_on, found.before_memorandum, found.after_id, found.after_signed_on, found.after_memorandum, found.supersedes, found.first_at, found.before_name, found.after_name from found join agencies agency on agency.id = found.agency_id and agency.derived and (agency.merged_into is null) is true where true and (found.model is null or found.before_id is distinct from found.after_id or found.before_id is not null and (found.before_signed_on is distinct from found.after_signed_on or found.before_memorandum is distinct from found.after_memorandum))"`,
  );
  expect(statements.length).toBeLessThanOrEqual(4);
});

test('the changes of a page of lists take three statements, however many lists there are', async () => {
  const query = '{ snapshots(first: 10) { nodes { fileName changes { added { totalCount } left { totalCount } } } } }';
  const statements = await statementsOf(query);
  expect(statements[1]).toMatchInlineSnapshot(
    `"select number, published_at, kind, before.number, before.published_at from snapshots cross join lateral (select other.number, other.published_at from snapshots other where other.kind = kind and other.status = 'ACCEPTED' and other.published_at < published_at order by other.published_at desc, other.modified_at desc nulls last, other.sha256 collate C desc limit 1) before where number = any($1::int[]) and status = 'ACCEPTED' and number = (select other.number from snapshots other where other.kind = kind and other.status = 'ACCEPTED' and other.published_at = published_at order by other.published_at desc, other.modified_at desc nulls last, other.sha256 collate C desc limit 1)"`,
  );
  expect(statements).toHaveLength(3);
});

test('a search with a place takes one statement, for agencies', async () => {
  expect(await statementsOf('{ search(text: "bay county fl") { __typename } }')).toMatchInlineSnapshot(`
    [
      "select id, place_code, name, slug, type, type_printed, county_fips, first_listed_at from agencies where derived and merged_into is null and (((lower(name) like any($1::text[]) or $2::text <% lower(name)) and (lower(name) like any($3::text[]) or $4::text <% lower(name))) or (place_code = $5::text and (lower(name) like any($6::text[]) or $7::text <% lower(name)))) order by word_similarity($8::text, lower(name)) + similarity($9::text, lower(name)) desc, name collate C, place_code, id limit $10::int",
    ]
  `);
  expect(await statementsOf('{ search(text: "bay", types: [STATE, COUNTY]) { __typename } }')).toEqual([]);
});

test('a page of agencies by relevance takes one statement', async () => {
  const query =
    '{ agencies(first: 5, filter: { text: "bay" }, orderBy: { field: RELEVANCE, direction: ASC }) { nodes { name } } }';
  expect(await statementsOf(query)).toMatchInlineSnapshot(`
    [
      "select id as c0, name as c1, (1000000 * (2 - word_similarity($1::text, lower(name)) - similarity($2::text, lower(name))))::int as c2 from agencies where derived and merged_into is null and $3::text is not null and (lower(name) like any($4::text[]) or $5::text <% lower(name)) and exists (select 1 from agreements where agency_id = id and derived and merged_into is null and status = $6::agreement_status offset 0) order by (1000000 * (2 - word_similarity($7::text, lower(name)) - similarity($8::text, lower(name))))::int, name collate C, id limit $9::int",
    ]
  `);
});

test('counties with their counts, on a day, take two statements', async () => {
  const query = '{ statistics(asOf: "2025-03-31") { agreements byCounty { county { fips } agreements } } }';
  const statements = await statementsOf(query);
  expect(statements.at(-1)).toMatchInlineSnapshot(
    `" select place_code, agency_type, standing, count(*)::int as agencies, county_fips, place from ( select wanted.place, agency.id, agency.place_code, agency.type as agency_type, agency.county_fips, bit_or((case agreement.model when 'TASK_FORCE' then 1 when 'JAIL_ENFORCEMENT' then 2 when 'WARRANT_SERVICE_OFFICER' then 4 end << case listing.kind when 'PENDING' then 7 else 0 end))::smallint as standing from unnest($1::timestamptz[]) with ordinality as wanted(instant, place) join listings listing on listing.listed_at <= wanted.instant and (listing.unlisted_at is null or listing.unlisted_at > wanted.instant) join agreements agreement on agreement.id = listing.agreement_id and agreement.derived and (agreement.merged_into is null) is true join agencies agency on agency.id = agreement.agency_id and agency.derived and (agency.merged_into is null) is true and true group by wanted.place, agency.id ) standing group by place, place_code, agency_type, standing, county_fips"`,
  );
  expect(statements).toHaveLength(3);
  const ofCounties =
    '{ state(code: "FL") { counties { fips statistics { agreements } agreements(first: 1) { nodes { model } } } } }';
  expect(await statementsOf(ofCounties)).toHaveLength(3);
  expect(await statementsOf('{ states { statistics { byCounty { agreements } } } }')).toHaveLength(2);
});

test('the timelines of all states by model and type take two statements', async () => {
  const query = `{ states { code timeline(interval: MONTH, from: "2025-03-01", filter: { models: [TASK_FORCE] }) {
    start byModel { agreements } byAgencyType { type agreements } } } }`;
  const statements = await statementsOf(query);
  expect(statements.at(-1)).toMatchInlineSnapshot(
    `"select date_trunc($1::text, at at time zone 'America/New_York')::date::text, $2::text = 'LISTED' and at <= $3::timestamptz, before, after, sum(agencies)::int, place_code, agency_type from ( select at, (standing_before & $4::int) as before, (standing_after & $5::int) as after, place_code as place_code, agency_type as agency_type, sum(agencies) as agencies from (select * from standing_changes where place_code = any($6::text[])) change where basis = $7::timeline_basis and at < (($8::date + 1)::timestamp at time zone 'America/New_York') group by 1, 2, 3, 4, 5 ) passage where before <> after group by 1, 2, 3, 4, 6, 7"`,
  );
  expect(statements).toHaveLength(2);
});

test('a page of lists, each with its counts by county, takes one statement for all counties', async () => {
  const query = '{ snapshots(first: 10) { nodes { statistics { agreements byCounty { agreements } } } } }';
  const statements = await statementsOf(query);
  expect(statements.filter((text) => text.includes('county_fips'))).toHaveLength(1);
});
