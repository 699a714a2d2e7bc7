/**
 * What operators are told: a log of this process alone, made by looking at what waits for them whenever the ledger
 * changes, and every fifteen seconds. Who begins to watch is told first of all that waits, so that nothing is missed
 * between two connections, and no cursor is needed.
 */
import type { LogView, Sequenced } from '../../feed/log/tail.ts';
import type { ListStatus } from '../../queries/ledger.ts';
import type { Queries } from '../../queries/queries.ts';

export type OperatorNotice = Sequenced & { since: string } & (
    | { typename: 'SnapshotHeld'; snapshotId: string }
    | { typename: 'ReviewItemOpened'; reviewItemId: string }
    | { typename: 'SourceStale'; kind: ListStatus['kind']; reason: string }
  );

type WithoutSequence<Notice> = Notice extends unknown ? Omit<Notice, 'sequence'> : never;

export interface OperatorNotices {
  tail: LogView<OperatorNotice>;
  /** Looks now; resolves when what it found is in the log. Rejects when the database is away. */
  look(): Promise<void>;
  /** Those after this place that still wait, at most `limit`. */
  waitingAfter(sequence: number, limit: number): OperatorNotice[];
  close(): void;
}

export interface NoticeOptions {
  queries: Pick<Queries, 'waiting' | 'listStatuses'>;
  /** Calls back when the ledger moved. Answers how to stop that. */
  onMove(listener: () => void): () => void;
  /** Nothing is looked at for nobody. */
  isWatched(): boolean;
  onTrouble(error: unknown): void;
  lookMilliseconds?: number;
}

const LOOK_MILLISECONDS = 15_000;
const KEPT = 2_000;

export function createOperatorNotices(options: NoticeOptions): OperatorNotices {
  const { queries, onTrouble } = options;
  const moved = new Set<() => void>();
  const waiting = new Map<string, OperatorNotice>();
  let kept: OperatorNotice[] = [];
  let last = 0;
  let looking: Promise<void> | null = null;

  async function read(): Promise<void> {
    const [rows, lists] = await Promise.all([queries.waiting(), queries.listStatuses()]);
    const found = new Map<string, WithoutSequence<OperatorNotice>>();
    for (const { kind, id, since } of rows) {
      if (kind === 'SNAPSHOT') found.set(`held ${id}`, { typename: 'SnapshotHeld', since, snapshotId: id });
      else found.set(`open ${id}`, { typename: 'ReviewItemOpened', since, reviewItemId: id });
    }
    for (const { kind, staleSince, staleReason } of lists) {
      if (staleSince === null) continue;
      found.set(`stale ${kind}`, { typename: 'SourceStale', since: staleSince, kind, reason: staleReason ?? '' });
    }
    for (const key of waiting.keys()) if (!found.has(key)) waiting.delete(key);
    const before = last;
    for (const [key, notice] of found) {
      if (waiting.has(key)) continue;
      last += 1;
      const numbered = { ...notice, sequence: last };
      waiting.set(key, numbered);
      kept.push(numbered);
    }
    if (kept.length > 2 * KEPT) kept = kept.slice(-KEPT);
    if (last > before) for (const listener of moved) listener();
  }

  /** After one that is under way has ended, since that may have looked too early. */
  function look(): Promise<void> {
    const next = (looking ?? Promise.resolve()).catch(() => {}).then(read);
    const done = next.finally(() => {
      if (looking === done) looking = null;
    });
    looking = done;
    return done;
  }

  const lookForWatchers = (): void => {
    // One that waits for its turn will see it all.
    if (options.isWatched() && queued < 2) {
      queued += 1;
      look()
        .catch(onTrouble)
        .finally(() => {
          queued -= 1;
        });
    }
  };
  let queued = 0;
  const forget = options.onMove(lookForWatchers);
  const timer = setInterval(lookForWatchers, options.lookMilliseconds ?? LOOK_MILLISECONDS);
  timer.unref();
  return {
    look,
    close: () => {
      clearInterval(timer);
      forget();
    },
    waitingAfter: (sequence, limit) =>
      [...waiting.values()].filter((notice) => notice.sequence > sequence).slice(0, limit),
    tail: {
      get lastSequence() {
        return last;
      },
      after: (sequence, limit) => {
        const missed = last - sequence;
        if (missed > kept.length) return null;
        return missed <= 0 ? [] : kept.slice(kept.length - missed).slice(0, limit);
      },
      onMove: (listener) => {
        moved.add(listener);
        return () => moved.delete(listener);
      },
    },
  };
}
