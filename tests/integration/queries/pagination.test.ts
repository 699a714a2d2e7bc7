/** Pages over ties, nulls and inserts, from both ends: every row once, in one order, whatever the size of the page. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agreementStatuses } from '../../../schema/enums.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { cursorOf } from '../../../src/graphql/schema/connection.ts';
import { recount } from '../../../src/ledger/apply/places/keep-counts.ts';
import { agreementOrderFields } from '../../../src/queries/agreements.ts';
import { countOf, type Page } from '../../../src/queries/keyset/connection.ts';
import type { PageArgs } from '../../../src/queries/keyset/window.ts';
import { createQueries, type Queries } from '../../../src/queries/queries.ts';
import { putAgency, putAgreement, putSnapshot, uuidOf } from '../../support/databases/builders.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';

let ledger: TestDatabase;
let queries: Queries;
const everything = { rows: true, fields: null };
const models = ['TASK_FORCE', 'JAIL_ENFORCEMENT', 'WARRANT_SERVICE_OFFICER'] as const;

beforeAll(async () => {
  ledger = await openTestDatabase();
  queries = createQueries(ledger);
  const days = [null, '2025-03-01', '2025-03-01', '2025-03-02', null, '2019-01-01'];
  for (let index = 0; index < 12; index += 1) {
    const agency = await putAgency(ledger.db, `Agency ${index % 4} ${index}`, { placeCode: index % 3 ? 'TX' : 'FL' });
    for (const [at, model] of models.entries()) {
      const signedOn = days[(index + at) % days.length] ?? null;
      const firstListedAt =
        (index + at) % 5 === 0 ? null : new Date(Date.UTC(2025, 2, 1 + (index % 3), 12, 0, 0, at * 7));
      const lastListedAt = index % 4 === 0 ? new Date(Date.UTC(2025, 3, 1 + (index % 3), 12)) : null;
      const endedOn = days[(index + 2 * at) % days.length] ?? null;
      const given = { model, signedOn, firstListedAt, lastListedAt, endedOn, placeCode: index % 3 ? 'TX' : 'FL' };
      await putAgreement(ledger.db, `${index} ${model}`, agency, given);
    }
  }
  await putSnapshot(ledger.db, '2025-04-02T12:00:00Z');
  await inTransaction(ledger.db, recount);
});

afterAll(() => ledger[Symbol.asyncDispose]());

type Asked = { field: (typeof agreementOrderFields)[number]; direction: 'ASC' | 'DESC' };

function ask(orderBy: Asked, args: PageArgs) {
  return queries.agreements({ args, wanted: everything, filter: {}, orderBy });
}

async function walk(orderBy: Asked, size: number, backward: boolean): Promise<string[]> {
  const ids: string[] = [];
  let edge: string | null = null;
  for (;;) {
    const page: Page<{ id: string }> = await ask(
      orderBy,
      backward ? { last: size, before: edge } : { first: size, after: edge },
    );
    const found = page.rows.map((row) => row.id);
    if (backward) ids.unshift(...found);
    else ids.push(...found);
    const last = backward ? page.rows[0] : page.rows.at(-1);
    if (!(backward ? page.hasPreviousPage : page.hasNextPage) || last === undefined) return ids;
    edge = cursorOf(page, last);
  }
}

/** The fields that each order sorts by, the id last. */
const keysOf: Record<Asked['field'], readonly string[]> = {
  ...{ SIGNED_ON: ['signedOn'], FIRST_LISTED_AT: ['firstListedAt'], LAST_LISTED_AT: ['lastShownAt'] },
  ...{ ENDED_ON: ['endedOn'], AGENCY_NAME: ['agencyName'], STATE: ['placeCode', 'agencyName'] },
};

const orders = agreementOrderFields.flatMap((field) => [
  { field, direction: 'ASC' as const },
  { field, direction: 'DESC' as const },
]);

describe.each(orders)('by $field $direction', (orderBy) => {
  test('pages of any size, from either end, are the same rows in the same order', async () => {
    const whole = (await ask(orderBy, { first: 100 })).rows;
    expect(whole.length).toBe(36);
    const rows: readonly Record<string, unknown>[] = whole.map((row) => ({ ...row }));
    const [key = '', ...others] = keysOf[orderBy.field];
    const firstNull = rows.findIndex((row) => row[key] === null);
    const known = firstNull < 0 ? rows.length : firstNull;
    expect(rows.slice(known).every((row) => row[key] === null)).toBe(true);
    const keys = rows.slice(0, known).map((row) => [key, ...others, 'id'].map((each) => row[each]).join(' '));
    const sorted = keys.toSorted();
    expect(keys).toEqual(orderBy.direction === 'ASC' ? sorted : sorted.reverse());
    const ids = whole.map((row) => row.id);
    const sizes = fc.record({ size: fc.integer({ min: 1, max: 40 }), backward: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ size, backward }) => {
        expect(await walk(orderBy, size, backward)).toEqual(ids);
      }),
      { numRuns: 12 },
    );
  });

  test('after and before together cut out exactly what lies between', async () => {
    const whole = (await ask(orderBy, { first: 100 })).rows;
    const place = fc.integer({ min: 0, max: whole.length - 1 });
    await fc.assert(
      fc.asyncProperty(place, place, fc.boolean(), async (from, to, backward) => {
        const page = await ask(orderBy, { first: 1 });
        const at = (index: number) => cursorOf(page, whole[index] ?? {});
        const size = backward ? { last: 100 } : { first: 100 };
        const between = await ask(orderBy, { ...size, after: at(from), before: at(to) });
        expect(between.rows.map((row) => row.id)).toEqual(whole.slice(from + 1, to).map((row) => row.id));
      }),
      { numRuns: 25 },
    );
  });
});

test('a row inserted between two pages neither repeats nor hides another', async () => {
  const orderBy = { field: 'SIGNED_ON', direction: 'DESC' } as const;
  const first = await ask(orderBy, { first: 5 });
  const end = first.rows.at(-1);
  if (end === undefined) throw new Error('An empty page.');
  const before = await ask(orderBy, { first: 100, after: cursorOf(first, end) });
  const agency = await putAgency(ledger.db, 'Newcomer');
  const early = await putAgreement(ledger.db, 'early', agency, { signedOn: '2030-01-01' });
  const late = await putAgreement(ledger.db, 'late', agency, { signedOn: null, model: 'JAIL_ENFORCEMENT' });
  const after = (await ask(orderBy, { first: 100, after: cursorOf(first, end) })).rows.map((row) => row.id);
  expect(after).not.toContain(early);
  expect(after).toContain(late);
  expect(after.filter((id) => id !== late)).toEqual(before.rows.map((row) => row.id));
});

test('pages of many parents are each the page of that parent alone', async () => {
  const orderBy = { field: 'SIGNED_ON', direction: 'DESC' } as const;
  const request = { args: { first: 2 }, wanted: everything, filter: {}, orderBy };
  const ids = ['Agency 0 0', 'Agency 1 1', 'Agency 3 3', 'Agency 0 0'].map((name) => uuidOf(`agency ${name}`));
  const together = await queries.agreementsOf('agency', ids, request);
  expect(together.map((page) => page.rows.length)).toEqual([2, 2, 2, 2]);
  for (const [index, id] of ids.entries()) {
    const [alone] = await queries.agreementsOf('agency', [id], request);
    expect(together[index]?.rows).toEqual(alone?.rows);
    const page = together[index];
    expect(page && (await countOf(page))).toBe(3);
  }
});

test('names are ordered by code point on every database', async () => {
  await putAgency(ledger.db, 'apple', { placeCode: 'GU' });
  await putAgency(ledger.db, 'Zebra', { placeCode: 'GU' });
  await putAgency(ledger.db, 'Äpfel', { placeCode: 'GU' });
  const request = {
    args: {},
    wanted: everything,
    filter: { states: ['gu'], statuses: agreementStatuses },
    orderBy: { field: 'NAME', direction: 'ASC' } as const,
  };
  const page = await queries.agencies(request);
  expect(page.rows.map((row) => row.name)).toEqual(['Zebra', 'apple', 'Äpfel']);
});

describe.each(['NAME', 'FIRST_LISTED_AT', 'AGREEMENTS', 'NEWEST_AGREEMENT'] as const)('agencies by %s', (field) => {
  test.each(['ASC', 'DESC'] as const)('%s come each once, in pages of any size', async (direction) => {
    const asked = (args: PageArgs) =>
      queries.agencies({ args, wanted: everything, filter: {}, orderBy: { field, direction } });
    const whole = (await asked({ first: 100 })).rows.map(({ id }) => id);
    const ids: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page = await asked({ first: 5, after });
      ids.push(...page.rows.map(({ id }) => id));
      after = cursorOf(page, page.rows.at(-1) ?? {});
      more = page.hasNextPage;
    }
    expect(ids).toEqual(whole);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test('agencies with more agreements in force, or newer ones, come first', async () => {
  const most = await putAgency(ledger.db, 'Most', { placeCode: 'VT' });
  const newest = await putAgency(ledger.db, 'Newest', { placeCode: 'VT' });
  await putAgency(ledger.db, 'None', { placeCode: 'VT' });
  for (const model of models) await putAgreement(ledger.db, `most ${model}`, most, { model, placeCode: 'VT' });
  await putAgreement(ledger.db, 'newest', newest, { placeCode: 'VT', firstListedAt: new Date('2025-04-01T12:00:00Z') });
  const first = async (field: 'AGREEMENTS' | 'NEWEST_AGREEMENT') => {
    const orderBy = { field, direction: 'DESC' } as const;
    const page = await queries.agencies({
      args: { first: 3 },
      wanted: everything,
      filter: { states: ['VT'], statuses: agreementStatuses },
      orderBy,
    });
    return page.rows.map(({ name }) => name);
  };
  expect(await first('AGREEMENTS')).toEqual(['Most', 'Newest', 'None']);
  expect(await first('NEWEST_AGREEMENT')).toEqual(['Newest', 'Most', 'None']);
});
