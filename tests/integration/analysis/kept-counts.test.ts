/** The counts that ingest keeps are those that anybody would count: whatever the history, the day and the filter. */
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agencyTypes, agreementStatuses, models } from '../../../schema/enums.ts';
import { agencies } from '../../../schema/tables/agencies.ts';
import { selectRecords } from '../../../src/database/records.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { recount } from '../../../src/ledger/apply/places/keep-counts.ts';
import { raiseRules } from '../../../src/ledger/apply/raise-rules.ts';
import { RULES_VERSION } from '../../../src/ledger/derive/rules-version.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import type { StatisticsFilter } from '../../../src/queries/counts/statistics-filter.ts';
import { countOf } from '../../../src/queries/keyset/connection.ts';
import { createQueries, type Queries } from '../../../src/queries/queries.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { keptCounts } from '../../support/ledgers/ledger.ts';
import { playHistory, randomHistory } from '../../support/ledgers/random-ledger.ts';
import { countSlowly, readSlowly, type SlowList } from '../../support/ledgers/slow-counts.ts';
import { runs } from '../../support/run/long-tests.ts';

let ledger: TestDatabase;
let queries: Queries;

beforeAll(async () => {
  ledger = await openTestDatabase();
  queries = createQueries(ledger);
});
afterAll(() => ledger?.close());

const optional = <Value>(values: readonly Value[]) =>
  fc.option(fc.uniqueArray(fc.constantFrom(...values), { maxLength: 3 }), { nil: undefined, freq: 2 });

const randomFilter = fc.record({
  states: optional(['TX', 'FL', 'GU', 'CA']),
  models: optional(models),
  agencyTypes: optional(agencyTypes),
  counties: optional(['48001', '48003', '12001', '12003']),
});

const randomDay = fc
  .integer({ min: -3, max: 70 })
  .map((days) => new Date(Date.parse('2025-02-24') + days * 86_400_000).toISOString().slice(0, 10));

const kept = () => keptCounts(ledger.db);

const answer = async (filter: StatisticsFilter, day: string | null) => {
  const found = await queries.statistics(filter, day);
  if (found === null) return null;
  const { agreements, agencies, states, places, pending } = found;
  const named = (entries: readonly (readonly [string, { agreements: number; agencies: number }])[]) =>
    Object.fromEntries(
      entries.filter(([, counted]) => counted.agreements > 0).map(([name, counted]) => [name, pick(counted)]),
    );
  return {
    ...{ agreements, agencies, states, places, pending },
    byModel: named(found.byModel.map((each) => [each.model, each])),
    byAgencyType: named(found.byAgencyType.map((each) => [String(each.type), each])),
    byState: named(found.byState.map((each) => [each.placeCode, each])),
    byCounty: named((await queries.countByCounty([found])).flat().map((each) => [String(each.fips), each])),
  };
};

const pick = ({ agreements, agencies }: { agreements: number; agencies: number }) => ({ agreements, agencies });

test('equal a slow count of the lists’ rows on any day under any filter, in any order of arrival', {
  timeout: 240_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      randomHistory,
      fc.array(fc.tuple(randomDay, randomFilter), { minLength: 12, maxLength: 12 }),
      async (history, asked) => {
        await playHistory(ledger, history);
        const lists = await readSlowly(ledger.db);
        const agencyIds = [...new Set(lists.flatMap(({ rows }) => rows.map(({ agencyId }) => agencyId)))].slice(0, 2);
        for (const [index, [day, filter]] of asked.entries()) {
          const chosen = index % 4 === 0 ? { ...filter, agencyIds } : filter;
          expect(await answer(chosen, day)).toEqual(countSlowly(lists, day, chosen));
          expect(await answer(chosen, null)).toEqual(countSlowly(lists, '9999-12-31', chosen));
        }
        for (const [, filter] of asked) await compareTotals(lists, filter);
        for (const [day, filter] of asked.slice(0, 3)) await compareParts(day, filter);
        const before = await kept();
        await inTransaction(ledger.db, recount);
        expect(await kept()).toEqual(before);
      },
    ),
    { numRuns: runs(4, 200) },
  );
});

/** The totals of connections that read kept counts. */
async function compareTotals(lists: readonly SlowList[], { counties: _, ...filter }: StatisticsFilter): Promise<void> {
  const page = { args: { first: 0 }, wanted: { rows: false, fields: new Set<string>() } };
  const bySigned = { ...page, orderBy: { field: 'SIGNED_ON', direction: 'DESC' } as const };
  const byName = { ...page, orderBy: { field: 'NAME', direction: 'ASC' } as const };
  const { agencyTypes: types, ...places } = filter;
  const slow = countSlowly(lists, '9999-12-31', filter);
  expect(await countOf(await queries.agreements({ ...bySigned, filter }))).toBe(slow?.agreements ?? 0);
  const inForce = { ...places, types, statuses: ['ACTIVE'] as const };
  expect(await countOf(await queries.agencies({ ...byName, filter: inForce }))).toBe(slow?.agencies ?? 0);
  const codes = ['TX', 'FL', 'GU'];
  const pages = await queries.agreementsOf('place', codes, { ...bySigned, filter });
  const told = await Promise.all(pages.map(countOf));
  expect(told).toEqual(codes.map((code) => slow?.byState[code]?.agreements ?? 0));
  const known = await ledger.db.$count(agencies, sql`derived and merged_into is null`);
  expect(await countOf(await queries.agencies({ ...byName, filter: { statuses: agreementStatuses } }))).toBe(known);
}

/** Statistics of places and counties are those under a filter that names them, each with its counties. */
async function compareParts(day: string | null, filter: StatisticsFilter): Promise<void> {
  const [states, counties] = [
    ['TX', 'FL', 'GU'],
    ['48001', '48003', '12001', '12005'],
  ];
  const within = (own: string[], given: readonly string[] | null | undefined) =>
    given == null ? own : own.filter((each) => given.includes(each));
  const parts = [
    ...(await queries.statisticsOfPlaces(states, filter, day)),
    ...(await queries.statisticsOfCounties(counties, filter, day)),
  ];
  const alone = await Promise.all([
    ...states.map((each) => queries.statistics({ ...filter, states: within([each], filter.states) }, day)),
    ...counties.map((each) => queries.statistics({ ...filter, counties: within([each], filter.counties) }, day)),
  ]);
  expect(parts).toEqual(alone);
  const known = parts.flatMap((each) => each ?? []);
  const together = await queries.countByCounty(known);
  const each = await Promise.all(known.map(async (one) => (await queries.countByCounty([one]))[0]));
  expect(together).toEqual(each);
}

test('follow a merge and its revocation', async () => {
  const rows = [
    { state: 'TX', agency: 'Alder County Sheriff' },
    { state: 'TX', agency: 'Alder County Constables', model: 'JAIL_ENFORCEMENT' as const },
  ];
  await playHistory(ledger, [{ on: '2025-03-01', rows }]);
  const operations = createOperations(ledger);
  expect(await queries.statistics({}, null)).toMatchObject({ agencies: 2, agreements: 2 });
  await operations.merge('tx-alder-county-sheriff', 'tx-alder-county-constables', 'a test');
  expect(await queries.statistics({}, null)).toMatchObject({ agencies: 1, agreements: 2 });
  expect(await queries.statistics({}, '2025-03-01')).toMatchObject({ agencies: 1, agreements: 2 });
  const [decision] = await selectRecords<{ id: string }>(ledger.db, sql`select id from decisions`);
  await operations.revoke(decision?.id ?? '', 'a test');
  expect(await queries.statistics({}, '2025-03-01')).toMatchObject({ agencies: 2, agreements: 2 });
});

test('are counted anew when the rules are raised, whatever an older build left', async () => {
  await playHistory(ledger, [{ on: '2025-03-01', rows: [{ agency: 'Alder County Sheriff' }] }]);
  await ledger.db.execute(sql`delete from standing_counts`);
  await ledger.db.execute(sql`update standing_changes set agencies = agencies + 1`);
  await raiseRules(ledger.db, RULES_VERSION + 1);
  const raised = await kept();
  await inTransaction(ledger.db, recount);
  expect(raised).toEqual(await kept());
  await ledger.db.execute(sql`update ledger set rules_version = ${RULES_VERSION}`);
});
