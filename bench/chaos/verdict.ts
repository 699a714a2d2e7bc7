/** Compares what the watchers received with the log. */
import { decodeId } from '../../src/graphql/schema/global-id.ts';
import type { Run } from './run.ts';

export interface Verdict {
  events: number;
  expected: number;
  delivered: number;
  /** Watchers that have every event, in order, once. */
  complete: number;
  gaps: number;
  /** Events that came twice although the client looks at its cursor. */
  duplicates: number;
  /** Events that came although they were not newer than the client's cursor, which dropped them. */
  wireDuplicates: number;
  /** Events with another id than the log has under their number. */
  mistaken: number;
  /** Events that ingestion was told are committed, and that are not in the log; and the other way round. */
  lostCommits: number;
  reconnects: number;
  refusals: number;
  faults: string[];
  whole: Latency;
  calm: Latency;
  /** From the commit of the last event to its last receipt, in milliseconds. */
  caughtUpAfter: number;
  /** From the return of PostgreSQL to the first receipt. */
  afterDatabaseBack: number;
}

/** From commit to receipt, in milliseconds. */
export interface Latency {
  median: number;
  p99: number;
  most: number;
}

export function judge({ log, ingested, findings, faults, chaosBeganAt }: Run): Verdict {
  const { watchers, ids } = findings;
  const numbers = new Set(log.map(({ sequence }) => sequence));
  const committedAt = new Map(log.map(({ sequence, id }) => [sequence, ingested.committedAt.get(id) ?? Number.NaN]));
  const latencies: number[] = [];
  const calm: number[] = [];
  const lastReceipts: number[] = [];
  let firstAfterDatabase = Number.POSITIVE_INFINITY;
  const verdict = { delivered: 0, complete: 0, gaps: 0, duplicates: 0 };
  for (const { sequences, receivedAt } of watchers) {
    const kept = new Set(sequences);
    verdict.delivered += sequences.filter((sequence) => numbers.has(sequence)).length;
    verdict.gaps += log.filter(({ sequence }) => !kept.has(sequence)).length;
    verdict.duplicates += sequences.length - kept.size;
    if (sequences.length === log.length && log.every(({ sequence }, index) => sequences[index] === sequence)) {
      verdict.complete += 1;
    }
    for (const [index, sequence] of sequences.entries()) {
      const [at, received] = [committedAt.get(sequence) ?? Number.NaN, receivedAt[index] ?? Number.NaN];
      latencies.push(received - at);
      if (received < chaosBeganAt) calm.push(received - at);
      if (received > faults.databaseBackAt) firstAfterDatabase = Math.min(firstAfterDatabase, received);
      if (sequence === log.at(-1)?.sequence) lastReceipts.push(received - at);
    }
  }
  const known = new Set(log.map(({ id }) => id));
  const sum = (figures: readonly number[]): number => figures.reduce((total, figure) => total + figure, 0);
  return {
    ...verdict,
    events: log.length,
    expected: log.length * watchers.length,
    wireDuplicates: sum(watchers.map(({ wireDuplicates }) => wireDuplicates)),
    mistaken:
      findings.contradictions +
      log.filter(({ sequence, id }) => ids.has(sequence) && decodeId(ids.get(sequence) ?? '')?.key !== id).length,
    lostCommits:
      [...ingested.committedAt.keys()].filter((id) => !known.has(id)).length +
      log.filter(({ id }) => !ingested.committedAt.has(id)).length,
    reconnects: sum(watchers.map(({ reconnects }) => reconnects)),
    refusals: sum(watchers.map(({ refusals }) => refusals)),
    faults: watchers.flatMap((each) => each.faults),
    whole: latency(latencies),
    calm: latency(calm),
    caughtUpAfter: lastReceipts.length === watchers.length ? latency(lastReceipts).most : Number.POSITIVE_INFINITY,
    afterDatabaseBack: firstAfterDatabase - faults.databaseBackAt,
  };
}

function latency(figures: readonly number[]): Latency {
  const sorted = Float64Array.from(figures).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { median: at(0.5), p99: at(0.99), most: at(1) };
}
