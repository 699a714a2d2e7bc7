/** The pages of examples/pages, each one query: what it answers of a small ledger, and the SQL that it sends. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { originals } from '../../../schema/tables/originals.ts';
import { populations } from '../../../schema/tables/populations.ts';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import { packageRoot } from '../../../src/package-root.ts';
import { inShort } from '../../support/databases/statement-recorder.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { readSitePage, sitePages } from '../../support/servers/site-pages.ts';
import { type Api, openApi } from './api.ts';
import { fillSmallLedger } from './small-ledger.ts';

let ledger: TestDatabase;
let api: Api;

beforeAll(async () => {
  ledger = await openTestDatabase();
  await fillSmallLedger(ledger.db);
  const fetched = { address: 'https://www.ice.gov/list.xlsx', at: '2025-04-01T16:05:00.000Z' };
  await ledger.db.update(snapshots).set({ fetched: { ...fetched, lastModified: null, etag: null } });
  await ledger.db.insert(originals).values({ sha256: 'a'.repeat(64), bytes: 1000, mediaType: 'application/zip' });
  const estimate = (fips: string, people: number) => ({ year: 2024, fips, people, importedAt: new Date(0) });
  await ledger.db.insert(populations).values([estimate('12', 1_900_000), estimate('12005', 190_000)]);
  api = await openApi(ledger);
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await ledger[Symbol.asyncDispose]();
});

/** The statements are sorted: those of fields beside each other are sent in no order. */
async function visit(name: string): Promise<{ data: unknown; statements: string[] }> {
  const page = sitePages[name];
  if (page === undefined) throw new Error(`There is no page ${name}.`);
  let data: unknown;
  const statements = await ledger.statements.during(async () => {
    const answer = await api.ask(page.query, page.variables);
    expect(answer.errors).toEqual([]);
    data = answer.data;
  });
  return { data, statements: statements.map(inShort).sort() };
}

const [bay, miami] = [
  { agreements: 2, agencies: 1, county: { fips: '12005', name: 'Bay' } },
  { agreements: 1, agencies: 1, county: { fips: '12086', name: 'Miami-Dade' } },
];

test('a map of states and counties', async () => {
  const { data, statements } = await visit('map');
  expect(data).toMatchObject({
    statistics: {
      ...{ asOf: '2025-04-01', sample: false, agreements: 3, agencies: 2 },
      byState: [{ agreements: 3, agencies: 2, state: { code: 'FL', fips: '12', name: 'Florida' } }],
      byCounty: [bay, miami],
    },
  });
  expect(statements).toMatchInlineSnapshot(`
    [
      " select place_code, agency_type, standing, count(*)::int as agencies, county_fips, place from ( select wanted.place, agency.id, agency.place_code, agency.type as agency_type, agency.county_fips, bit_or((case agreement.model when 'TASK_FORCE' then 1 when 'JAIL_ENFORCEMENT' then 2 when 'WARRANT_SERVICE_OFFICER' then 4 end << case listing.kind when 'PENDING' then 7 else 0 end))::smallint as standing from unnest($1::timestamptz[]) with ordinality as wanted(instant, place) join listings listing on listing.listed_at <= wanted.instant and (listing.unlisted_at is null or listing.unlisted_at > wanted.instant) join agreements agreement on agreement.id = listing.agreement_id and agreement.derived and (agreement.merged_into is null) is true join agencies agency on agency.id = agreement.agency_id and agency.derived and (agency.merged_into is null) is true and true group by wanted.place, agency.id ) standing group by place, place_code, agency_type, standing, county_fips",
      "select counts.place_code, counts.agency_type, counts.standing, counts.agencies, participating.number, participating.published_at, participating.published_on, pending.number, pending.published_at, pending.published_on from (select 1) one left join (select number as number, published_at as published_at, (published_at at time zone 'America/New_York')::date::text as published_on from snapshots where kind = 'PARTICIPATING' and status = 'ACCEPTED' and published_at < 'infinity'::timestamptz order by published_at desc, modified_at desc nulls last, sha256 collate C desc limit 1) participating on true left join (select number as number, published_at as published_at, (published_at at time zone 'America/New_York')::date::text as published_on from snapshots where kind = 'PENDING' and status = 'ACCEPTED' and published_at < 'infinity'::timestamptz order by published_at desc, modified_at desc nulls last, sha256 collate C desc limit 1) pending on true left join (select * from standing_counts where true) counts on true",
      "select epoch, last_sequence, revision, rules_version, sample, (select hash from ledger_events where sequence = last_sequence) from ledger where id = $1::int",
      "select id, number, kind, status, published_at, case when posted_at is null then published_at_basis else 'GIVEN' end, modified_at, ingested_at, decided_at, decided_reason, file_name, sha256, origin, fetched, worksheet, columns, row_count, hidden_row_count, issue_count, hold_reasons, rejection, backfill, (status = 'ACCEPTED')::int from snapshots where number = any($1::int[])",
    ]
  `);
});

test('the timeline by model', async () => {
  const { data, statements } = await visit('timeline');
  const byModel = (...counts: number[]) =>
    ['TASK_FORCE', 'JAIL_ENFORCEMENT', 'WARRANT_SERVICE_OFFICER'].map((model, index) => ({
      ...{ model, agreements: counts[index] },
    }));
  expect(data).toEqual({
    timeline: [
      { start: '2025-03-01', lists: 1, agreements: 4, agencies: 3, added: 0, ended: 0, byModel: byModel(2, 1, 1) },
      { start: '2025-04-01', lists: 1, agreements: 3, agencies: 2, added: 0, ended: 1, byModel: byModel(1, 1, 1) },
    ],
  });
  expect(statements).toMatchInlineSnapshot(`
    [
      "select (published_at at time zone 'America/New_York')::date::text, count(*)::int, min(published_at) from snapshots where kind = $1::snapshot_kind and status = 'ACCEPTED' group by 1 order by 1",
      "select date_trunc($1::text, at at time zone 'America/New_York')::date::text, $2::text = 'LISTED' and at <= $3::timestamptz, before, after, sum(agencies)::int, place_code, agency_type from ( select at, (standing_before & $4::int) as before, (standing_after & $5::int) as after, '' as place_code, null as agency_type, sum(agencies) as agencies from (select * from standing_changes where true) change where basis = $6::timeline_basis and at < (($7::date + 1)::timestamp at time zone 'America/New_York') group by 1, 2, 3, 4, 5 ) passage where before <> after group by 1, 2, 3, 4, 6, 7",
    ]
  `);
});

test('the newest agreements, and the subscription that goes on from them', async () => {
  const { data, statements } = await visit('newest');
  const models = ['JAIL_ENFORCEMENT', 'WARRANT_SERVICE_OFFICER', 'TASK_FORCE'];
  expect(data).toMatchObject({
    agreements: {
      ...{ totalCount: 3, position: expect.any(String), pageInfo: { hasNextPage: false } },
      nodes: models.map((model) => ({ model, status: 'ACTIVE', agency: { state: { code: 'FL' } } })),
    },
  });
  expect(statements).toMatchInlineSnapshot(`
    [
      "select '', coalesce(sum(agencies * (least(standing & $1::int & 1, 1) + least(standing & $2::int & 2, 1) + least(standing & $3::int & 4, 1))), 0)::int from (select * from standing_counts where true) counts",
      "select epoch, last_sequence, revision, rules_version, sample, (select hash from ledger_events where sequence = last_sequence) from ledger where id = $1::int",
      "select page.c0, page.c1, page.c2, page.c3, page.c4, page.c5, companion.id, companion.place_code, companion.name, companion.slug, companion.county_fips from (select * from ((select id as c0, agency_id as c1, model as c2, status as c3, signed_on as c4, first_listed_at as c5 from agreements where derived and merged_into is null and status = $1::agreement_status and first_listed_at is not null order by first_listed_at desc, id desc limit $2::int) union all (select id as c0, agency_id as c1, model as c2, status as c3, signed_on as c4, first_listed_at as c5 from agreements where derived and merged_into is null and status = $3::agreement_status and first_listed_at is null order by first_listed_at desc, id desc limit $4::int)) u order by u.c5 desc nulls last, u.c0 desc limit $5::int) page left join agencies companion on companion.id = page.c1 and companion.derived and companion.merged_into is null order by page.c5 desc nulls last, page.c0 desc",
    ]
  `);
  const contract = buildSchema(readFileSync(join(packageRoot(), 'schema/schema.graphql'), 'utf8'));
  expect(validate(contract, parse(readSitePage('newest-live')))).toEqual([]);
});

test('an agency with its evidence, down to the address of each list', async () => {
  const { data, statements } = await visit('agency');
  const source = (fileName: string) => ({
    ...{ fileName, publishedAtBasis: 'FILE_NAME', fetched: { address: 'https://www.ice.gov/list.xlsx' } },
    file: { url: `/files/${'a'.repeat(64)}/${fileName}` },
  });
  const printed = (text: string) => ({
    nodes: [
      {
        ...{ lists: 2, firstSnapshot: source('2025-03-03.xlsx'), snapshot: source('2025-04-01.xlsx') },
        cells: [{ column: 'LAW ENFORCEMENT AGENCY', text, link: null }],
      },
    ],
  });
  expect(data).toMatchObject({
    agency: {
      ...{ name: 'Bay County Sheriff', printedNames: ['BAY COUNTY SHERIFF', "Bay County Sheriff's Office"] },
      agreements: {
        totalCount: 3,
        nodes: [
          { status: 'ACTIVE', signedOn: '2025-03-01', printedRows: printed("Bay County Sheriff's Office") },
          { status: 'SUPERSEDED', signedOn: '2019-06-01', supersededBy: { id: expect.any(String) } },
          { status: 'ACTIVE', signedOn: null, printedRows: printed('BAY COUNTY SHERIFF') },
        ],
      },
      ledgerEvents: { totalCount: 5 },
    },
  });
  expect(statements).toMatchInlineSnapshot(`
    [
      "select agency_id::text, count(*)::int from agreements where agency_id = any($1::uuid[]) and derived and merged_into is null and status = any($2::agreement_status[]) group by 1",
      "select distinct agency_id, agency_name from agency_names join source_rows on place_code = place_code and name_key = name_key where agency_id = any($1::uuid[]) and agency_name is not null and exists (select 1 from snapshot_rows join snapshots on number = snapshot_number where source_row_id = id and status = 'ACCEPTED')",
      "select id, agency_id, place_code, model, status, signed_on, signed_printed, first_listed_at, first_listed_is_lower_bound, last_listed_at, ended_on, pending_first_listed_at, memorandum_url, addendum_urls, supersedes, merged_into, derived from agreements where supersedes = any($1::uuid[]) and derived and merged_into is null",
      "select id, number, kind, status, published_at, case when posted_at is null then published_at_basis else 'GIVEN' end, modified_at, ingested_at, decided_at, decided_reason, file_name, sha256, origin, fetched, worksheet, columns, row_count, hidden_row_count, issue_count, hold_reasons, rejection, backfill, (status = 'ACCEPTED')::int from snapshots where number = any($1::int[])",
      "select id, place_code, name, slug, type, type_printed, county_fips, first_listed_at, merged_into, derived from agencies where slug = $1 and derived and merged_into is null",
      "select max(published_at) from snapshots where kind = $1::snapshot_kind and status = 'ACCEPTED'",
      "select page.c0, page.c1, page.c2, page.c3, page.c4, page.c5, page.c6, page.c7, page.c8, page.c9, page.c10, parent.place::int from unnest($1::uuid[]) with ordinality as parent(key, place) cross join lateral (select id as c0, model as c1, status as c2, signed_on as c3, signed_printed as c4, first_listed_at as c5, first_listed_is_lower_bound as c6, last_listed_at as c7, ended_on as c8, memorandum_url as c9, addendum_urls as c10 from agreements where agency_id = parent.key and derived and merged_into is null and status = any($2::agreement_status[]) order by signed_on desc nulls last, id desc limit $3::int) page order by parent.place, page.c3 desc nulls last, page.c0 desc",
      "select page.c0, page.c1, page.c2, page.c3, page.c4, page.c5, page.c6, parent.place::int from unnest($1::uuid[]) with ordinality as parent(key, place) cross join lateral (select form.snapshot_number as c0, form.published_at as c1, form.row_number as c2, cells as c3, case when moved_from is null then corrections else corrections || jsonb_build_array(jsonb_build_object('field', 'placeCode', 'printed', coalesce(state_printed, ''), 'clean', place_code, 'rule', 'STATE_CORRECTED')) end as c4, form.first_number as c5, form.lists as c6 from (select printed.* from agreements join agency_names on agency_id = agency_id join source_rows printed on printed.place_code = place_code and printed.name_key = name_key and printed.model = model where id = parent.key) source_rows cross join lateral ( select (array_agg(shown.snapshot_number order by list.published_at desc, list.number desc, shown.row_number desc))[1] as snapshot_number, (array_agg(shown.row_number order by list.published_at desc, list.number desc, shown.row_number desc))[1] as row_number, (array_agg(shown.hidden order by list.published_at desc, list.number desc, shown.row_number desc))[1] as hidden, max(list.published_at) as published_at, count(distinct list.number)::int as lists, (array_agg(list.number order by list.published_at, list.number))[1] as first_number from snapshot_rows shown join snapshots list on list.number = shown.snapshot_number where shown.source_row_id = id and list.status = 'ACCEPTED' and exists (select 1 from listings where agreement_id = parent.key and kind = list.kind and listed_at <= list.published_at and (unlisted_at is null or list.published_at < unlisted_at or list.published_at = listed_at)) ) form where true and form.lists > 0 order by form.published_at desc, form.snapshot_number desc, form.row_number desc limit $2::int) page order by parent.place, page.c1 desc, page.c0 desc, page.c2 desc",
      "select page.c0, page.c1, page.c2, page.c3, page.c4, page.c5, page.c6, parent.place::int from unnest($1::uuid[]) with ordinality as parent(key, place) cross join lateral (select id as c0, sequence as c1, hash as c2, (select epoch from ledger) as c3, kind as c4, occurred_at as c5, summary as c6 from ledger_events where agency_id = any(array(with recursive up(id) as (select unnest(array[parent.key]) union select a.merged_into from agencies a join up on a.id = up.id where a.merged_into is not null), family(id) as (select id from up union select a.id from agencies a join family on a.merged_into = family.id) select id from family)) order by sequence desc limit $2::int) page order by parent.place, page.c1 desc",
      "select parent.key::text, counted.n from unnest($1::uuid[]) as parent(key) cross join lateral (select count(*)::int as n from ledger_events where agency_id = any(array(with recursive up(id) as (select unnest(array[parent.key]) union select a.merged_into from agencies a join up on a.id = up.id where a.merged_into is not null), family(id) as (select id from up union select a.id from agencies a join family on a.merged_into = family.id) select id from family))) counted",
      "select sha256, bytes, media_type from originals where sha256 = any($1::text[])",
    ]
  `);
});

test('search as you type', async () => {
  const { data, statements } = await visit('search');
  const found = (data as { search: object[] }).search;
  expect(found[0]).toMatchObject({ __typename: 'County', fips: '12005', name: 'Bay', state: { code: 'FL' } });
  expect(found).toContainEqual(expect.objectContaining({ __typename: 'Agency', slug: 'bay-county-sheriff' }));
  expect(statements).toMatchInlineSnapshot(`
    [
      "select id, place_code, name, slug, type, type_printed, county_fips, first_listed_at from agencies where derived and merged_into is null and (((lower(name) like any($1::text[]) or $2::text <% lower(name)) and (lower(name) like any($3::text[]) or $4::text <% lower(name))) or (place_code = $5::text and (lower(name) like any($6::text[]) or $7::text <% lower(name)))) order by word_similarity($8::text, lower(name)) + similarity($9::text, lower(name)) desc, name collate C, place_code, id limit $10::int",
    ]
  `);
});

test('changes between the lists of two days', async () => {
  const { data, statements } = await visit('changes');
  const none = { totalCount: 0, nodes: [] };
  expect(data).toMatchObject({
    diff: {
      ...{ from: { fileName: '2025-03-03.xlsx' }, to: { fileName: '2025-04-01.xlsx' } },
      ...{ added: none, returned: none, corrected: none, renamed: none },
      left: {
        totalCount: 1,
        nodes: [
          {
            ...{ difference: 'UNLISTED', fields: [{ field: 'status', before: 'ACTIVE', after: 'UNLISTED' }] },
            agreement: { agency: { slug: 'dallas-police', state: { code: 'TX' } } },
          },
        ],
      },
    },
  });
  expect(statements).toMatchInlineSnapshot(`
    [
      " with wanted as ( select number, at, ((place - 1) / 2)::int as pair, place % 2 = 1 as is_from from unnest($1::int[], $2::timestamptz[]) with ordinality as given(number, at, place) ), printed as materialized ( select wanted.pair, wanted.is_from, name.agency_id, row.model, row.signed_on, row.memorandum_url as memorandum, row.name_key, row.agency_name from wanted join snapshot_rows shown on shown.snapshot_number = wanted.number join source_rows row on row.id = shown.source_row_id join agency_names name on name.place_code = row.place_code and name.name_key = row.name_key where row.model is not null ), stood as ( select wanted.pair, wanted.is_from, agreement.agency_id, agreement.model, agreement.id, agreement.supersedes, agreement.first_listed_at as first_at from wanted join listings listing on listing.kind = 'PARTICIPATING' and listing.listed_at <= wanted.at and (listing.unlisted_at is null or listing.unlisted_at > wanted.at) join agreements agreement on agreement.id = listing.agreement_id and agreement.derived and (agreement.merged_into is null) is true ), found as materialized ( select pair, agency_id, model, (array_agg(id) filter (where is_from and id is not null))[1] as before_id, max(signed_on) filter (where is_from) as before_signed_on, (min(array[coalesce((date '9999-12-31' - signed_on)::text, 'none'), memorandum]) filter (where is_from and id is null))[2] as before_memorandum, (array_agg(id) filter (where not is_from and id is not null))[1] as after_id, max(signed_on) filter (where not is_from) as after_signed_on, (min(array[coalesce((date '9999-12-31' - signed_on)::text, 'none'), memorandum]) filter (where not is_from and id is null))[2] as after_memorandum, (array_agg(supersedes) filter (where not is_from and id is not null))[1] as supersedes, max(first_at) filter (where not is_from) as first_at, null as before_name, null as after_name from ( select pair, is_from, agency_id, model, id, supersedes, first_at, null::date as signed_on, null as memorandum from stood union all select pair, is_from, agency_id, model, null, null, null, signed_on, memorandum from printed ) side group by pair, agency_id, model union all select pair, agency_id, null, null, null, null, null, null, null, null, null, min(agency_name collate C) filter (where is_from), min(agency_name collate C) filter (where not is_from) from printed group by pair, agency_id having not array_agg(name_key) filter (where is_from) && array_agg(name_key) filter (where not is_from) ) select found.pair, found.agency_id, agency.name, agency.place_code, found.model, found.before_id, found.before_signed_on, found.before_memorandum, found.after_id, found.after_signed_on, found.after_memorandum, found.supersedes, found.first_at, found.before_name, found.after_name from found join agencies agency on agency.id = found.agency_id and agency.derived and (agency.merged_into is null) is true where true and (found.model is null or found.before_id is distinct from found.after_id or found.before_id is not null and (found.before_signed_on is distinct from found.after_signed_on or found.before_memorandum is distinct from found.after_memorandum))",
      "select id, agency_id, place_code, model, status, signed_on, signed_printed, first_listed_at, first_listed_is_lower_bound, last_listed_at, ended_on, pending_first_listed_at, memorandum_url, addendum_urls, supersedes, merged_into, derived from agreements where id = any($1::uuid[])",
      "select id, number, kind, status, published_at, case when posted_at is null then published_at_basis else 'GIVEN' end, modified_at, ingested_at, decided_at, decided_reason, file_name, sha256, origin, fetched, worksheet, columns, row_count, hidden_row_count, issue_count, hold_reasons, rejection, backfill, (status = 'ACCEPTED')::int from snapshots where number = any($1::int[])",
      "select id, place_code, name, slug, type, type_printed, county_fips, first_listed_at, merged_into, derived from agencies where id = any($1::uuid[])",
      "select participating.number, participating.published_at, participating.published_on, pending.number, pending.published_at, pending.published_on from unnest($1::text[]) with ordinality as wanted(at, place) left join lateral (select number as number, published_at as published_at, (published_at at time zone 'America/New_York')::date::text as published_on from snapshots where kind = 'PARTICIPATING' and status = 'ACCEPTED' and published_at < ((wanted.at::date + 1)::timestamp at time zone 'America/New_York') order by published_at desc, modified_at desc nulls last, sha256 collate C desc limit 1) participating on true left join lateral (select number as number, published_at as published_at, (published_at at time zone 'America/New_York')::date::text as published_on from snapshots where kind = 'PENDING' and status = 'ACCEPTED' and published_at < ((wanted.at::date + 1)::timestamp at time zone 'America/New_York') order by published_at desc, modified_at desc nulls last, sha256 collate C desc limit 1) pending on true order by wanted.place",
    ]
  `);
});

test('two dates by state', async () => {
  const { data, statements } = await visit('two-dates');
  const florida = { agreements: 3, agencies: 2, state: { code: 'FL', name: 'Florida' } };
  expect(data).toMatchObject({
    before: { agreements: 4, byState: [florida, { agreements: 1, agencies: 1, state: { code: 'TX' } }] },
    after: { agreements: 3, byState: [florida] },
  });
  expect(statements).toMatchInlineSnapshot(`
    [
      "select change.place_code, change.agency_type, change.standing_after, sum(change.agencies)::int, change.standing_before, wanted.place::int from unnest($1::timestamptz[]) with ordinality as wanted(instant, place) join (select * from standing_changes where true) change on change.basis = 'LISTED' and change.at <= wanted.instant group by 1, 2, 3, 5, 6",
      "select id, number, kind, status, published_at, case when posted_at is null then published_at_basis else 'GIVEN' end, modified_at, ingested_at, decided_at, decided_reason, file_name, sha256, origin, fetched, worksheet, columns, row_count, hidden_row_count, issue_count, hold_reasons, rejection, backfill, (status = 'ACCEPTED')::int from snapshots where number = any($1::int[])",
      "select participating.number, participating.published_at, participating.published_on, pending.number, pending.published_at, pending.published_on from unnest($1::text[]) with ordinality as wanted(at, place) left join lateral (select number as number, published_at as published_at, (published_at at time zone 'America/New_York')::date::text as published_on from snapshots where kind = 'PARTICIPATING' and status = 'ACCEPTED' and published_at < ((wanted.at::date + 1)::timestamp at time zone 'America/New_York') order by published_at desc, modified_at desc nulls last, sha256 collate C desc limit 1) participating on true left join lateral (select number as number, published_at as published_at, (published_at at time zone 'America/New_York')::date::text as published_on from snapshots where kind = 'PENDING' and status = 'ACCEPTED' and published_at < ((wanted.at::date + 1)::timestamp at time zone 'America/New_York') order by published_at desc, modified_at desc nulls last, sha256 collate C desc limit 1) pending on true order by wanted.place",
    ]
  `);
});

test('counties by FIPS code with their population', async () => {
  const { data, statements } = await visit('choropleth');
  const people = (count: number) => ({ people: count, year: 2024 });
  const [withBay, withMiami] = [
    { ...bay, county: { fips: '12005', population: people(190_000) } },
    { ...miami, county: { fips: '12086', population: null } },
  ];
  expect(data).toMatchObject({
    statistics: {
      agreements: 3,
      population: { covered: 190_000, share: 0.1, year: 2024 },
      byCounty: [withBay, withMiami],
    },
  });
  expect(statements).toMatchInlineSnapshot(`
    [
      " select place_code, agency_type, standing, count(*)::int as agencies, county_fips, place from ( select wanted.place, agency.id, agency.place_code, agency.type as agency_type, agency.county_fips, bit_or((case agreement.model when 'TASK_FORCE' then 1 when 'JAIL_ENFORCEMENT' then 2 when 'WARRANT_SERVICE_OFFICER' then 4 end << case listing.kind when 'PENDING' then 7 else 0 end))::smallint as standing from unnest($1::timestamptz[]) with ordinality as wanted(instant, place) join listings listing on listing.listed_at <= wanted.instant and (listing.unlisted_at is null or listing.unlisted_at > wanted.instant) join agreements agreement on agreement.id = listing.agreement_id and agreement.derived and (agreement.merged_into is null) is true join agencies agency on agency.id = agreement.agency_id and agency.derived and (agency.merged_into is null) is true and true group by wanted.place, agency.id ) standing group by place, place_code, agency_type, standing, county_fips",
      "select counts.place_code, counts.agency_type, counts.standing, counts.agencies, participating.number, participating.published_at, participating.published_on, pending.number, pending.published_at, pending.published_on from (select 1) one left join (select number as number, published_at as published_at, (published_at at time zone 'America/New_York')::date::text as published_on from snapshots where kind = 'PARTICIPATING' and status = 'ACCEPTED' and published_at < 'infinity'::timestamptz order by published_at desc, modified_at desc nulls last, sha256 collate C desc limit 1) participating on true left join (select number as number, published_at as published_at, (published_at at time zone 'America/New_York')::date::text as published_on from snapshots where kind = 'PENDING' and status = 'ACCEPTED' and published_at < 'infinity'::timestamptz order by published_at desc, modified_at desc nulls last, sha256 collate C desc limit 1) pending on true left join (select * from standing_counts where true) counts on true",
      "select fips, people, year from populations where year = (select max(newest.year) from populations newest) and fips = any($1::text[])",
    ]
  `);
});

test('everything that was ever listed, page after page', async () => {
  const { data, statements } = await visit('export');
  const { agreements } = data as { agreements: { totalCount: number; nodes: { status: string }[] } };
  expect(agreements.totalCount).toBe(6);
  const statuses = ['ACTIVE', 'ACTIVE', 'ACTIVE', 'ENDED', 'PENDING', 'SUPERSEDED'];
  expect(agreements.nodes.map(({ status }) => status).sort()).toEqual(statuses);
  expect(statements).toMatchInlineSnapshot(`
    [
      "select epoch, last_sequence, revision, rules_version, sample, (select hash from ledger_events where sequence = last_sequence) from ledger where id = $1::int",
      "select max(published_at) from snapshots where kind = $1::snapshot_kind and status = 'ACCEPTED'",
      "select page.c0, page.c1, page.c2, page.c3, page.c4, page.c5, page.c6, page.c7, page.c8, page.c9, page.c10, page.c11, page.c12, companion.id, companion.place_code, companion.name, companion.slug, companion.type, companion.type_printed, companion.county_fips, companion.first_listed_at from (select * from ((select id as c0, agency_id as c1, model as c2, status as c3, signed_on as c4, signed_printed as c5, first_listed_at as c6, first_listed_is_lower_bound as c7, last_listed_at as c8, ended_on as c9, pending_first_listed_at as c10, memorandum_url as c11, addendum_urls as c12 from agreements where derived and merged_into is null and status = any($1::agreement_status[]) and signed_on is not null order by signed_on desc, id desc limit $2::int) union all (select id as c0, agency_id as c1, model as c2, status as c3, signed_on as c4, signed_printed as c5, first_listed_at as c6, first_listed_is_lower_bound as c7, last_listed_at as c8, ended_on as c9, pending_first_listed_at as c10, memorandum_url as c11, addendum_urls as c12 from agreements where derived and merged_into is null and status = any($3::agreement_status[]) and signed_on is null order by signed_on desc, id desc limit $4::int)) u order by u.c4 desc nulls last, u.c0 desc limit $5::int) page left join agencies companion on companion.id = page.c1 and companion.derived and companion.merged_into is null order by page.c4 desc nulls last, page.c0 desc",
      "select parent.key::text, counted.n from unnest($1::text[]) as parent(key) cross join lateral (select count(*)::int as n from agreements where derived and merged_into is null and status = any($2::agreement_status[])) counted",
    ]
  `);
});
