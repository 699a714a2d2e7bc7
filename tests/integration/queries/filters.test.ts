/** What each filter matches, and how search forgives. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agreementStatuses } from '../../../schema/enums.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { recount } from '../../../src/ledger/apply/places/keep-counts.ts';
import type { AgencyFilter } from '../../../src/queries/agencies.ts';
import type { AgreementFilter } from '../../../src/queries/agreements.ts';
import type { EventFilter } from '../../../src/queries/events.ts';
import { countOf } from '../../../src/queries/keyset/connection.ts';
import { createQueries, type Queries } from '../../../src/queries/queries.ts';
import { putAgency, putAgreement, putEvent, putSnapshot, uuidOf } from '../../support/databases/builders.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';

let ledger: TestDatabase;
let queries: Queries;
const names = new Map<string, string>();

beforeAll(async () => {
  ledger = await openTestDatabase();
  queries = createQueries(ledger);
  const { db } = ledger;
  const day = (text: string) => new Date(text);
  for (const on of ['2025-03-01T17:00:00Z', '2025-03-10T17:00:00Z', '2025-03-20T17:00:00Z']) await putSnapshot(db, on);
  await putSnapshot(db, '2025-03-15T17:00:00Z', { status: 'HELD' });
  const bay = await putAgency(db, 'Bay County Sheriff', { placeCode: 'FL', countyFips: '12005' });
  const collier = await putAgency(db, 'Collier County Sheriff', { placeCode: 'FL', countyFips: '12021', type: null });
  const dallas = await putAgency(db, '100% Dallas_Police', { type: 'MUNICIPALITY' });
  const merged = await putAgency(db, 'Old Dallas', { mergedInto: dallas });
  await putAgency(db, 'Vanished', { derived: false });
  const put = async (name: string, agency: string, given: Parameters<typeof putAgreement>[3]) => {
    names.set(await putAgreement(db, name, agency, given), name);
  };
  await put('bay', bay, {
    ...{ placeCode: 'FL', signedOn: '2025-02-27', firstListedAt: day('2025-03-01T17:00:00Z') },
    memorandumUrl: 'https://www.ice.gov/moa.pdf',
  });
  // 03:30 in UTC is the evening before in New York.
  await put('collier', collier, {
    placeCode: 'FL',
    model: 'JAIL_ENFORCEMENT',
    signedOn: null,
    firstListedAt: day('2025-03-11T03:30:00Z'),
  });
  await put('dallas', dallas, {
    ...{ status: 'ENDED', endedOn: '2025-03-20', firstListedAt: day('2025-03-01T17:00:00Z') },
    unlistedAt: day('2025-03-20T17:00:00Z'),
  });
  await put('pending', dallas, { status: 'PENDING', model: 'JAIL_ENFORCEMENT', signedOn: null, firstListedAt: null });
  await put('not derived', bay, { placeCode: 'FL', model: 'JAIL_ENFORCEMENT', derived: false });
  await putEvent(db, { agencyId: bay, placeCode: 'FL', agencyType: 'COUNTY', countyFips: '12005', backfill: true });
  await putEvent(db, { agencyId: merged, kind: 'AGREEMENT_ENDED', model: 'JAIL_ENFORCEMENT' });
  await putEvent(db, {
    agencyId: dallas,
    kind: 'AGENCY_RENAMED',
    model: null,
    occurredAt: day('2025-03-05T04:59:59Z'),
  });
  await inTransaction(ledger.db, recount);
});

afterAll(() => ledger[Symbol.asyncDispose]());

const page = { args: { first: 100 }, wanted: { rows: true, fields: null } };

async function matching(filter: AgreementFilter): Promise<string[]> {
  const orderBy = { field: 'SIGNED_ON', direction: 'DESC' } as const;
  const found = await queries.agreements({ ...page, filter, orderBy });
  expect(await countOf(found)).toBe(found.rows.length);
  return found.rows.map((row) => names.get(row.id) ?? row.id).toSorted();
}

const any = ['PENDING', 'ACTIVE', 'ENDED', 'UNLISTED'] as const;

describe('agreements', () => {
  test.each<[string, AgreementFilter, string[]]>([
    ['without statuses are those in force', {}, ['bay', 'collier']],
    ['of several statuses', { statuses: any }, ['bay', 'collier', 'dallas', 'pending']],
    ['of no status at all', { statuses: [] }, []],
    ['in a state, in small letters', { states: ['tx'], statuses: any }, ['dallas', 'pending']],
    ['of a model', { models: ['JAIL_ENFORCEMENT'], statuses: any }, ['collier', 'pending']],
    ['of a type of agency; unknown types match none', { agencyTypes: ['COUNTY'] }, ['bay']],
    ['in a county', { counties: ['12021'] }, ['collier']],
    ['of an agency', { agencyIds: [uuidOf('agency Bay County Sheriff')] }, ['bay']],
    [
      'of an agency by the id of one merged into it',
      { agencyIds: [uuidOf('agency Old Dallas')], statuses: any },
      ['dallas', 'pending'],
    ],
    ['signed from a day on', { signedFrom: '2025-02-28', statuses: any }, ['dallas']],
    ['signed until a day', { signedTo: '2025-02-27', statuses: any }, ['bay']],
    ['first listed on a day in New York', { listedFrom: '2025-03-10', listedTo: '2025-03-10' }, ['collier']],
    ['first listed later', { listedFrom: '2025-03-11' }, []],
    ['in force on a day, whatever became of them', { inForceOn: '2025-03-12' }, ['bay', 'dallas']],
    ['in force on the day of a list', { inForceOn: '2025-03-20' }, ['bay', 'collier']],
    ['in force on the evening before a list', { inForceOn: '2025-03-19' }, ['bay', 'dallas']],
    ['in force before the first list', { inForceOn: '2025-02-28' }, []],
    ['in force then and still', { inForceOn: '2025-03-12', statuses: ['ACTIVE'] }, ['bay']],
    ['ended on a day, without naming a status', { endedFrom: '2025-03-20', endedTo: '2025-03-20' }, ['dallas']],
    ['ended later', { endedFrom: '2025-03-21' }, []],
    ['ended until a day', { endedTo: '2025-03-19' }, []],
    ['that link a memorandum', { hasMemorandum: true }, ['bay']],
    ['that link none', { hasMemorandum: false, statuses: any }, ['collier', 'dallas', 'pending']],
    ['not of a state', { not: { states: ['fl'] }, statuses: any }, ['dallas', 'pending']],
    ['of a state, not of a model', { states: ['FL'], not: { models: ['TASK_FORCE'] } }, ['collier']],
    ['not of a status', { statuses: any, not: { statuses: ['ENDED', 'PENDING'] } }, ['bay', 'collier']],
    ['not of a status, without naming those that are', { not: { statuses: ['ACTIVE'] } }, ['dallas', 'pending']],
    ['of those in force, not of a model', { not: { models: ['TASK_FORCE'] } }, ['collier']],
    ['not of a type; unknown ones stay', { not: { agencyTypes: ['COUNTY'] } }, ['collier']],
    [
      'not of a county; unknown ones stay',
      { not: { counties: ['12021'] }, statuses: any },
      ['bay', 'dallas', 'pending'],
    ],
    ['not of either', { not: { states: ['TX'], models: ['TASK_FORCE'] }, statuses: any }, ['collier']],
    ['by part of a name', { text: 'COLLIER  county' }, ['collier']],
    ['by a name with a typo', { text: 'coliier' }, ['collier']],
    ['by a wildcard that is none', { text: '%', statuses: any }, ['dallas', 'pending']],
    ['by another wildcard that is none', { text: 's_p', statuses: any }, ['dallas', 'pending']],
    ['by an escape', { text: '\\', statuses: any }, []],
    ['by an empty text', { text: ' ' }, ['bay', 'collier']],
    [
      'of everything at once',
      { states: ['FL'], models: ['TASK_FORCE'], agencyTypes: ['COUNTY'], signedFrom: '2025-01-01', text: 'bay' },
      ['bay'],
    ],
  ])('%s', async (_name, filter, expected) => {
    expect(await matching(filter)).toEqual(expected);
  });

  test.each<[string, AgreementFilter]>([
    ['a state', { states: ['ZZ'] }],
    ['a county', { counties: ['12'] }],
    ['a text with NUL', { text: 'a\0b' }],
    ['a text that is too long', { text: 'x'.repeat(201) }],
    ['a span of signing', { signedFrom: '2025-03-02', signedTo: '2025-03-01' }],
    ['a state left out', { not: { states: ['ZZ'] } }],
    ['a span of ending', { endedFrom: '2025-03-02', endedTo: '2025-03-01' }],
    ['a span of listing', { listedFrom: '2025-03-02', listedTo: '2025-03-01' }],
  ])('with %s that cannot be are refused', async (_name, filter) => {
    await expect(matching(filter)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('agencies', () => {
  test.each<[string, AgencyFilter, string[]]>([
    [
      'with all statuses are all but merged and vanished ones',
      { statuses: agreementStatuses },
      ['100% Dallas_Police', 'Bay County Sheriff', 'Collier County Sheriff'],
    ],
    ['without statuses are those in force', {}, ['Bay County Sheriff', 'Collier County Sheriff']],
    ['with a model in force', { models: ['TASK_FORCE'] }, ['Bay County Sheriff']],
    ['with a model that ended', { models: ['TASK_FORCE'], statuses: ['ENDED'] }, ['100% Dallas_Police']],
    ['of a type', { types: ['MUNICIPALITY'], statuses: ['ENDED'] }, ['100% Dallas_Police']],
    [
      'first listed on a day',
      { firstListedFrom: '2025-02-21', firstListedTo: '2025-02-21', states: ['TX'], statuses: ['PENDING'] },
      ['100% Dallas_Police'],
    ],
    ['by name', { text: 'dallas police', statuses: ['ENDED', 'ACTIVE'] }, ['100% Dallas_Police']],
  ])('%s', async (_name, filter, expected) => {
    const found = await queries.agencies({ ...page, filter, orderBy: { field: 'NAME', direction: 'ASC' } });
    expect(found.rows.map((row) => row.name)).toEqual(expected);
  });

  test('answer by the slug and the id of one merged into them', async () => {
    const [byId] = await queries.agenciesById([uuidOf('agency Old Dallas')]);
    const bySlug = await queries.agencyBySlug('old-dallas');
    expect([byId?.name, bySlug?.name]).toEqual(['100% Dallas_Police', '100% Dallas_Police']);
    expect(await queries.agencyBySlug('vanished')).toBeNull();
    expect(await queries.agencyBySlug('nobody')).toBeNull();
  });
});

describe('events', () => {
  const matchingEvents = async (filter: EventFilter, includeBackfill = true) => {
    const found = await queries.events({ ...page, filter, includeBackfill });
    return found.rows.map((row) => Number(row.sequence));
  };

  test.each<[string, EventFilter, number[]]>([
    ['without a filter are all', {}, [1, 2, 3]],
    ['of a kind', { kinds: ['AGREEMENT_ENDED'] }, [2]],
    ['of a state', { states: ['TX'] }, [2, 3]],
    ['of a model', { models: ['JAIL_ENFORCEMENT'] }, [2]],
    ['of a type of agency', { agencyTypes: ['COUNTY'] }, [1]],
    ['of a county', { counties: ['12005'] }, [1]],
    ['of a day in New York', { occurredFrom: '2025-03-04', occurredTo: '2025-03-04' }, [3]],
    ['until a day', { occurredTo: '2025-03-03' }, [1, 2]],
    [
      'of an agency include those of agencies merged into it',
      { agencyIds: [uuidOf('agency 100% Dallas_Police')] },
      [2, 3],
    ],
    ['of a merged agency are those of the survivor', { agencyIds: [uuidOf('agency Old Dallas')] }, [2, 3]],
  ])('%s', async (_name, filter, expected) => {
    expect(await matchingEvents(filter)).toEqual(expected);
  });

  test('without history leave out the backfill', async () => {
    expect(await matchingEvents({}, false)).toEqual([2, 3]);
  });

  test('about the whole ledger pass every filter, unless they are left out', async () => {
    const whole = { kind: 'HISTORY_CHANGED', agencyId: null, placeCode: null, model: null } as const;
    await putEvent(ledger.db, { ...whole, subjectId: uuidOf('ledger') });
    const none: EventFilter = { states: ['GU'], kinds: [], agencyIds: [], occurredFrom: '2026-01-01' };
    expect(await matchingEvents(none)).toEqual([4]);
    const request = { ...page, filter: none, includeBackfill: true, includeHistoryChanged: false };
    expect((await queries.events(request)).rows).toEqual([]);
  });
});

describe('search', () => {
  const found = async (text: string) => (await queries.search(text, 3)).map((hit) => `${hit.typename} ${hit.name}`);

  test.each([
    ['florida', 'State Florida'],
    ['flroida', 'State Florida'],
    ['FL', 'State Florida'],
    ['Bay County Sherif', 'Agency Bay County Sheriff'],
    ['miami-dade county', 'County Miami-Dade'],
    ['dallas_pol', 'Agency 100% Dallas_Police'],
  ])('for %s finds %s first', async (text, expected) => {
    expect((await found(text))[0]).toBe(expected);
  });

  test.each(['', '  ', '%', '!?', 'xyzzyx'])('for %j finds nothing that only chance made alike', async (text) => {
    expect((await found(text)).filter((hit) => hit !== 'Agency 100% Dallas_Police')).toEqual([]);
  });
});
