/** How late events are read: by then their watchers are told. */
import type { Sequenced, Tail } from '../../feed/log/tail.ts';

interface RecordedEvent extends Sequenced {
  backfill: boolean;
  recordedAt: string;
}

/** `observe` is told of each live event how many milliseconds after its recording it was read. */
export function observeEventDelays(tail: Tail<RecordedEvent>, observe: (milliseconds: number) => void): void {
  let seen = tail.lastSequence;
  tail.onMove(() => {
    for (const { backfill, recordedAt } of tail.after(seen, tail.lastSequence - seen) ?? []) {
      if (!backfill) observe(Math.max(0, Date.now() - Date.parse(recordedAt)));
    }
    seen = tail.lastSequence;
  });
}
