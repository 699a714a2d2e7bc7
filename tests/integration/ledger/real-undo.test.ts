/** Real lists, withdrawn, re-dated and put back: what is derived without them is what a full replay derives. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { emptyLedger, identities } from '../../support/ledgers/ledger.ts';
import { rederiveAll } from '../../support/ledgers/rederive-all.ts';
import { unlessPassed } from '../../support/run/kept-passes.ts';
import { isLong } from '../../support/run/long-tests.ts';
import { sharedData } from '../../support/run/shared-data.ts';

const archive = sharedData();
const database = await openTestDatabase();
const { db } = database;
const operations = createOperations(database);
afterAll(() => database.close());

/** But for agencies that answer with another: one that had another name for a while leaves its slug. */
async function current(): Promise<unknown> {
  const { agencies, ...others } = await identities(db);
  return { ...others, agencies: agencies.filter(({ merged_into: into }) => into === null) };
}

/** Some weeks of both kinds, in which agreements leave and come back. */
const between = (name: string): boolean => name >= '2026-01-15' && name < '2026-02-20';

test.skipIf(archive === null)(
  'leave no trace but in the log',
  { timeout: 600_000 },
  unlessPassed(async () => {
    await emptyLedger(db);
    const paths = ['participating', 'pending'].flatMap((folder) =>
      readdirSync(join(archive ?? '', folder))
        .filter(between)
        .filter((_name, index) => index % (isLong ? 4 : 8) === 0)
        .map((name) => join(archive ?? '', folder, name)),
    );
    await operations.ingest({ paths });
    const lists = await operations.lists('ACCEPTED', null);
    expect(lists.length).toBeGreaterThan(4);
    const before = await current();
    const [newest, inBetween, first] = [lists[0], lists[Math.floor(lists.length / 2)], lists.at(-1)];
    // In the usual run the one that has lists on both sides.
    for (const list of isLong ? [newest, inBetween, first] : [inBetween]) {
      const { id = '', publishedAt = '' } = list ?? {};
      const earlier = new Date(Date.parse(publishedAt) - 9 * 86_400_000).toISOString();
      for (const act of [() => operations.withdraw(id, 'a try'), () => operations.redate(id, earlier, 'a try')]) {
        const { decisionIds } = await act();
        expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
        await operations.revoke(decisionIds[0] ?? '', 'a try');
        expect(await current()).toEqual(before);
      }
    }
  }),
);
