/** kill -9 in the middle of writing: what was acknowledged is there, and nothing is there by half. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { packageRoot } from '../../src/package-root.ts';
import { writeSampleLists } from '../../src/sample/lists/write-lists.ts';
import { startSiegedServer } from '../siege/server.ts';
import { ask, handIn, operatorKey } from './api.ts';
import { allOf, type FaultRun, type Figure } from './figure.ts';

/** As many as the test makes with TEST_LONG=1. */
const INGEST_KILLS = 100;

/** The test of kills of ingest in its long form, which compares each ledger with what its whole lists make. */
async function killIngest(): Promise<Figure[]> {
  const test = 'tests/e2e/crash.test.ts';
  const child = spawn('npx', ['vitest', 'run', test, '-t', 'while lists are ingested'], {
    cwd: packageRoot(),
    env: { ...process.env, TEST_LONG: '1', TEST_POSTGRES: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (chunk: Buffer) => {
      said += chunk;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) process.stderr.write(said);
  return [
    allOf(
      'I4',
      `ledgers of whole lists after kill -9 (${test} with TEST_LONG=1)`,
      code === 0 ? INGEST_KILLS : 0,
      INGEST_KILLS,
    ),
  ];
}

const SERVER_KILLS = 20;
const LISTS = 300;
const LONGEST_MILLISECONDS = 800;

/** An embedded server is killed while lists are handed in, and started again. */
async function killServer(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'accord287-faults-'));
  try {
    const lists = await writeSampleLists(join(folder, 'lists'), { agencies: 100, lists: LISTS });
    const files = lists.map(({ path }) => path);
    // What is being handed in when it is killed stays in the folder for temporary files.
    const settings = { DATA_DIR: join(folder, 'data'), TMPDIR: folder, SAMPLE: 'false', OPERATOR_KEYS: operatorKey };
    const acknowledged = new Set<string>();
    let kept = 0;
    for (let kill = 0; kill < SERVER_KILLS; kill += 1) {
      await using server = await startSiegedServer(settings);
      const url = `http://127.0.0.1:${server.port}/graphql`;
      let dies: Promise<unknown> | undefined;
      while (server.ended === null) {
        const path = files.shift();
        if (path === undefined) throw new Error('There are no more lists to hand in.');
        const verdict = await handIn(url, path).catch(() => null);
        if (verdict !== null) acknowledged.add(path.slice(path.lastIndexOf('/') + 1));
        // Whatever is under way then.
        dies ??= setTimeout(Math.random() * LONGEST_MILLISECONDS).then(() => process.kill(server.pid, 'SIGKILL'));
      }
      await dies;
      while (server.ended === null) await setTimeout(10);
      await using again = await startSiegedServer(settings);
      const names = await listNames(`http://127.0.0.1:${again.port}/graphql`);
      if ([...acknowledged].every((name) => names.has(name))) kept += 1;
      process.kill(again.pid, 'SIGKILL');
      while (again.ended === null) await setTimeout(10);
    }
    return [
      allOf(
        'D12',
        `restarts after kill -9 with all lists acknowledged so far (${acknowledged.size} in the end)`,
        kept,
        SERVER_KILLS,
      ),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function listNames(url: string): Promise<Set<string>> {
  const names = new Set<string>();
  const query =
    'query ($after: String) { snapshots(first: 100, after: $after) { nodes { fileName } pageInfo { endCursor hasNextPage } } }';
  for (let after: string | null = null, more = true; more; ) {
    const { snapshots }: Page = await ask<Page>(url, query, { after });
    for (const { fileName } of snapshots.nodes) names.add(fileName);
    ({ endCursor: after, hasNextPage: more } = snapshots.pageInfo);
  }
  return names;
}

interface Page {
  snapshots: { nodes: { fileName: string }[]; pageInfo: { endCursor: string | null; hasNextPage: boolean } };
}

export const kills: FaultRun = {
  rows: ['D12', 'I4'],
  run: async function* (_seconds, wanted) {
    if (wanted('D12')) yield* await killServer();
    if (wanted('I4')) yield* await killIngest();
  },
};
