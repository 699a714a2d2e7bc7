/** A process that is killed while it ingests: the ledger is as before a list or as after it, never in between. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { openDatabase } from '../../src/database/open.ts';
import { selectRecords } from '../../src/database/records.ts';
import { createOperations } from '../../src/operations/create-operations.ts';
import { conclusions, log } from '../support/ledger.ts';
import { dataDirectory, runCommand, settingsOf, startCommand } from '../support/program.ts';
import { cloneTemplate, openTestDatabase } from '../support/test-database.ts';

const KILLS = 3;

/** Everything that an ingest writes but the clock. */
async function digest(db: Database): Promise<string> {
  const lists = await selectRecords(db, sql`select id, status, row_count, issue_count from snapshots order by id`);
  const counts = await selectRecords(
    db,
    sql`select (select count(*) from snapshot_rows) as rows, (select count(*) from source_rows) as distinct_rows,
      (select last_sequence from ledger) as last, (select count(*) from ledger_events) as events`,
  );
  const events = (await log(db)).map(({ id }) => id);
  return JSON.stringify([lists, counts, events, await conclusions(db)]);
}

test('kill -9 while lists are ingested leaves whole lists only, and the next run goes on', {
  timeout: 240_000,
}, async () => {
  await using lists = await dataDirectory();
  await runCommand(['sample', '--agencies', '300', '--lists', '4', '--out', lists.path], {});
  const paths = readdirSync(lists.path)
    .sort()
    .map((name) => join(lists.path, name));
  const whole = new Set<string>();
  await using reference = await openTestDatabase();
  const operations = createOperations(reference);
  whole.add(await digest(reference.db));
  for (const path of paths) {
    await operations.ingest({ paths: [path], backfill: true });
    whole.add(await digest(reference.db));
  }
  expect(whole.size).toBe(paths.length + 1);
  const complete = await digest(reference.db);

  for (let kill = 0; kill < KILLS; kill += 1) {
    const clone = await cloneTemplate();
    const command = startCommand(['ingest', '--backfill', ...paths], settingsOf(clone.config));
    // The first list takes a fifth of a second: from before its transaction to after the last one.
    await command.heard(/files read|read/);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 1_500));
    command.kill('SIGKILL');
    await command.ended;
    const database = await openDatabase(clone.config);
    expect(whole).toContain(await digest(database.db));
    const again = await createOperations(database).ingest({ paths, backfill: true });
    expect(again.files.every(({ status }) => status === 'ACCEPTED' || status === 'DUPLICATE')).toBe(true);
    expect(await digest(database.db)).toBe(complete);
    await database.close();
    await clone.remove();
  }
});
