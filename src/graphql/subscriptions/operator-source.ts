/** How the notices of one subscription of an operator are answered. */
import type { EventSource } from '../../feed/groups/event-group.ts';
import type { Page } from '../../feed/groups/frame.ts';
import { MOST_PAGE_SIZE } from '../../queries/keyset/window.ts';
import { MOST_UNITS } from '../document/cost.ts';
import { createAnswerer } from './answer-roots.ts';
import type { OperatorNotice, OperatorNotices } from './operator-notices.ts';
import type { SubscriberOptions, WatchedOperation } from './watched-operation.ts';

export function createOperatorSource(
  options: SubscriberOptions,
  watched: WatchedOperation,
  notices: OperatorNotices,
): EventSource<OperatorNotice> {
  const answer = createAnswerer(options, watched);
  const atOnce = Math.min(MOST_PAGE_SIZE, Math.max(1, Math.floor(MOST_UNITS / Math.max(1, watched.units))));

  /** As many as can be answered together, and at least one. */
  async function answerFirst(told: readonly OperatorNotice[], signal: AbortSignal): Promise<Page> {
    const answered = await answer(told, signal);
    if (answered === null) return answerFirst(told.slice(0, 1), signal);
    const frames = answered.payloads.flatMap((payload, index) => {
      const sequence = told[index]?.sequence;
      return sequence === undefined ? [] : [{ sequence, cursor: null, payload }];
    });
    return { frames, scannedTo: told.at(-1)?.sequence ?? 0, late: answered.late };
  }

  return {
    ...{ cost: watched.units, atOnce },
    match: (some) => some,
    answer: answerFirst,
    read: async (after, signal) => {
      const reached = notices.tail.lastSequence;
      const told = notices.waitingAfter(after, atOnce);
      if (told.length === 0) return { frames: [], scannedTo: Math.max(after, reached) };
      const page = await answerFirst(told, signal);
      const isAll = told.length < atOnce && page.scannedTo === told.at(-1)?.sequence;
      return isAll ? { ...page, scannedTo: reached } : page;
    },
  };
}
