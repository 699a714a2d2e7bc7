/** Real lists in random orders of arrival: what a person lets in comes to one ledger, whatever came first. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { conclusions, emptyLedger } from '../../support/ledgers/ledger.ts';
import { rederiveAll } from '../../support/ledgers/rederive-all.ts';
import { isLong } from '../../support/run/long-tests.ts';
import { sharedData } from '../../support/run/shared-data.ts';

const archive = sharedData();
const database = await openTestDatabase();
const { db } = database;
const operations = createOperations(database);
afterAll(() => database.close());

/** Some weeks of both kinds, in which agreements leave, come back and change. */
const between = (name: string): boolean => name >= '2026-01-15' && name < '2026-03-01';

test.skipIf(archive === null || !isLong)('agree in any order of arrival', { timeout: 3_600_000 }, async () => {
  const paths = ['participating', 'pending'].flatMap((folder) =>
    readdirSync(join(archive ?? '', folder))
      .filter(between)
      .filter((_name, index) => index % 5 === 0)
      .map((name) => join(archive ?? '', folder, name)),
  );
  expect(paths.length).toBeGreaterThan(6);
  const play = async (order: readonly string[]): Promise<unknown> => {
    await emptyLedger(db);
    for (const path of order) await operations.ingest({ paths: [path] });
    // What is compared with another list than the one before it in time may wait for a person.
    for (const { id } of await operations.lists('HELD', null)) {
      const held = await operations.lists('HELD', null);
      if (held.some((list) => list.id === id)) await operations.release(id, 'genuine');
    }
    expect((await operations.lists('ACCEPTED', null)).length).toBe(paths.length);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
    return conclusions(db);
  };
  const inOrder = await play(paths);
  const anyOrder = fc.shuffledSubarray(paths, { minLength: paths.length });
  await fc.assert(
    fc.asyncProperty(anyOrder, async (order) => {
      expect(await play(order)).toEqual(inOrder);
    }),
    { numRuns: 25 },
  );
});
