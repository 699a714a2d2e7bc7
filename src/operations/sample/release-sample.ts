/**
 * Lets the sample ledger's last lists appear one at a time while somebody watches, so that a newcomer sees events
 * arrive within a minute of subscribing.
 */
import { setTimeout } from 'node:timers/promises';
import type { OpenDatabase } from '../../database/database.ts';
import { Refusal } from '../operations.ts';
import { releaseNextSample } from './fill-sample.ts';

export interface SampleShow {
  /** How many watch at this moment. */
  watchers(): number;
  /** Ends the show. */
  signal: AbortSignal;
  /** Milliseconds until the first list, and from one to the next. */
  pace?: { first: number; next: number };
}

const PACE = { first: 5_000, next: 20_000 };

/** Resolves when nobody watches any more, or when no list is left. */
export async function releaseWhileWatched(
  database: Pick<OpenDatabase, 'db' | 'originals'>,
  { watchers, signal, pace = PACE }: SampleShow,
): Promise<void> {
  await wait(pace.first, signal);
  while (!signal.aborted && watchers() > 0) {
    try {
      await releaseNextSample(database);
    } catch (error) {
      if (error instanceof Refusal && error.code === 'NOTHING_LEFT') return;
      throw error;
    }
    await wait(pace.next, signal);
  }
}

async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  // Cut short when the show ends; nothing else can go wrong with waiting.
  await setTimeout(milliseconds, undefined, { signal, ref: false }).catch(() => {});
}
