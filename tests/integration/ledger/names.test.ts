/** An agency's name on a database: it follows the lists, in whatever order they come. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { selectRecords } from '../../../src/database/records.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { conclusions, emptyLedger, ingest, log } from '../../support/ledgers/ledger.ts';
import { rederiveAll } from '../../support/ledgers/rederive-all.ts';
import type { ListGiven } from '../../support/lists/lists.ts';

const database = await openTestDatabase();
const { db } = database;
afterAll(() => database.close());
beforeEach(() => emptyLedger(db));

const other = { state: 'GA', agency: 'Other Police' };
const list = (day: number, agency: string): ListGiven => ({
  on: `2025-03-${String(day).padStart(2, '0')}`,
  rows: [{ agency }, other, { state: 'GA', agency: `Police of day ${day}` }],
});
const [old, now] = ['Somerville County Sheriff', 'Somervell County Sheriff'];
const nameOf = async (): Promise<string[]> => {
  const rows = await selectRecords<{ name: string; slug: string }>(
    db,
    sql`select name, slug from agencies where place_code = 'TX' and derived and merged_into is null`,
  );
  return rows.flatMap(({ name, slug }) => [name, slug]);
};
const renamings = async (): Promise<string[]> =>
  (await log(db)).filter(({ kind }) => kind === 'AGENCY_RENAMED').map(({ summary }) => summary);

it('is renamed by lists that print the same row again and again; the old slug answers', async () => {
  for (const day of [1, 2]) await ingest(db, list(day, old));
  for (const day of [4, 6]) await ingest(db, list(day, now));
  expect(await nameOf()).toEqual([old, 'tx-somerville-county-sheriff']);
  for (const day of [11, 12]) await ingest(db, list(day, now));
  expect(await nameOf()).toEqual([now, 'tx-somervell-county-sheriff']);
  expect(await renamings()).toEqual([
    'Somervell County Sheriff (Texas): renamed, name from Somerville County Sheriff to Somervell County Sheriff.',
  ]);
  const slugs = await selectRecords<{ slug: string }>(
    db,
    sql`select slug.slug from agency_slugs slug join agencies agency on agency.id = slug.agency_id
      where agency.name = ${now} order by 1`,
  );
  expect(slugs.map(({ slug }) => slug)).toEqual(['tx-somervell-county-sheriff', 'tx-somerville-county-sheriff']);
  expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
});

it('comes to the same name in every order: a late list may be the third that prints it', {
  timeout: 120_000,
}, async () => {
  const lists = [list(1, old), list(2, now), list(5, now), list(9, now)];
  const flapping = [list(1, old), list(2, now), list(5, old), list(9, now), list(12, now)];
  for (const [given, name] of [
    [lists, now],
    [flapping, old],
  ] as const) {
    const outcomes = new Set<string>();
    for (const last of given) {
      await emptyLedger(db);
      for (const each of [...given.filter((one) => one !== last), last]) {
        await ingest(db, each);
        expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
      }
      outcomes.add(JSON.stringify(await conclusions(db)));
      expect((await nameOf())[0]).toBe(name);
    }
    expect(outcomes.size).toBe(1);
  }
});

it('does not count a late list twice, nor where the name is the old one', async () => {
  for (const each of [list(1, old), list(2, now), list(5, now), list(9, now), list(20, now)]) await ingest(db, each);
  const before = await renamings();
  for (const day of [1, 3, 15]) {
    const { rows } = list(day, day === 1 ? old : now);
    await ingest(db, { on: `2025-03-${String(day).padStart(2, '0')}T18:00:00Z`, rows });
  }
  expect(await nameOf()).toEqual([now, 'tx-somervell-county-sheriff']);
  expect(await renamings()).toEqual(before);
  expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
});
