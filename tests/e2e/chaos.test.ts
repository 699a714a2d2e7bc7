/** bench/chaos in small: what ends while watchers watch, and that they miss nothing. */
import { expect, test } from 'vitest';
import { runChaos } from '../../bench/chaos/run.ts';
import { judge } from '../../bench/chaos/verdict.ts';
import { clusterAvailable } from '../support/databases/postgres-cluster.ts';
import { entryOf } from '../support/processes/program.ts';

const program = [process.execPath, ...entryOf('src/main.ts')];

test('instances and PostgreSQL end and come back, and every watcher has every event once', {
  timeout: 400_000,
}, async ({ skip }) => {
  skip(!clusterAvailable(), 'restarts a PostgreSQL of its own: needs TEST_POSTGRES=1 and its programs');
  const run = await runChaos({
    ...{ command: program, watchers: 100, seconds: 20, notify: true, catchUpSeconds: 120 },
  });
  const verdict = judge(run);

  expect(verdict.events).toBeGreaterThan(0);
  expect(verdict).toMatchObject({
    ...{ delivered: verdict.expected, complete: 100, gaps: 0, duplicates: 0, wireDuplicates: 0 },
    ...{ mistaken: 0, lostCommits: 0, faults: [] },
  });
  expect(run.troubles).toEqual([]);

  expect(run.faults.struck.map(({ what }) => what)).toEqual([
    'SIGTERM of accord287-a',
    'LISTEN session of accord287-b killed',
    'SIGKILL of accord287-b',
    'PostgreSQL stopped (immediate) and started',
    'SIGTERM of accord287-a',
    'LISTEN session of accord287-b killed',
    'SIGKILL of accord287-b',
  ]);
  // Two that were killed, and those of both instances after the restart.
  expect(run.faults.listeningAfter.filter((after) => after !== null)).toHaveLength(4);
  const stopped = run.faults.endings.filter(({ signal }) => signal === 'SIGTERM');
  expect(stopped.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  for (const { endedAfter } of stopped) expect(endedAfter).toBeLessThan(30_000);
});
