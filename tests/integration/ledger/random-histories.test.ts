import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { type Applied, applyHistory } from '../../../src/ledger/apply/apply.ts';
import { acceptedLists } from '../../../src/ledger/apply/lists/publication.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { conclusions, emptyLedger, identities, ingest } from '../../support/ledgers/ledger.ts';
import { rederiveAll } from '../../support/ledgers/rederive-all.ts';
import { arrival, type RowGiven } from '../../support/lists/lists.ts';
import { runs } from '../../support/run/long-tests.ts';

const database = await openTestDatabase();
const { db } = database;
afterAll(() => database.close());

/** A list of the random histories: a day, and which sheet each of two states has. */
interface Listed {
  kind: 'PARTICIPATING' | 'PENDING';
  day: number;
  texas: number;
  georgia: number;
  /** The row of the sheet of Texas that stands in Georgia. */
  elsewhere: number | null;
}

const row = { model: 'TASK_FORCE', signed: '2025-03-01', memorandum: null } as const;
const list = { kind: 'PARTICIPATING', day: 0 } as const;
/** Two states that swap their agreements, which is held, unless a list between them shows one half of it. */
const swapped: [RowGiven[][], Listed[]] = [
  [
    [
      { ...row, agency: 'Alpha Police' },
      { ...row, agency: 'Alphas Police' },
    ],
    [
      { ...row, agency: 'Delta Marshal' },
      { ...row, agency: 'Alpha Police', model: 'JAIL_ENFORCEMENT' },
    ],
    [],
  ],
  [
    { ...list, texas: 0, georgia: 1, elsewhere: null },
    { ...list, texas: 0, georgia: 0, elsewhere: null },
    { ...list, texas: 0, georgia: 0, elsewhere: null },
    { ...list, texas: 1, georgia: 0, elsewhere: null },
  ],
];

/** In the order of arrival the last list is compared with the first, of which four rows would change states. */
const heldInOneOrderOnly: [RowGiven[][], Listed[]] = [
  [
    [],
    [
      { agency: 'Alpha Police', model: 'JAIL_ENFORCEMENT', signed: '2025-03-01', memorandum: null },
      { agency: 'Charlie Beach Police', model: 'TASK_FORCE', signed: '2025-03-01', memorandum: null },
    ],
    [
      { agency: 'Bravo County Sheriff', model: 'TASK_FORCE', signed: '2025-03-01', memorandum: null },
      { agency: 'Alpha Police', model: 'TASK_FORCE', signed: '2025-03-01', memorandum: null },
    ],
  ],
  [
    { kind: 'PARTICIPATING', day: 0, texas: 2, georgia: 1, elsewhere: null },
    { kind: 'PARTICIPATING', day: 0, texas: 0, georgia: 0, elsewhere: null },
    { kind: 'PARTICIPATING', day: 0, texas: 0, georgia: 2, elsewhere: null },
    { kind: 'PARTICIPATING', day: 36, texas: 1, georgia: 2, elsewhere: null },
  ],
];

it('incremental ingest and a full replay agree, ids included, on random histories', async () => {
  const agency = fc.constantFrom(
    'Alpha Police',
    'Alphas Police',
    'Bravo County Sheriff',
    'Bravo Co. Sheriff’s Office',
    'Charlie Beach Police',
    'Charlie Police',
    'Delta Marshal',
    'Marshal Delta',
  );
  const anyRow: fc.Arbitrary<RowGiven> = fc.record({
    agency,
    model: fc.constantFrom('TASK_FORCE' as const, 'JAIL_ENFORCEMENT' as const),
    signed: fc.constantFrom('2025-03-01', '2025-03-02', '2020-01-01', null),
    memorandum: fc.constantFrom(null, 'https://example.org/a.pdf', 'https://example.org/b.pdf'),
  });
  // A few sheets that come again and again, as they do: most lists repeat most places of the one before.
  const anySheets = fc.array(fc.array(anyRow, { maxLength: 4 }), { minLength: 3, maxLength: 3 });
  const anyList: fc.Arbitrary<Listed> = fc.record({
    kind: fc.constantFrom('PARTICIPATING' as const, 'PARTICIPATING' as const, 'PENDING' as const),
    day: fc.integer({ min: 0, max: 60 }),
    texas: fc.nat(2),
    georgia: fc.nat(2),
    elsewhere: fc.constantFrom(null, null, 0, 1),
  });
  const anyLists = fc.array(anyList, { minLength: 2, maxLength: 10 });
  // What the guard holds depends on what came before it, so it differs from one order to the other.
  const operations = createOperations(database);
  const admit = async ({ snapshotId }: Applied): Promise<void> => {
    // The release of another may have let it in.
    const held = await operations.lists('HELD', null);
    if (held.some(({ id }) => id === snapshotId)) await operations.release(snapshotId, 'checked');
  };
  await fc.assert(
    fc.asyncProperty(anySheets, anyLists, async (sheets, lists) => {
      await emptyLedger(db);
      const start = Date.parse('2025-03-01T12:00:00Z');
      const inTexas = (sheet: number, elsewhere: number | null): RowGiven[] =>
        (sheets[sheet] ?? []).map((r, index) => ({ ...r, state: index === elsewhere ? 'GA' : 'TX' }));
      const inGeorgia = (sheet: number): RowGiven[] => (sheets[sheet] ?? []).map((r) => ({ ...r, state: 'GA' }));
      const given = lists.map(({ kind, day, texas, georgia, elsewhere }) => ({
        kind,
        rows: [...inTexas(texas, elsewhere), ...inGeorgia(georgia)],
        on: new Date(start + day * 86_400_000).toISOString(),
      }));
      const inOrder = given.toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
      for (const list of inOrder) await admit(await ingest(db, list));
      const incremental = await identities(db);
      const [told, accepted] = [await conclusions(db), (await acceptedLists(db)).length];
      expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
      expect(await identities(db)).toEqual(incremental);
      await emptyLedger(db);
      for (const list of given) await admit(await ingest(db, list));
      expect(await acceptedLists(db)).toHaveLength(accepted);
      expect(await conclusions(db)).toEqual(told);
      expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
      await emptyLedger(db);
      const early = given.filter((_, index) => index % 3 === 0);
      for (const list of early) await admit(await ingest(db, list));
      const late = given.filter((list) => !early.includes(list));
      for (const applied of await applyHistory(db, late.map(arrival))) await admit(applied);
      expect(await acceptedLists(db)).toHaveLength(accepted);
      expect(await conclusions(db)).toEqual(told);
      expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
    }),
    { numRuns: runs(4, 200), examples: [heldInOneOrderOnly, swapped] },
  );
}, 1_200_000);
