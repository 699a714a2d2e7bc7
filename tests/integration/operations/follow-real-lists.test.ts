import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { publishedAtOfFileName } from '../../../src/intake/file-name-day.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { followRound } from '../../../src/operations/follow/follow-round.ts';
import { isGood } from '../../../src/operations/follow/outcomes.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { conclusions, log, tell } from '../../support/ledgers/ledger.ts';
import { unlessPassed } from '../../support/run/kept-passes.ts';
import { isLong } from '../../support/run/long-tests.ts';
import { sharedData } from '../../support/run/shared-data.ts';
import { openStubSource } from '../../support/source/stub-source.ts';

const data = sharedData();
const patience = { timeout: 120_000 };

test.skipIf(data === null)(
  'a month of real lists, followed one by one, is the ledger made by hand',
  {
    timeout: 900_000,
  },
  unlessPassed(async () => {
    const folder = join(data ?? '', 'participating');
    // In the usual run a month of fewer and shorter ones.
    const names = readdirSync(folder).filter((name) => name.startsWith(isLong ? '2025-08-' : '2025-03-'));
    const lists = names
      .map((name) => ({ name, at: publishedAtOfFileName(name) ?? '' }))
      .sort((a, b) => (a.at < b.at ? -1 : 1));
    expect(lists.length).toBeGreaterThan(isLong ? 10 : 5);
    await using database = await openTestDatabase();
    await using byHand = await openTestDatabase();
    await using source = await openStubSource();
    const settings = { page: source.page, lists: [], schedule: '* * * * *', staleHours: 3, userAgent: 'test' };
    for (const { name, at } of lists) {
      const address = `/doclib/${name.split('__')[1] ?? name}`;
      source.put(address, { bytes: await readFile(join(folder, name)), lastModified: at });
      source.links(address);
      // What a busy machine does not read in time, the next look reads.
      const look = () => followRound(database, settings, { onlyIfDue: false });
      await expect.poll(async () => (await look()).looks.every(({ outcome }) => isGood(outcome)), patience).toBe(true);
      await createOperations(byHand).ingest({ paths: [join(folder, name)] });
    }
    expect(await conclusions(database.db)).toEqual(await conclusions(byHand.db));
    expect(tell(await log(database.db))).toEqual(tell(await log(byHand.db)));
  }),
);
