/**
 * The watchers of a value that changes with the ledger: each gets what it is now, then every new value. Who is slow
 * misses values in between, never the newest.
 */
import { createHash } from 'node:crypto';
import type { Sequenced } from '../log/tail.ts';
import { type MaybeLate, retryUntilAnswered } from '../scheduling/retry.ts';
import { createWeight } from '../scheduling/weight.ts';
import { createAudience } from './audience.ts';
import { type Frame, type Page, sizeOf } from './frame.ts';
import { createEnding, type Group, type GroupSurroundings } from './group.ts';

export interface LatestSource {
  /** Units that its answer may cost at most. */
  cost: number;
  /** Rejects with what answer-errors.ts names; `signal` ends what nobody waits for. */
  read(signal: AbortSignal): Promise<LatestValue>;
}

export interface LatestValue extends MaybeLate {
  /** The value as JSON; null: there is none yet. */
  payload: string | null;
}

export function createLatestGroup<Event extends Sequenced>(
  source: LatestSource,
  { tail, answers, memory, backoff, owner, onTrouble, onEmpty }: GroupSurroundings<Event>,
): Group {
  const ending = createEnding();
  const { signal } = ending;
  const weight = createWeight(source.cost);
  const retryOptions = {
    ...{ signal, onTrouble, backoff, limit: answers },
    place: () => ({ weight: weight.milliseconds, owner: owner() }),
  };
  /** Null before the first value, and where it was let go of: then it is read again for whoever lacks it. */
  let newest: Frame | null = null;
  let version = 0;
  let digest = '';
  let running = false;
  let again = true;
  const keeper = memory.keeper(letGo);
  const audience = createAudience({ after: valueAfter }, onEmpty);

  function valueAfter(known: number): Page {
    if (newest !== null) return { frames: newest.sequence > known ? [newest] : [], scannedTo: newest.sequence };
    if (version > known) void run();
    return { frames: [], scannedTo: known };
  }

  function letGo(): void {
    newest = null;
    keeper.keep(0);
  }

  async function run(): Promise<void> {
    again = true;
    if (running) return;
    running = true;
    try {
      while (again && !signal.aborted) {
        again = false;
        const value = await retryUntilAnswered(() => weight.measure(() => source.read(signal)), retryOptions);
        const payload = value?.payload ?? null;
        if (payload === null || payload === newest?.payload) continue;
        take(payload);
        await audience.serve();
      }
    } catch (error) {
      audience.fail(error);
    } finally {
      running = false;
    }
  }

  function take(payload: string): void {
    const found = createHash('sha256').update(payload).digest('base64');
    if (found !== digest) version += 1;
    digest = found;
    newest = { sequence: version, cursor: null, payload };
    keeper.keep(sizeOf([newest]));
  }

  const forget = tail.onMove(() => void run());
  void run();
  return {
    watch: (sink, _after, onClose) => audience.watch(sink, 0, onClose),
    get size() {
      return audience.size;
    },
    fail: audience.fail,
    close: () => {
      ending.abort();
      forget();
      letGo();
    },
  };
}
