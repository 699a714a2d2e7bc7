/**
 * On which list each change shows: as many on each list as its published total asks for, and never more than the
 * ledger's guard lets through, so that a larger sample is not held but grows more slowly than the published one.
 */

import type { Chance } from '../random.ts';
import type { Agreement } from '../world/agreement.ts';
import type { Change } from '../world/place-plan.ts';
import type { CalendarEntry } from './calendar.ts';

export interface Schedule {
  /** Writes `from` and `until` of what changes after one milestone and up to the next; -1 is the beginning. */
  place(changes: readonly Change[], after: number, upTo: number): void;
}

/** `listTotals`: agreements that each participating list should show. */
export function createSchedule(
  participating: readonly CalendarEntry[],
  listTotals: readonly number[],
  chance: Chance,
): Schedule {
  /** Begun by the totals, but not yet listed. */
  let waiting: Agreement[] = [];
  let shown = 0;
  return {
    place: (changes, after, upTo) => {
      // A list that prints an earlier table once more cannot show a change.
      const open = participating.flatMap((entry, index) =>
        index > after && index <= upTo && !entry.repeats ? [index] : [],
      );
      const leavers = placeLeavers(changes, open, chance);
      waiting.push(...chance.shuffle(changes.flatMap(({ add }) => add ?? [])));
      for (const index of open) {
        const left = leavers.get(index) ?? 0;
        const asked = index === upTo ? waiting.length : Math.max(0, (listTotals[index] ?? 0) - shown + left);
        const takenBack = participating[index + 1]?.repeats !== undefined && index > 0;
        const room = index === 0 ? waiting.length : takenBack ? withdrawable(shown) : additionsLetThrough(shown);
        const share = Math.min(asked, room);
        const listed = waiting.slice(0, share);
        for (const agreement of listed) agreement.from = index;
        waiting = waiting.slice(share);
        shown += listed.length - left;
      }
    },
  };
}

/** Chooses the list on which each agreement ends, after its first; returns how many end on each list. */
function placeLeavers(changes: readonly Change[], open: readonly number[], chance: Chance): Map<number, number> {
  const leavers = new Map<number, number>();
  for (const { end } of changes) {
    if (!end) continue;
    const later = open.filter((index) => index > end.from);
    const index = later[chance.below(later.length)];
    // It begins and ends between two lists, so no list shows it.
    end.until = index ?? end.from;
    if (index !== undefined) leavers.set(index, (leavers.get(index) ?? 0) + 1);
  }
  return leavers;
}

/** A little below the guard's limits of 200 and 25 %, since restorations and corrections count too. */
const additionsLetThrough = (shown: number): number => Math.floor(Math.max(190, shown * 0.24));

/** What a list may add that the next one lacks again: the guard allows 2 %, and always ten. */
const withdrawable = (shown: number): number => Math.floor(Math.max(8, shown * 0.01));
