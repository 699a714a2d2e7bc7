/** What bench/chaos says of watchers that missed something, and of those that did not. */
import { expect, test } from 'vitest';
import type { Watched } from '../../../bench/chaos/resuming-watcher.ts';
import type { Run } from '../../../bench/chaos/run.ts';
import { judge } from '../../../bench/chaos/verdict.ts';
import { uuidOf } from '../../support/databases/builders.ts';

const log = [1, 2, 3].map((sequence) => ({ sequence, id: uuidOf(`event ${sequence}`) }));

function watcher(...sequences: number[]): Watched {
  const receivedAt = sequences.map((sequence) => 1_000 * sequence + 10);
  return { sequences, receivedAt, wireDuplicates: 0, reconnects: 1, refusals: 0, faults: [] };
}

function runOf(watchers: Watched[], changed: Partial<Run> = {}): Run {
  const committedAt = new Map(log.map(({ id, sequence }) => [id, 1_000 * sequence]));
  return {
    log,
    ingested: { committedAt, transactions: 3, retries: 0, unanswered: 0 },
    findings: { watchers, ids: new Map(log.map(({ id, sequence }) => [sequence, `event_${id}`])), contradictions: 0 },
    faults: { struck: [], endings: [], listeningAfter: [], databaseBackAt: 2_500 },
    chaosBeganAt: 1_500,
    ...{ troubles: [], complaints: [], ...changed },
  };
}

test('finds nothing missing where nothing is', () => {
  expect(judge(runOf([watcher(1, 2, 3), watcher(1, 2, 3)]))).toEqual({
    ...{ events: 3, expected: 6, delivered: 6, complete: 2, gaps: 0, duplicates: 0, wireDuplicates: 0, mistaken: 0 },
    ...{ lostCommits: 0, reconnects: 2, refusals: 0, faults: [], caughtUpAfter: 10, afterDatabaseBack: 510 },
    whole: { median: 10, p99: 10, most: 10 },
    calm: { median: 10, p99: 10, most: 10 },
  });
});

test('counts an event that is missing, the last one too, and one that came twice', () => {
  const run = runOf([watcher(1, 3), watcher(1, 2), watcher(1, 2, 2, 3), watcher(2, 1, 3)]);
  expect(judge(run)).toMatchObject({ complete: 0, gaps: 2, duplicates: 1, caughtUpAfter: Number.POSITIVE_INFINITY });
});

test('does not believe a number without the event that belongs to it', () => {
  const whole = runOf([watcher(1, 2, 3)]);
  const ids = new Map(whole.findings.ids).set(2, `event_${uuidOf('event 9')}`);
  expect(judge({ ...whole, findings: { ...whole.findings, ids } })).toMatchObject({ complete: 1, mistaken: 1 });
});

test('compares what ingestion was told with what the log has, both ways', () => {
  const run = runOf([watcher(1, 2)], { log: log.slice(0, 2) });
  run.ingested.committedAt.delete(uuidOf('event 1'));
  expect(judge(run)).toMatchObject({ complete: 1, lostCommits: 2 });
});
