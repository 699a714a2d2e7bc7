/** The watchers of bench/chaos, a process of their own. Driven by messages of its parent. */
import { setTimeout } from 'node:timers/promises';
import { type ResumingWatcher, startWatcher, type Watched, type WatchOptions } from './resuming-watcher.ts';

export type Order = StartOrder | FinishOrder;

export interface StartOrder {
  kind: 'start';
  count: number;
  urls: readonly string[];
  position: WatchOptions['position'];
}

export interface FinishOrder {
  kind: 'finish';
  lastSequence: number;
  withinMilliseconds: number;
}

export interface Findings {
  watchers: Watched[];
  /** The id that came first with each number, and how often another one came with it. */
  ids: Map<number, string>;
  contradictions: number;
}

const AT_ONCE = 50;
const LOOK_MILLISECONDS = 50;
const watchers: ResumingWatcher[] = [];
const ids = new Map<number, string>();
let contradictions = 0;

function hear(id: string, sequence: number): void {
  const known = ids.get(sequence);
  if (known === undefined) ids.set(sequence, id);
  else if (known !== id) contradictions += 1;
}

/** Every other one begins at each instance. */
async function start({ count, urls, position }: StartOrder): Promise<object> {
  while (watchers.length < count) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - watchers.length) }, (_, index) =>
      startWatcher({ urls: index % 2 === 0 ? urls : urls.toReversed(), position, onEvent: hear }),
    );
    watchers.push(...some);
    await Promise.all(some.map(({ connected }) => connected));
  }
  return {};
}

async function finish({ lastSequence, withinMilliseconds }: FinishOrder): Promise<Findings> {
  const deadline = performance.now() + withinMilliseconds;
  const behind = (): boolean => watchers.some((watcher) => watcher.lastSequence() < lastSequence);
  while (behind() && performance.now() < deadline) await setTimeout(LOOK_MILLISECONDS);
  for (const watcher of watchers) watcher.close();
  return { watchers: watchers.map(({ watched }) => watched), ids, contradictions };
}

// Only bench/chaos sends messages, and only orders.
process.on('message', (message) => {
  const order = message as Order;
  void (order.kind === 'start' ? start(order) : finish(order)).then((answer) => process.send?.(answer));
});
process.on('disconnect', () => process.exit());
