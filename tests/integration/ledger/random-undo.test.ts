/** Lists that say one state and then another, withdrawn, counted again and dated anew: as if the rest had come alone. */
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { acceptedLists } from '../../../src/ledger/apply/lists/publication.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { Refusal } from '../../../src/operations/operations.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { conclusions, emptyLedger, ingest } from '../../support/ledgers/ledger.ts';
import { rederiveAll } from '../../support/ledgers/rederive-all.ts';
import { at, type ListGiven, type RowGiven } from '../../support/lists/lists.ts';
import { runs } from '../../support/run/long-tests.ts';

const database = await openTestDatabase();
const { db } = database;
const operations = createOperations(database);
afterAll(() => database.close());

/** So many rows that stay that the guard lets the others come and go. */
const staying = Array.from({ length: 30 }, (_, index) => ({
  ...{ state: 'AZ', agency: `Staying Police ${index}`, signed: '2025-01-02' },
}));

const anyRow: fc.Arbitrary<RowGiven> = fc.record({
  state: fc.constantFrom('FL', 'GA', 'TX'),
  agency: fc.constantFrom('Alpha Police', 'Bravo Police'),
  model: fc.constantFrom('TASK_FORCE' as const, 'JAIL_ENFORCEMENT' as const),
  signed: fc.constantFrom('2025-01-10', '2025-01-20'),
});
const anyDay = fc.integer({ min: 0, max: 50 });
const anyAct = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('ingest' as const),
      day: anyDay,
      rows: fc.uniqueArray(anyRow, { maxLength: 4, selector: (row) => JSON.stringify(row) }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('withdraw' as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('revoke' as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('redate' as const), which: fc.nat(20), day: anyDay }) },
);

/** What was decided already, or undone: nothing has happened then. */
const unlessRefused = (error: unknown): void => {
  if (!(error instanceof Refusal)) throw error;
};

const publishedOn = (day: number): string => at(new Date(Date.UTC(2025, 1, 1 + day, 12)).toISOString());

it('comes to the ledger of the lists that count, whatever counted before', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyAct, { minLength: 4, maxLength: 14 }), async (acts) => {
      await emptyLedger(db);
      const given = new Map<string, ListGiven>();
      const made: string[] = [];
      const add = async (list: ListGiven): Promise<string> => {
        const { snapshotId } = await ingest(db, list);
        const held = await operations.lists('HELD', null);
        if (held.some(({ id }) => id === snapshotId)) await operations.release(snapshotId, 'checked');
        return snapshotId;
      };
      const perform = async (each: (typeof acts)[number]): Promise<void> => {
        const accepted = await acceptedLists(db);
        if (each.act === 'ingest') {
          const list = { on: publishedOn(each.day), rows: [...staying, ...each.rows] };
          given.set(await add(list), list);
        } else if (each.act === 'revoke') {
          const decision = made.splice(each.which % Math.max(made.length, 1), 1)[0];
          if (decision !== undefined) await operations.revoke(decision, 'it was right');
        } else {
          const list = accepted[each.which % Math.max(accepted.length, 1)];
          if (list === undefined) return;
          const { decisionIds } =
            each.act === 'withdraw'
              ? await operations.withdraw(list.id, 'not of the publisher')
              : await operations.redate(list.id, publishedOn(each.day), 'printed on it');
          made.push(...decisionIds);
        }
      };
      for (const each of acts) {
        await perform(each).catch(unlessRefused);
        expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
      }
      const told = await conclusions(db);
      const counting = (await acceptedLists(db)).map(({ id, publishedAt }) => ({ ...given.get(id), on: publishedAt }));
      await emptyLedger(db);
      for (const list of counting) await add(list as ListGiven);
      expect(await acceptedLists(db)).toHaveLength(counting.length);
      expect(await conclusions(db)).toEqual(told);
    }),
    { numRuns: runs(3, 200) },
  );
}, 1_200_000);
