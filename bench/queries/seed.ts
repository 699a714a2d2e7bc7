/**
 * A ledger of any number of agreements, written straight into the tables as an ingest would have left them: agencies
 * with names and slugs, agreements with their stretches on the lists, the lists, and the ledger's counters. One agency
 * in five holds two agreements; one agreement in sixteen is not in force.
 */
import type postgres from 'postgres';
import { canonicalName } from '../../src/ledger/derive/names/canonical-name.ts';
import { slugOf } from '../../src/ledger/derive/settle/place-records.ts';
import { type Cell, copyRows } from '../database/copy-rows.ts';
import { dayOf, nameOf, placeOf, scattered, uuidOf } from '../population.ts';

const firstList = '2025-02-21T17:00:00.000Z';
const newestList = '2026-02-02T17:00:00.000Z';
const listBefore = '2026-01-30T17:00:00.000Z';

interface Agency {
  id: string;
  number: number;
  placeCode: string;
  name: string;
  nameKey: string;
  slug: string;
}

export async function seedLedger(sql: postgres.Sql, agreementCount: number): Promise<void> {
  const agencies = makeAgencies(Math.ceil(agreementCount / 1.2));
  await copyAgencies(sql, agencies);
  await copyAgreements(sql, agencies, agreementCount);
  await insertLists(sql, agreementCount);
  await sql.unsafe('vacuum analyze');
}

function makeAgencies(count: number): Agency[] {
  return Array.from({ length: count }, (_, number) => {
    const [name, place] = [nameOf(number), placeOf(number)];
    const nameKey = canonicalName(name);
    const slug = slugOf(place.code, nameKey);
    return { id: uuidOf(`agency ${number}`), number, placeCode: place.code, name, nameKey, slug };
  });
}

async function copyAgencies(sql: postgres.Sql, agencies: readonly Agency[]): Promise<void> {
  const columns = ['id', 'place_code', 'key', 'name', 'name_key', 'slug', 'type', 'type_printed'];
  await copyRows(
    sql,
    'agencies',
    [...columns, 'first_listed_at', 'derived'],
    agencies.map(({ id, placeCode, name, nameKey, slug, number }) => {
      const type = number % 3 === 0 ? ['MUNICIPALITY', 'Municipality'] : ['COUNTY', 'County'];
      return [id, placeCode, nameKey, name, nameKey, slug, ...type, firstListing(dayOf(number)), true];
    }),
  );
  await copyRows(
    sql,
    'agency_names',
    ['place_code', 'name_key', 'agency_id', 'first_listed_at'],
    agencies.map(({ placeCode, nameKey, id, number }) => [placeCode, nameKey, id, firstListing(dayOf(number))]),
  );
  await copyRows(
    sql,
    'agency_slugs',
    ['slug', 'agency_id'],
    agencies.map(({ slug, id }) => [slug, id]),
  );
}

/** The list that comes after the day of signing. */
function firstListing(day: string): string {
  const time = Date.parse(`${day}T17:00:00Z`) + 3 * 86_400_000;
  const first = Date.parse(firstList);
  const last = Date.parse(newestList);
  return new Date(Math.min(Math.max(time, first), last)).toISOString();
}

async function copyAgreements(sql: postgres.Sql, agencies: readonly Agency[], count: number): Promise<void> {
  const agreements = [...makeAgreements(agencies, count)];
  await copyRows(
    sql,
    'agreements',
    [
      ...['id', 'agency_id', 'place_code', 'model', 'ordinal', 'status', 'signed_on', 'signed_printed'],
      ...['first_listed_at', 'first_listed_is_lower_bound', 'last_listed_at', 'unlisted_at', 'ended_on'],
      ...['pending_first_listed_at', 'memorandum_url', 'addendum_urls', 'derived'],
    ],
    agreements.map(({ cells }) => cells),
  );
  await copyRows(
    sql,
    'listings',
    ['agreement_id', 'kind', 'listed_at', 'unlisted_at'],
    agreements.map(({ listing }) => listing),
  );
}

function* makeAgreements(agencies: readonly Agency[], count: number): Generator<{ cells: Cell[]; listing: Cell[] }> {
  for (let number = 0; number < count; number += 1) {
    const second = number >= agencies.length;
    const agency = agencies[second ? (number - agencies.length) * 5 : number];
    if (agency === undefined) throw new Error('An agreement without its agency.');
    const model = second ? 'JAIL_ENFORCEMENT' : number % 4 === 0 ? 'WARRANT_SERVICE_OFFICER' : 'TASK_FORCE';
    const status = statusOf(scattered(number ^ 0x77) % 100);
    const id = uuidOf(`agreement ${number}`);
    const pending = status === 'PENDING';
    const gone = status === 'UNLISTED' || status === 'ENDED';
    const signedOn = pending || scattered(number) % 200 === 0 ? null : dayOf(number);
    const listedAt = pending ? newestList : firstListing(dayOf(number));
    const unlistedAt = gone ? newestList : null;
    yield {
      cells: [
        ...[id, agency.id, agency.placeCode, model, 1, status, signedOn, signedOn],
        ...[pending ? null : listedAt, listedAt === firstList, gone ? listBefore : null, unlistedAt],
        ...[status === 'ENDED' ? newestList.slice(0, 10) : null, pending ? listedAt : null],
        ...[pending ? null : `https://www.example.org/doclib/287gMOA/${number}.pdf`, '{}', true],
      ],
      listing: [id, pending ? 'PENDING' : 'PARTICIPATING', listedAt, unlistedAt],
    };
  }
}

function statusOf(hundredth: number): string {
  if (hundredth < 94) return 'ACTIVE';
  if (hundredth < 97) return 'ENDED';
  return hundredth < 99 ? 'UNLISTED' : 'PENDING';
}

async function insertLists(sql: postgres.Sql, rowCount: number): Promise<void> {
  for (const publishedAt of [firstList, listBefore, newestList]) {
    await sql`insert into snapshots (id, kind, status, published_at, published_at_basis, ingested_at, file_name, sha256,
        table_hash, origin, worksheet, columns, row_count, hidden_row_count, issue_count, hold_reasons, backfill)
      values (${uuidOf(publishedAt)}, 'PARTICIPATING', 'ACCEPTED', ${publishedAt}, 'GIVEN', ${publishedAt},
        ${`${publishedAt.slice(0, 10)}.xlsx`}, ${'a'.repeat(64)}, ${`table ${publishedAt}`}, 'FILE', 'Sheet1',
        ${['STATE']}, ${rowCount}, 0, 0, '[]', false)`;
  }
  await sql`update ledger set revision = 3`;
}
