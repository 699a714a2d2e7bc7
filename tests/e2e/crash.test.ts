/**
 * A process that is killed while it changes the ledger: it is as before a list or a key, or as after it, never in
 * between, and the audit log with it.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { OperatorAct } from '../../schema/enums.ts';
import { leases } from '../../schema/tables/follow.ts';
import { operatorKeys } from '../../schema/tables/keys.ts';
import type { Database, DatabaseConfig, OpenDatabase } from '../../src/database/database.ts';
import { migrateDatabase } from '../../src/database/migrate.ts';
import { openDatabase } from '../../src/database/open.ts';
import { selectRecords } from '../../src/database/records.ts';
import { RULES_VERSION } from '../../src/ledger/derive/rules-version.ts';
import { createOperations } from '../../src/operations/create-operations.ts';
import { followRound } from '../../src/operations/follow/follow-round.ts';
import { cloneTemplate, openTestDatabase } from '../support/databases/test-database.ts';
import { conclusions, log } from '../support/ledgers/ledger.ts';
import { runHere } from '../support/processes/command-here.ts';
import { dataDirectory, runCommand, settingsOf, startCommand } from '../support/processes/program.ts';
import { runs } from '../support/run/long-tests.ts';
import { agencyNames, openStubSource, workbookOf } from '../support/source/stub-source.ts';

const KILLS = runs(1, 10);
const INGEST_KILLS = runs(1, 100);

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
  timeout: 80_000 * INGEST_KILLS,
}, async () => {
  await using lists = await dataDirectory();
  await runHere(['sample', '--agencies', '100', '--lists', '3', '--out', lists.path], {});
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

  for (let kill = 0; kill < INGEST_KILLS; kill += 1) {
    const clone = await cloneTemplate();
    const command = startCommand(['ingest', '--backfill', ...paths], settingsOf(clone.config));
    // The first list takes a tenth of a second: from before its transaction to after the last one.
    await command.heard(/files read|read/);
    await setTimeout(Math.random() * 1_500);
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

test('kill -9 in the middle of a look at the source leaves whole lists only, and the next look goes on', {
  timeout: 80_000 * (KILLS + 1),
}, async () => {
  await using source = await openStubSource();
  const paths = ['/participating-a.xlsx', '/participating-b.xlsx'];
  const files = await Promise.all(
    paths.map(async (_path, index) => {
      const lastModified = `2026-03-0${index + 1}T15:00:00.000Z`;
      return { bytes: await workbookOf(agencyNames(100 + index), lastModified), lastModified };
    }),
  );
  const whole = new Set<string>();
  await using reference = await openTestDatabase();
  whole.add(await digest(reference.db));
  const follow = { page: source.page, lists: [], schedule: '* * * * *', staleHours: 3, userAgent: 'test' };
  for (const [index, file] of files.entries()) {
    source.put(paths[index] ?? '', file);
    source.links(...paths.slice(0, index + 1));
    await followRound(reference, follow, { onlyIfDue: false });
    whole.add(await digest(reference.db));
  }
  expect(whole.size).toBe(3);
  const complete = await digest(reference.db);

  /** From when both lists came to its end, unless it is killed before that. */
  let milliseconds = Number.POSITIVE_INFINITY;
  for (let kill = -1; kill < KILLS; kill += 1) {
    const clone = await cloneTemplate();
    const asked = source.asked.length;
    const command = startCommand(['follow'], { ...settingsOf(clone.config), FOLLOW_PAGE: source.page });
    while (source.asked.length < asked + 3) await setTimeout(10);
    const startedAt = performance.now();
    if (kill >= 0) {
      await setTimeout(Math.random() * milliseconds);
      command.kill('SIGKILL');
    }
    await command.ended;
    milliseconds = Math.min(milliseconds, performance.now() - startedAt);
    await inDatabase(clone.config, async (database) => {
      expect(whole.has(await digest(database.db))).toBe(true);
      await expectAudited(database.db, 'INGEST', 'select count(*) from snapshots');
      // The dead process holds its lease for twenty seconds.
      await database.db.update(leases).set({ until: sql`now()` });
      expect(await followRound(database, follow, { onlyIfDue: false })).toMatchObject({ ran: 'ROUND' });
      expect((await digest(database.db)) === complete).toBe(true);
    });
    await clone.remove();
  }
});

test('kill -9 in the middle of making and of revoking a key does it, with its entry in the audit log, or does not', {
  timeout: 80_000 * (KILLS + 1),
}, async () => {
  const clone = await cloneTemplate();
  const settings = settingsOf(clone.config);
  const names = Array.from({ length: runs(1, 4) }, (_, index) => `desk ${index + 1}`);
  const keys: string[] = [];
  await inDatabase(clone.config, async (database) => {
    await migrateDatabase(database, { rulesVersion: RULES_VERSION, sample: false });
    const operations = createOperations(database);
    for (const name of names) keys.push((await operations.createKey({ name, role: 'ADMIN' })).prefix);
    // What a transaction wrote stands for a while before it commits.
    await database.db.execute(sql`create function sleep_a_while() returns trigger language plpgsql
      as $$ begin perform pg_sleep(1); return new; end $$`);
    await database.db.execute(sql`create trigger sleep_a_while before insert on audit_entries
      for each row execute function sleep_a_while()`);
  });
  const startedAt = performance.now();
  expect((await runCommand(['key', 'create', '--role', 'read', '--name', 'whole'], settings)).code).toBe(0);
  const milliseconds = performance.now() - startedAt;
  const commands = [
    ...names.map((name) => ['key', 'create', '--role', 'read', '--name', `new ${name}`]),
    ...keys.map((key) => ['key', 'revoke', key, '--reason', 'lost']),
  ];
  for (const args of commands) {
    const command = startCommand(args, settings);
    // The sleep is the last of its seconds.
    const isOver = command.ended.then(() => true);
    const wait = setTimeout(milliseconds - 1_200 * Math.random()).then(() => false);
    const wasOver = await Promise.race([isOver, wait]);
    command.kill('SIGKILL');
    const { stdout, code } = await command.ended;
    await inDatabase(clone.config, async ({ db }) => {
      await expectAudited(db, 'CREATE_KEY', 'select count(*) from operator_keys');
      await expectAudited(db, 'REVOKE_KEY', 'select count(*) from operator_keys where revoked_at is not null');
      const name = args.includes('create') ? args.at(-1) : null;
      const done = sql`select id from operator_keys where name = ${name} or (prefix = ${args[2] ?? ''} and revoked_at is not null)`;
      // What it said is so.
      if (stdout !== '' || (wasOver && code === 0)) expect(await selectRecords(db, done)).toHaveLength(1);
    });
  }
  for (const key of keys) await runHere(['key', 'revoke', key, '--reason', 'lost'], settings);
  await inDatabase(clone.config, async ({ db }) => {
    expect(await db.$count(operatorKeys, sql`name like 'desk %' and revoked_at is null`)).toBe(0);
    await expectAudited(db, 'REVOKE_KEY', 'select count(*) from operator_keys where revoked_at is not null');
  });
  await clone.remove();
});

async function inDatabase(config: DatabaseConfig, work: (database: OpenDatabase) => Promise<void>): Promise<void> {
  const database = await openDatabase(config);
  await work(database).finally(() => database.close());
}

/** As many entries of what was done as there is of it. */
async function expectAudited(db: Database, act: OperatorAct, counting: string): Promise<void> {
  const [row] = await selectRecords<{ entries: number; done: number }>(
    db,
    sql`select (select count(*) from audit_entries where act = ${act} and refusal is null) as entries, (${sql.raw(counting)}) as done`,
  );
  expect(row?.entries).toBe(row?.done);
}
