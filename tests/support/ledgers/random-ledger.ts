/** Random histories of a small ledger: lists of both kinds that come in any order, held ones released, names decided. */
import fc from 'fast-check';
import { models } from '../../../schema/enums.ts';
import type { OpenDatabase } from '../../../src/database/database.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import type { ListGiven, RowGiven } from '../lists/lists.ts';
import { emptyLedger, ingest } from './ledger.ts';

const agencies: readonly RowGiven[] = [
  { state: 'TX', agency: 'Alder County Sheriff', county: '48001' },
  { state: 'TX', agency: 'Birch Police', county: '48003' },
  { state: 'TX', agency: 'Birch City Constables', county: '48003' },
  // With the same SIGNED as in Texas, it stood in the wrong state.
  { state: 'FL', agency: 'Birch Police', county: '12003' },
  { state: 'FL', agency: 'Cedar County Sheriff', county: '12001' },
  { state: 'FL', agency: "Cedar County Sheriff's Office" },
  { state: 'FL', agency: 'Dogwood Police', county: '12003' },
  { state: 'GU', agency: 'Elm Police' },
];

const row = fc
  .record({
    agency: fc.constantFrom(...agencies),
    model: fc.constantFrom(...models),
    signed: fc.constantFrom('2019-05-01', '2025-01-10', '2025-03-01', '2025-08-20', null),
  })
  .map(({ agency, model, signed }): RowGiven => ({ ...agency, model, signed }));

/** Close together and at night, so that days in New York and in UTC differ. */
const instant = fc
  .integer({ min: 0, max: 80 })
  .map((step) => new Date(Date.parse('2025-02-27T02:00:00Z') + step * 18 * 3_600_000).toISOString());

export const randomHistory = fc.array(
  fc.record({
    kind: fc.constantFrom('PARTICIPATING' as const, 'PARTICIPATING' as const, 'PENDING' as const),
    on: instant,
    rows: fc.array(row, { minLength: 1, maxLength: 9 }),
  }),
  { minLength: 2, maxLength: 9 },
);

/** Fills an empty ledger with the lists in the order given. */
export async function playHistory(
  database: Pick<OpenDatabase, 'db' | 'kind' | 'originals' | 'prepare'>,
  history: readonly ListGiven[],
): Promise<void> {
  const { db } = database;
  await emptyLedger(db);
  const operations = createOperations(database);
  for (const [index, list] of history.entries()) {
    const { status, snapshotId } = await ingest(db, list);
    if (status !== 'HELD') continue;
    if (index % 2 === 0) await operations.release(snapshotId, 'a test');
    else await operations.reject(snapshotId, 'a test');
  }
}
