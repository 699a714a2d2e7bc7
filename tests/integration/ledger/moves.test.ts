/** STATE was wrong, and a later list corrects it: the agreement moves, and nothing departs. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { selectRecords } from '../../../src/database/records.ts';
import type { Applied } from '../../../src/ledger/apply/apply.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { conclusions, emptyLedger, ingest, log } from '../../support/ledgers/ledger.ts';
import { rederiveAll } from '../../support/ledgers/rederive-all.ts';
import type { ListGiven, RowGiven } from '../../support/lists/lists.ts';

const database = await openTestDatabase();
const { db } = database;
afterAll(() => database.close());
beforeEach(() => emptyLedger(db));

const other: RowGiven = { state: 'GA', agency: 'Other Police' };
const wrong: RowGiven = { state: 'NY', agency: 'Lake Placid Police', county: '36031' };
const right: RowGiven = { ...wrong, state: 'FL', county: '12055' };

interface Standing {
  id: string;
  place: string;
  agency: string;
  model: string;
  status: string;
  first: string;
}
const standings = (): Promise<Standing[]> =>
  selectRecords(
    db,
    sql`select agreement.id, agency.place_code as place, agency.name as agency, agreement.model, agreement.status,
      agreement.first_listed_at::date::text as first
      from agreements agreement join agencies agency on agency.id = agreement.agency_id
      where agreement.derived and agreement.merged_into is null order by place, agency, model`,
  );
const placeOf = async (name: string): Promise<Standing[]> =>
  (await standings()).filter(({ agency }) => agency === name);
/** What was told after the first lists. */
const told = async (after: number): Promise<string[]> =>
  (await log(db)).slice(after).map(({ kind, backfill }) => `${kind} ${backfill ? 'history' : 'live'}`);

it('keeps the id of the agreement, its history and its agency, which answers with the other', async () => {
  await ingest(db, { on: '2025-03-01', rows: [other] });
  await ingest(db, { on: '2025-03-02', rows: [other, wrong] });
  const [before] = await placeOf('Lake Placid Police');
  const agencies = await selectRecords<{ id: string; slug: string }>(db, sql`select id, slug from agencies`);
  const logged = (await log(db)).length;
  await ingest(db, { on: '2025-03-04', rows: [other, right] });
  expect(await placeOf('Lake Placid Police')).toEqual([{ ...before, place: 'FL', first: '2025-03-02' }]);
  expect(await told(logged)).toEqual(['AGENCY_MERGED live', 'AGREEMENT_CORRECTED live']);
  const [event] = await selectRecords<Record<string, unknown>>(
    db,
    sql`select place_code as place, other_place_code as other, payload -> 'changes' as changes, standing
      from ledger_events where kind = 'AGREEMENT_CORRECTED'`,
  );
  expect(event).toMatchObject({
    ...{ place: 'FL', other: 'NY', standing: { status: 'ACTIVE', placeCode: 'FL' } },
    changes: [{ field: 'state', before: 'NY', after: 'FL', rule: 'STATE_CORRECTED' }],
  });
  const left = agencies.find(({ slug }) => slug.startsWith('ny-'));
  const heirs = await selectRecords<{ place: string; slug: string }>(
    db,
    sql`select heir.place_code as place, heir.slug from agencies left_behind
      join agencies heir on heir.id = left_behind.merged_into
      join agency_slugs slug on slug.slug = left_behind.slug and slug.agency_id = heir.id
      where left_behind.id = ${left?.id}`,
  );
  expect(heirs).toEqual([{ place: 'FL', slug: 'fl-lake-placid-police' }]);
  expect(await selectRecords(db, sql`select county_fips from agencies where place_code = 'FL'`)).toEqual([
    { county_fips: '12055' },
  ]);
  expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
});

it('answers for the agency of the wrong state even when the list that printed it is withdrawn', async () => {
  const operations = createOperations(database);
  await ingest(db, { on: '2025-03-01', rows: [other, wrong] });
  await ingest(db, { on: '2025-03-04', rows: [other, right] });
  const first = (await operations.lists('ACCEPTED', null)).at(-1);
  const { decisionIds } = await operations.withdraw(first?.id ?? '', 'not of the publisher');
  expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  const merged = sql`select count(*)::int as count from agencies where merged_into is not null`;
  expect(await selectRecords(db, merged)).toEqual([{ count: 1 }]);
  await operations.revoke(decisionIds[0] ?? '', 'it was');
  expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
});

it('goes on where it is: the next list without it unlists it once', async () => {
  await ingest(db, { on: '2025-03-01', rows: [other, wrong] });
  await ingest(db, { on: '2025-03-02', rows: [other, right] });
  const logged = (await log(db)).length;
  await ingest(db, { on: '2025-03-03', rows: [other] });
  expect(await told(logged)).toEqual(['AGREEMENT_UNLISTED live']);
  await ingest(db, { on: '2025-03-04', rows: [other, wrong] });
  expect(await told(logged)).toEqual(['AGREEMENT_UNLISTED live', 'AGREEMENT_RESTORED live']);
  expect(await placeOf('Lake Placid Police')).toMatchObject([{ place: 'FL', status: 'ACTIVE' }]);
  expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
});

it('leaves the agency what is its own, and joins an agency that the right state has', async () => {
  const ellis = { state: 'TX', agency: 'Ellis County Sheriff' };
  const moving: RowGiven = { ...ellis, model: 'WARRANT_SERVICE_OFFICER', signed: '2025-07-07' };
  const there: RowGiven = { ...ellis, state: 'KS', model: 'JAIL_ENFORCEMENT', signed: '2020-01-10' };
  await ingest(db, { on: '2025-07-01', rows: [other, ellis, there] });
  await ingest(db, { on: '2025-07-08', rows: [other, ellis, there, moving] });
  const [, , id] = (await placeOf('Ellis County Sheriff')).map((each) => each.id);
  const logged = (await log(db)).length;
  await ingest(db, { on: '2025-07-14', rows: [other, ellis, there, { ...moving, state: 'KS' }] });
  expect(await placeOf('Ellis County Sheriff')).toMatchObject([
    { place: 'KS', model: 'JAIL_ENFORCEMENT' },
    { place: 'KS', model: 'WARRANT_SERVICE_OFFICER', id },
    { place: 'TX', model: 'TASK_FORCE' },
  ]);
  expect(await told(logged)).toEqual(['AGREEMENT_CORRECTED live']);
  expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
});

it('keeps two agencies of one name apart whose SIGNED differ', async () => {
  const carroll: RowGiven = { state: 'MD', agency: 'Carroll County Sheriff' };
  await ingest(db, { on: '2025-03-01', rows: [other, carroll] });
  await ingest(db, { on: '2025-03-02', rows: [other, { ...carroll, state: 'KY', signed: '2025-02-20' }] });
  expect(await placeOf('Carroll County Sheriff')).toMatchObject([
    { place: 'KY', status: 'ACTIVE' },
    { place: 'MD', status: 'UNLISTED' },
  ]);
});

it('comes to one ledger in every order of arrival', async () => {
  const lists: ListGiven[] = [
    { on: '2025-03-01', rows: [other] },
    { on: '2025-03-03', rows: [other, wrong] },
    { on: '2025-03-05', rows: [other, { ...wrong, signed: '2025-03-02' }] },
    { on: '2025-03-07', rows: [other, { ...right, signed: '2025-03-02' }] },
    { kind: 'PENDING', on: '2025-03-02', rows: [wrong] },
  ];
  const outcomes = new Set<string>();
  for (const order of [
    [0, 1, 2, 3, 4],
    [3, 2, 1, 0, 4],
    [4, 1, 3, 0, 2],
    [2, 4, 3, 1, 0],
    [1, 3, 4, 2, 0],
  ]) {
    await emptyLedger(db);
    for (const index of order) await ingest(db, lists[index] as ListGiven);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
    outcomes.add(JSON.stringify(await conclusions(db)));
  }
  expect(outcomes.size).toBe(1);
  expect(await placeOf('Lake Placid Police')).toMatchObject([{ place: 'FL', status: 'ACTIVE', first: '2025-03-03' }]);
});

it('is no move any more once a list between shows that both stood there', async () => {
  await ingest(db, { on: '2025-03-01', rows: [other, wrong] });
  const [before] = await placeOf('Lake Placid Police');
  await ingest(db, { on: '2025-03-05', rows: [other, right] });
  await ingest(db, { on: '2025-03-03', rows: [other, wrong, right] });
  expect(await placeOf('Lake Placid Police')).toMatchObject([
    { place: 'FL', status: 'ACTIVE' },
    { place: 'NY', status: 'UNLISTED' },
  ]);
  expect((await standings()).map(({ id }) => id)).toContain(before?.id);
  expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
});

it('says on the printed row in which state it is read', async () => {
  const { snapshotId } = await ingest(db, { on: '2025-03-01', rows: [other, wrong] });
  await ingest(db, { on: '2025-03-02', rows: [other, right] });
  const rows = await selectRecords<{ moved_from: string | null; place_code: string }>(
    db,
    sql`select row.moved_from, row.place_code from source_rows row join snapshot_rows printed
      on printed.source_row_id = row.id join snapshots list on list.number = printed.snapshot_number
      where list.id = ${snapshotId} order by printed.row_number`,
  );
  expect(rows).toEqual([
    { moved_from: null, place_code: 'GA' },
    { moved_from: 'NY', place_code: 'FL' },
  ]);
});

describe('where the lists that tied two states count no longer', () => {
  const operations = createOperations(database);
  /** So many that the guard lets the others come and go. */
  const staying = Array.from({ length: 20 }, (_, index): RowGiven => ({ agency: `Staying Police ${index}` }));
  const lake = (state: string, signed: string): RowGiven => ({ ...wrong, state, signed });
  /** Keeps the agency in its state, whatever else of it moves. */
  const jail: RowGiven = { ...wrong, model: 'JAIL_ENFORCEMENT' };
  const list = (on: string, ...rows: RowGiven[]): Promise<Applied> => ingest(db, { on, rows: [...staying, ...rows] });
  const withdraw = async (...lists: Applied[]): Promise<void> => {
    for (const { snapshotId } of lists) await operations.withdraw(snapshotId, 'not of the publisher');
  };
  const taskForces = async (): Promise<string[]> =>
    (await placeOf('Lake Placid Police'))
      .filter(({ model }) => model === 'TASK_FORCE')
      .map(({ place, status }) => `${place} ${status}`);

  it('gives a new id to what is printed where an agreement had left that nobody lists any more', async () => {
    const there: RowGiven = { ...jail, state: 'FL' };
    const left = await list('2025-03-02', there, lake('FL', '2025-02-01'));
    const came = await list('2025-03-05', there, lake('NY', '2025-02-01'));
    await list('2025-04-01');
    await withdraw(left, came);
    await list('2025-03-20', lake('NY', '2025-02-01'), lake('FL', '2025-02-01'));
    expect(await taskForces()).toEqual(['FL UNLISTED', 'NY UNLISTED']);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it.each([
    ['newest', '2025-03-07'],
    ['late', '2025-03-05'],
  ])('takes no id from a third state by a %s list', async (_, on) => {
    const [one, two, three] = [lake('FL', '2025-02-01'), lake('GA', '2025-02-02'), lake('NY', '2025-02-03')];
    const first = await list('2025-03-01', jail, { ...one, state: 'NY' });
    await list('2025-03-02', jail, one);
    const second = await list('2025-03-03', jail, one, { ...two, state: 'NY' });
    await list('2025-03-04', jail, one, two);
    await withdraw(first, second);
    const ids = (await standings()).map(({ id }) => id);
    await list('2025-03-06', jail, one, two);
    await list(on, jail, one, two, three);
    expect((await standings()).map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
    expect(await taskForces()).toEqual(['FL ACTIVE', 'GA ACTIVE', `NY ${on > '2025-03-06' ? 'ACTIVE' : 'UNLISTED'}`]);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('says that an agency answers for itself again', async () => {
    const correction = await list('2025-03-14', lake('NY', '2025-02-01'));
    await list('2025-03-02', lake('FL', '2025-02-01'));
    await withdraw(correction);
    expect(await taskForces()).toEqual(['FL ACTIVE']);
    const logged = (await log(db)).length;
    await list('2025-03-21', jail);
    expect(await told(logged)).toContain('EVENT_RETRACTED live');
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });
});
