/** A volume that is full while lists come in, of the embedded database and of PostgreSQL, and then has room again. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { writeSampleLists } from '../../src/sample/lists/write-lists.ts';
import { startCluster } from '../../tests/support/databases/postgres-cluster.ts';
import { createLedger } from '../database/open-bench-database.ts';
import { ingestLists, runProgram } from '../siege/lists.ts';
import { startSiegedServer } from '../siege/server.ts';
import { ask, handIn, operatorKey, probe, question } from './api.ts';
import { allOf, type FaultRun, type Figure, none } from './figure.ts';

const run = promisify(execFile);
const VOLUME_MEGABYTES = 160;
const LEFT_BYTES = 100_000;
const [LISTS, LISTS_BEFORE] = [16, 8];
const state =
  '{ statistics { agreements agencies states } ledgerEvents(first: 0) { totalCount } snapshots(first: 0) { totalCount } }';

interface Volume extends AsyncDisposable {
  path: string;
  fill(): Promise<void>;
  free(): Promise<void>;
}

/** In memory, of a fixed size. Null: this user may mount nothing here. */
async function mountVolume(): Promise<Volume | null> {
  const path = await mkdtemp('/tmp/accord287-volume-');
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${VOLUME_MEGABYTES}m`, 'accord287', path]);
  } catch {
    await rm(path, { recursive: true });
    return null;
  }
  await chmod(path, 0o755);
  const filler = join(path, 'filler');
  return {
    path,
    fill: async () => {
      const { bavail, bsize } = await statfs(path);
      await writeFile(filler, randomBytes(Math.max(0, bavail * bsize - LEFT_BYTES)));
    },
    free: () => rm(filler),
    [Symbol.asyncDispose]: async () => {
      await run('umount', ['-l', path]);
      await rm(path, { recursive: true });
    },
  };
}

/** `ledger` is on the volume; `revive` starts again what did not stand it. */
async function fillUnder(
  database: string,
  volume: Volume,
  ledger: Record<string, string>,
  reference: Record<string, string>,
  revive: () => Promise<void>,
): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'accord287-faults-'));
  try {
    const files = (await writeSampleLists(folder, { agencies: 300, lists: LISTS })).map(({ path }) => path);
    const [before, during] = [files.slice(0, LISTS_BEFORE), files.slice(LISTS_BEFORE)];
    for (const settings of [ledger, reference]) await ingestLists(settings, before);
    await using server = await startSiegedServer({ ...ledger, OPERATOR_KEYS: operatorKey });
    const url = `http://127.0.0.1:${server.port}/graphql`;
    await volume.fill();
    const reads = probe(url, 100, () => question(state));
    const verdicts: string[] = [];
    for (const path of during) verdicts.push(await handIn(url, path).catch(String));
    const backup = join(volume.path, 'ledger.backup');
    const refusal = await runProgram(ledger, ['backup', backup]).then(() => 'none', String);
    const left = (await readdir(volume.path)).filter((name) => name.startsWith('ledger.backup'));
    const failed = (await reads.stop()).filter(({ status }) => status !== 200);
    await volume.free();
    await revive();
    const taken = verdicts.map((verdict) => verdict === 'ACCEPTED' || verdict === 'HELD');
    let whole = 0;
    for (const [index, path] of during.entries()) {
      const verdict = await handInOnceReady(url, path);
      // What was told as taken is there; what was refused comes anew.
      if (taken[index] ? verdict === 'DUPLICATE' || verdict === 'HELD' : verdict !== 'DUPLICATE') whole += 1;
    }
    for (const path of during) await ingestLists(reference, [path]);
    const found = JSON.stringify(await ask(url, state));
    await using other = await startSiegedServer(reference);
    const right = JSON.stringify(await ask(`http://127.0.0.1:${other.port}/graphql`, state));
    return [
      none(
        'D7',
        `${database}: of ${reads.answers.length} queries on the full volume, without data (${statusesOf(failed)})`,
        failed.length,
      ),
      allOf(
        'D7',
        `${database}: lists on the full volume refused with UNAVAILABLE, or taken (${taken.filter(Boolean).length})`,
        verdicts.filter((verdict, index) => taken[index] || verdict === 'UNAVAILABLE').length,
        during.length,
      ),
      allOf(
        'D7',
        `${database}: backups to the full volume refused with a sentence, with nothing left of them`,
        /disk is full|No space left/.test(refusal) && left.length === 0 ? 1 : 0,
        1,
      ),
      allOf('D7', `${database}: lists taken once there was room`, whole, during.length),
      allOf('D7', `${database}: the ledger is as of lists that came without a fault`, found === right ? 1 : 0, 1),
      allOf('D7', `${database}: the server lives`, server.ended === null ? 1 : 0, 1),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const statusesOf = (answers: readonly { status: number }[]): string =>
  [...new Set(answers.map(({ status }) => status))].join(', ') || 'none';

/** A database that fell over needs a moment. */
async function handInOnceReady(url: string, path: string): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    const verdict = await handIn(url, path).catch(String);
    if (tries === 30 || !/UNAVAILABLE|INTERNAL|TIMEOUT|Error/.test(verdict)) return verdict;
    await setTimeout(500);
  }
}

async function fillEmbedded(): Promise<Figure[]> {
  await using volume = await mountVolume();
  if (volume === null) return [];
  const other = await mkdtemp(join(tmpdir(), 'accord287-faults-'));
  try {
    const of = (path: string) => ({ DATA_DIR: join(path, 'data'), SAMPLE: 'false' });
    return await fillUnder('embedded', volume, of(volume.path), of(other), async () => {});
  } finally {
    await rm(other, { recursive: true, force: true });
  }
}

async function fillPostgres(): Promise<Figure[]> {
  await using volume = await mountVolume();
  if (volume === null) return [];
  const cluster = await startCluster(volume.path);
  const elsewhere = await startCluster();
  try {
    const of = async (url: string) => ({ DATABASE_URL: await createLedger(url, 'disk') });
    // PostgreSQL ends itself where it cannot write what it must; a supervisor starts it again.
    const revive = (): Promise<void> => cluster.control('start').catch(() => {});
    return await fillUnder('PostgreSQL', volume, await of(cluster.url), await of(elsewhere.url), revive);
  } finally {
    await Promise.all([cluster.stop(), elsewhere.stop()]);
  }
}

export const disk: FaultRun = {
  rows: ['D7'],
  run: async function* () {
    const figures = await fillEmbedded();
    yield* figures;
    if (figures.length > 0) yield* await fillPostgres();
    else
      yield {
        row: 'D7',
        what: 'a volume of a fixed size',
        measured: 'may not be mounted',
        pass: 'not judged',
        holds: true,
      };
  },
};
