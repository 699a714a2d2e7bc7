/** A folder that had a real ledger and has none now, or not all of it: never an empty ledger, never the sample. */
import { cpSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { ledger } from '../../../schema/tables/ledger.ts';
import { LedgerLost } from '../../../src/database/folder/ledger-mark.ts';
import { type OpenLedger, openLedger } from '../../../src/database/open-ledger.ts';
import { putAgency } from '../../support/databases/builders.ts';
import { logEvents } from '../../support/databases/events.ts';
import { runCommand } from '../../support/processes/program.ts';

const open = (folder: string): Promise<OpenLedger> => openLedger({ directory: join(folder, 'real'), sample: false }, 1);

let made: string | undefined;
afterAll(() => made && rm(made, { recursive: true, force: true }));

/** A copy of the one that was made for the first test. */
async function realLedger(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'accord287-lost-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  made ??= await makeLedger();
  cpSync(made, folder, { recursive: true });
  return folder;
}

async function makeLedger(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'accord287-made-'));
  const { database, close } = await open(folder);
  await logEvents(database.db, [{ agencyId: await putAgency(database.db, 'Kept Police') }]);
  await close();
  return folder;
}

/** What is there, but for the mark of a process that tried, and a cache. */
const everything = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/(postmaster\.pid|pg_internal\.init)$/.test(name))
    .sort();

const damages: [string, RegExp, (directory: string) => unknown][] = [
  ['gone', /is gone/, (directory) => rmSync(directory, { recursive: true })],
  [
    'empty, as a disk that is not mounted',
    /is empty/,
    async (directory) => {
      rmSync(directory, { recursive: true });
      await mkdir(directory);
    },
  ],
  [
    'half there',
    /pg_wal, pg_xact is missing/,
    (directory) => ['pg_wal', 'pg_xact'].map((name) => rmSync(join(directory, name), { recursive: true })),
  ],
  [
    'without its tables',
    /cannot be opened/,
    (directory) => rmSync(join(directory, 'base'), { recursive: true }) ?? mkdir(join(directory, 'base')),
  ],
  ['with a damaged file', /cannot be opened/, (directory) => truncateSync(join(directory, 'global/pg_control'), 100)],
];

test.each(damages)('a ledger that is %s is refused, and says what to restore', async (_how, why, damage) => {
  const folder = await realLedger();
  await damage(join(folder, 'real'));
  const before = everything(folder);
  const refusal = open(folder);
  await expect(refusal).rejects.toThrow(LedgerLost);
  await expect(refusal).rejects.toThrow(why);
  await expect(refusal).rejects.toThrow('accord287 restore FILE');
  expect(everything(folder)).toEqual(before);
});

test('an empty database in the place of a ledger is refused', async () => {
  const folder = await realLedger();
  const made = await open(folder);
  await made.database.db.delete(ledger).where(eq(ledger.id, 1));
  await made.close();
  await expect(open(folder)).rejects.toThrow('accord287 restore FILE');
});

test('a log that lost its end is refused', async () => {
  const folder = await realLedger();
  const made = await open(folder);
  await made.database.db.execute(sql`delete from ledger_events`);
  await made.close();
  await expect(open(folder)).rejects.toThrow('counts 1 events and ends at none');
});

test('a folder that is brought back is opened again', async () => {
  const folder = await realLedger();
  const directory = join(folder, 'real');
  await rename(directory, join(folder, 'aside'));
  await expect(open(folder)).rejects.toThrow(LedgerLost);
  await rename(join(folder, 'aside'), directory);
  await (await open(folder)).close();
});

test('no command takes the sample, or a new ledger, for one that is gone', async () => {
  const folder = await realLedger();
  rmSync(join(folder, 'real'), { recursive: true });
  writeFileSync(join(folder, 'list.csv'), '');
  for (const command of [['lists'], ['ingest', join(folder, 'list.csv')], ['serve']]) {
    const { code, stderr, stdout } = await runCommand(command, { DATA_DIR: folder, PORT: '0' });
    expect([command, code, stderr + stdout]).toEqual([command, expect.any(Number), expect.stringContaining('is gone')]);
    expect(code).not.toBe(0);
  }
  expect(everything(folder).filter((name) => /^(real|sample)$/.test(name))).toEqual([]);
});
