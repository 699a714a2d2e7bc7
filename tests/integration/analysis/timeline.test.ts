/** The timeline and growth against slow counts, and what they say where nothing is known. */
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { DateTime, type DateTimeUnit } from 'luxon';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Model, models, type TimelineBasis, timelineBases } from '../../../schema/enums.ts';
import { type Interval, intervals } from '../../../src/analysis/calendar.ts';
import { selectRecords } from '../../../src/database/records.ts';
import type { StatisticsFilter } from '../../../src/queries/counts/statistics-filter.ts';
import { createQueries, type Queries } from '../../../src/queries/queries.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { ingest } from '../../support/ledgers/ledger.ts';
import { playHistory, randomHistory } from '../../support/ledgers/random-ledger.ts';
import { countSlowly, dayInNewYork, keysOf, readSlowly, type SlowList } from '../../support/ledgers/slow-counts.ts';
import { runs } from '../../support/run/long-tests.ts';

let ledger: TestDatabase;
let queries: Queries;

beforeAll(async () => {
  ledger = await openTestDatabase();
  queries = createQueries(ledger);
});
afterAll(() => ledger?.close());

const ask = (filter: StatisticsFilter, interval: Interval, basis: TimelineBasis, from?: string, to?: string) =>
  queries.timeline(filter, { interval, basis, from, to });

interface SlowPoint {
  start: string;
  lists: number;
  agreements: number | null;
  agencies: number | null;
  added: number | null;
  ended: number | null;
  leftOut: number;
}

/** The intervals from that of one day to that of another, by luxon instead of our own calendar. */
function spans(from: string, to: string, interval: Interval): { start: string; end: string }[] {
  // luxon's units are these words in small letters.
  const unit = interval.toLowerCase() as DateTimeUnit;
  const result: { start: string; end: string }[] = [];
  for (let at = DateTime.fromISO(from).startOf(unit); (at.toISODate() ?? '') <= to; at = at.plus({ [unit]: 1 })) {
    result.push({ start: at.toISODate() ?? '', end: at.endOf(unit).toISODate() ?? '' });
  }
  return result;
}

function listedSlowly(
  lists: readonly SlowList[],
  filter: StatisticsFilter,
  span: { start: string; end: string },
): SlowPoint {
  const participating = lists.filter(({ kind }) => kind === 'PARTICIPATING');
  const own = participating.filter(({ day }) => day >= span.start && day <= span.end);
  const counted = countSlowly(lists, span.end, filter);
  let [added, ended] = [0, 0];
  for (const list of own) {
    const before = participating[participating.indexOf(list) - 1];
    // Of lists published at one instant only the last one stands.
    if (before === undefined) continue;
    const [now, then] = [keysOf(list, filter), keysOf(before, filter)];
    added += [...now].filter((key) => !then.has(key)).length;
    ended += [...then].filter((key) => !now.has(key)).length;
  }
  return {
    ...{ start: span.start, lists: own.length },
    ...{ agreements: counted?.agreements ?? null, agencies: counted?.agencies ?? null },
    ...(own.length > 0 ? { added, ended } : { added: null, ended: null }),
    leftOut: 0,
  };
}

interface Stored {
  agencyId: string;
  model: Model;
  placeCode: string;
  signedOn: string;
  /** Beginning of that day in New York. */
  signedAt: string;
  unlistedAt: string | null;
  firstListedAt: string;
  /** It was on the first list, and may have been listed before. */
  isLowerBound: boolean;
}

/** Nobody can have signed it on that day: there was no such model, or the year is a slip. */
function isUnlikely({ model, signedOn, firstListedAt, isLowerBound }: Stored): boolean {
  if (model === 'TASK_FORCE' && signedOn > '2012-12-31' && signedOn < '2025-01-20') return true;
  const [later, listed] = [
    DateTime.fromISO(signedOn).plus({ years: 1 }),
    DateTime.fromISO(dayInNewYork(firstListedAt)),
  ];
  const days = listed.diff(later, 'days').days;
  return !isLowerBound && days >= 0 && days <= 60;
}

function signedSlowly(
  agreements: readonly Stored[],
  lists: readonly SlowList[],
  filter: StatisticsFilter,
  span: { start: string; end: string },
): SlowPoint {
  const participating = lists.filter(({ kind }) => kind === 'PARTICIPATING');
  const own = participating.filter(({ day }) => day >= span.start && day <= span.end);
  const chosen = agreements.filter(
    ({ model, placeCode }) =>
      (filter.models ?? models).includes(model) && (filter.states ?? [placeCode]).includes(placeCode),
  );
  const passing = chosen.filter(
    (one) => !isUnlikely(one) && (one.unlistedAt === null || Date.parse(one.signedAt) < Date.parse(one.unlistedAt)),
  );
  const lastsOn = (day: string) => {
    const rows = passing.filter(
      (one) => one.signedOn <= day && (one.unlistedAt === null || dayInNewYork(one.unlistedAt) > day),
    );
    return new Map(rows.map((one) => [`${one.agencyId} ${one.model}`, one.agencyId]));
  };
  // What was signed and what left within the interval, also where both were on one day: instant by instant.
  const instants = passing.flatMap(({ signedAt, unlistedAt }) => [
    signedAt,
    ...(unlistedAt === null ? [] : [unlistedAt]),
  ]);
  let [added, ended] = [0, 0];
  for (const at of new Set(instants.map((instant) => Date.parse(instant)))) {
    const day = dayInNewYork(new Date(at).toISOString());
    if (day < span.start || day > span.end) continue;
    const until = ({ unlistedAt }: Stored) => (unlistedAt === null ? Number.POSITIVE_INFINITY : Date.parse(unlistedAt));
    const keys = (rows: Stored[]) => new Set(rows.map((one) => `${one.agencyId} ${one.model}`));
    const then = keys(passing.filter((one) => Date.parse(one.signedAt) < at && until(one) >= at));
    const now = keys(passing.filter((one) => Date.parse(one.signedAt) <= at && until(one) > at));
    added += [...now].filter((key) => !then.has(key)).length;
    ended += [...then].filter((key) => !now.has(key)).length;
  }
  const standing = lastsOn(span.end);
  const newest = participating.at(-1)?.day ?? '';
  return {
    ...{ start: span.start, lists: own.length },
    ...{ agreements: standing.size, agencies: new Set(standing.values()).size },
    ...{ added: span.start <= newest ? added : null, ended: own.length > 0 ? ended : null },
    leftOut: chosen.filter(isUnlikely).length,
  };
}

const distinctInstants = randomHistory.map((lists) => [...new Map(lists.map((list) => [list.on, list])).values()]);

test('equals slow counts by any interval, basis and filter', { timeout: 240_000 }, async () => {
  const asked = fc.record({
    interval: fc.constantFrom(...intervals),
    basis: fc.constantFrom(...timelineBases),
    filter: fc.record({
      models: fc.option(fc.uniqueArray(fc.constantFrom(...models), { minLength: 1, maxLength: 2 }), { nil: undefined }),
      states: fc.option(fc.constantFrom(['TX'], ['TX', 'GU']), { nil: undefined }),
    }),
    from: fc.constantFrom('2024-12-30', '2025-02-20', '2025-03-15'),
    to: fc.constantFrom('2025-03-20', '2025-05-05'),
  });
  await fc.assert(
    fc.asyncProperty(distinctInstants, fc.array(asked, { minLength: 8, maxLength: 8 }), async (history, questions) => {
      await playHistory(ledger, history);
      const lists = await readSlowly(ledger.db);
      const agreements = await selectRecords<Stored>(
        ledger.db,
        sql`select agency_id as "agencyId", model, place_code as "placeCode", signed_on as "signedOn",
            (signed_on::timestamp at time zone 'America/New_York') as "signedAt", unlisted_at as "unlistedAt",
            first_listed_at as "firstListedAt", first_listed_is_lower_bound as "isLowerBound"
          from agreements where derived and merged_into is null and first_listed_at is not null and signed_on is not null`,
      );
      for (const { interval, basis, filter, from, to } of questions) {
        const answered = await queries.timeline(filter, { interval, basis, from, to, byAgencyType: true });
        const points = answered.map(({ warning: _, byModel: _m, byAgencyType: _t, ...point }) => point);
        const none = !lists.some(({ kind }) => kind === 'PARTICIPATING');
        const slow = none
          ? []
          : spans(from, to, interval).map((span) =>
              basis === 'LISTED' ? listedSlowly(lists, filter, span) : signedSlowly(agreements, lists, filter, span),
            );
        expect(points).toEqual(slow);
        for (const { byModel, byAgencyType, agreements: sum } of answered) {
          for (const parts of [byModel, byAgencyType]) {
            expect(parts?.reduce((total, each) => total + each.agreements, 0) ?? null).toBe(sum);
          }
        }
        if (basis !== 'LISTED') continue;
        for (const [index, { end }] of (none ? [] : spans(from, to, interval)).entries()) {
          const counted = countSlowly(lists, end, filter);
          const { byModel, byAgencyType } = answered[index] ?? { byModel: null, byAgencyType: null };
          const told = { byModel: named(byModel, 'model'), byAgencyType: named(byAgencyType, 'type') };
          const { byModel: models = null, byAgencyType: types = null } = counted ?? {};
          expect(told).toEqual({ byModel: models, byAgencyType: types });
        }
      }
    }),
    { numRuns: runs(4, 200) },
  );
});

test('by SIGNED, what was signed and left on one day is told of in both', async () => {
  const ahead = { agency: 'Elm Police', signed: '2025-03-01' };
  await playHistory(ledger, [
    { on: '2025-02-27', rows: [ahead, { agency: 'Alder County Sheriff', signed: '2012-05-01' }] },
    { on: '2025-03-01', rows: [{ agency: 'Alder County Sheriff', signed: '2012-05-01' }] },
  ]);
  const [point] = await ask({}, 'DAY', 'SIGNED', '2025-03-01', '2025-03-01');
  expect(point).toMatchObject({ agreements: 1, added: 1, ended: 1 });
});

const two = [
  { agency: 'Alder County Sheriff', signed: '2012-05-01' },
  { agency: 'Birch Police', signed: '2025-03-20' },
];

const fine = { leftOut: 0, warning: null };

const named = (parts: readonly { agreements: number; agencies: number }[] | null | undefined, key: string) =>
  parts &&
  Object.fromEntries(
    parts
      .filter(({ agreements }) => agreements > 0)
      .map((part) => {
        const { agreements, agencies } = part;
        return [String((part as Record<string, unknown>)[key]), { agreements, agencies }];
      }),
  );

test('shows nulls before the first list, and carries counts over intervals without one', async () => {
  await playHistory(ledger, [
    { on: '2025-03-05', rows: two.slice(0, 1) },
    { on: '2025-05-05', rows: two },
  ]);
  expect(await ask({}, 'MONTH', 'LISTED', '2025-02-01', '2025-05-31')).toMatchObject([
    { start: '2025-02-01', lists: 0, agreements: null, agencies: null, added: null, ended: null, ...fine },
    { start: '2025-03-01', lists: 1, agreements: 1, agencies: 1, added: 0, ended: 0, ...fine },
    { start: '2025-04-01', lists: 0, agreements: 1, agencies: 1, added: null, ended: null, ...fine },
    { start: '2025-05-01', lists: 1, agreements: 2, agencies: 2, added: 1, ended: 0, ...fine },
  ]);
});

test('by SIGNED warns where only survivors are known', async () => {
  const points = await ask({}, 'QUARTER', 'SIGNED');
  expect(points[0]).toMatchObject({ start: '2012-04-01', agreements: 1, added: 1, ended: null });
  expect(points[0]?.warning).toContain('not how many were in force');
  expect(points.at(-1)).toMatchObject({ start: '2025-04-01', agreements: 2, warning: null });
});

test('by SIGNED leaves out and counts what nobody can have signed on that day', async () => {
  await playHistory(ledger, [
    { on: '2025-03-05', rows: two },
    { on: '2026-03-05', rows: [...two, { agency: 'Elm Police', model: 'JAIL_ENFORCEMENT', signed: '2025-02-20' }] },
    { on: '2026-03-06', rows: [...two, { agency: 'Elm Police', model: 'JAIL_ENFORCEMENT', signed: '2025-02-20' }] },
  ]);
  const bySigned = await ask({}, 'YEAR', 'SIGNED', '2025-01-01', '2026-12-31');
  expect(bySigned).toMatchObject([
    { agreements: 2, leftOut: 1 },
    { agreements: 2, leftOut: 1 },
  ]);
  expect(await ask({ models: ['TASK_FORCE'] }, 'YEAR', 'SIGNED', '2026-01-01', '2026-12-31')).toMatchObject([
    { agreements: 2, leftOut: 0 },
  ]);
  expect(await ask({}, 'YEAR', 'LISTED', '2026-01-01', '2026-12-31')).toMatchObject([{ agreements: 3, leftOut: 0 }]);
  const issues = await selectRecords(
    ledger.db,
    sql`select row_number, code, printed, reason from row_issues where code = 'UNLIKELY_DATE'`,
  );
  expect(issues).toEqual([
    {
      ...{ row_number: 4, code: 'UNLIKELY_DATE', printed: '2025-02-20' },
      reason:
        'One year later is shortly before the agreement was first listed; likely 2026-02-20. It is kept as printed.',
    },
  ]);
});

test('an agreement that leaves and comes back counts both ways, a new signature neither', async () => {
  await playHistory(ledger, [
    { on: '2025-03-05', rows: two },
    { on: '2025-03-06', rows: two.slice(0, 1) },
    { on: '2025-03-07', rows: [{ agency: 'Alder County Sheriff', signed: '2025-03-06' }, ...two.slice(1)] },
  ]);
  const [march] = await ask({}, 'MONTH', 'LISTED');
  expect(march).toMatchObject({ agreements: 2, added: 1, ended: 1 });
});

test('growth compares like with like and names both lists', async () => {
  await playHistory(ledger, [{ on: '2025-03-05', rows: two.slice(0, 1) }]);
  await ingest(ledger.db, { on: '2025-04-05', rows: [...two, { agency: 'Birch  Police', model: 'JAIL_ENFORCEMENT' }] });
  const grown = await queries.growth({}, '2025-03-31', '2025-04-30');
  expect(grown).toMatchObject({
    agreements: { from: 1, to: 3, change: 2, percent: 200 },
    agencies: { from: 1, to: 2, change: 1, percent: 100 },
    states: { from: 1, to: 1, change: 0, percent: 0 },
  });
  expect(await grown?.asPrinted()).toMatchObject({ agreements: { to: 3 }, agencies: { to: 3 } });
  expect(await queries.growth({}, '2025-03-04', '2025-04-30')).toBeNull();
  await expect(queries.growth({}, '2025-05-01', '2025-04-30')).rejects.toThrow(/from/);
});

test.each([
  ['a span that ends before it begins', '2025-05-01', '2025-04-30', /from must not be after to/],
  ['more than 4,000 points', '2010-01-01', '2025-04-30', /from .* to .* 4000/],
  ['a year that nobody means', '0026-01-01', '2025-04-30', /from must be/],
])('refuses %s', async (_what, from, to, message) => {
  await expect(ask({}, 'DAY', 'LISTED', from, to)).rejects.toThrow(message);
});
