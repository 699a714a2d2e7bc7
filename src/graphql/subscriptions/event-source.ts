/** How the events of one subscription are answered: those that match together, a statement a level. */

import type { EventSource } from '../../feed/groups/event-group.ts';
import type { Frame, Page } from '../../feed/groups/frame.ts';
import { CursorError, encodeEventCursor } from '../../feed/log/cursor.ts';
import { matchEvents } from '../../queries/event-match.ts';
import { type EventFilter, eventConditions, eventOrder, type LoggedEvent } from '../../queries/events.ts';
import { encodeKeysetCursor } from '../../queries/keyset/keyset.ts';
import { MOST_PAGE_SIZE } from '../../queries/keyset/window.ts';
import { badInput } from '../../queries/refusal.ts';
import { MOST_UNITS } from '../document/cost.ts';
import { readAgencyIds } from '../schema/agencies/agreement-arguments.ts';
import type { WatchArgs } from '../schema/events/event-arguments.ts';
import type { EventParent } from '../schema/refs.ts';
import { createAnswerer, forFeed } from './answer-roots.ts';
import type { SubscriberOptions, WatchedOperation } from './watched-operation.ts';

/** Units of cost of the first answers, whose size and time nobody knows yet. */
const FIRST_UNITS = 2_000;
/** Characters that answers of one page should have together: it is held while it is made. */
const PAGE_CHARACTERS = 1_000_000;
/** Milliseconds within which answers together are made in any case, so that more may be asked for. */
const QUICK_MILLISECONDS = 500;

/** Throws BAD_USER_INPUT for a filter that no event could match by mistake. */
export function createEventSource(
  options: SubscriberOptions,
  watched: WatchedOperation<WatchArgs>,
): EventSource<LoggedEvent> {
  const { queries, tail } = options;
  const { includeBackfill } = watched.args;
  const filter = filterOf(watched);
  eventConditions(filter, { includeBackfill });
  const match = matchEvents(filter, includeBackfill);
  const { units: cost } = watched;
  const most = (units: number): number => Math.min(MOST_PAGE_SIZE, Math.max(1, Math.floor(units / Math.max(1, cost))));
  const atOnce = most(MOST_UNITS);
  /** Events that are answered together: fewer after answers that were large or slow. */
  let together = most(FIRST_UNITS);

  /** Which agencies a merger made one, the database knows. */
  async function matching(events: readonly LoggedEvent[]): Promise<readonly LoggedEvent[]> {
    if (filter.agencyIds == null) return events;
    const family = await queries.agencyFamily(filter.agencyIds);
    const isOf = (id: string | null): boolean => id !== null && family.has(id);
    return events.filter(({ agencyId, otherAgencyId }) => agencyId === null || isOf(agencyId) || isOf(otherAgencyId));
  }

  const answer = createAnswerer(options, watched);
  /** Additions alone do not say what a changed history did: their stream ends there. */
  const ends = ({ kind }: EventParent): boolean =>
    watched.field.name === 'agreementAdded' && kind === 'HISTORY_CHANGED';

  /** Answers to the first of them, and to as many more as can be had together. */
  async function answerFirst(events: readonly EventParent[], signal: AbortSignal): Promise<Page> {
    const some = events.slice(0, together);
    const told = some.filter((event) => !ends(event));
    const startedAt = performance.now();
    const answered = await answer(told, signal);
    if (answered === null) {
      together = 1;
      // Only one of them may be what takes long, and the others are no less true.
      return answerFirst(some.slice(0, 1), signal);
    }
    const { payloads, late } = answered;
    const quick = !late && performance.now() - startedAt < QUICK_MILLISECONDS;
    together = Math.min(quick ? together * 2 : together, fittingPage(payloads), atOnce);
    const byEvent = new Map(told.map((event, index) => [event, payloads[index] ?? '']));
    const frames = some.map((event) => toFrame(event, byEvent.get(event) ?? null));
    return { frames, scannedTo: frames.at(-1)?.sequence ?? 0, late };
  }

  return {
    ...{ cost, atOnce, match },
    answer: async (events, signal) => {
      const scannedTo = events.at(-1)?.sequence ?? 0;
      const found = await forFeed(matching(events));
      if (found.length === 0) return { frames: [], scannedTo };
      const page = await answerFirst(found, signal);
      return page.scannedTo === found.at(-1)?.sequence ? { ...page, scannedTo } : page;
    },
    read: async (after, signal) => {
      // Read before the page: whatever it holds is committed, so the page misses none of it.
      const reached = tail.lastSequence;
      const { rows, hasNextPage } = await forFeed(
        queries.events({
          args: { first: together, after: encodeKeysetCursor(eventOrder, { sequence: after }) },
          wanted: { rows: true, fields: null },
          filter,
          includeBackfill,
        }),
      );
      if (rows.length === 0) return { frames: [], scannedTo: Math.max(after, reached) };
      const page = await answerFirst(rows, signal);
      const whole = page.frames.length === rows.length && !hasNextPage;
      return whole ? { ...page, scannedTo: Math.max(page.scannedTo, reached) } : page;
    },
  };
}

/** As many answers as make a page of the size that it should have, after these. */
function fittingPage(payloads: readonly string[]): number {
  if (payloads.length === 0) return MOST_PAGE_SIZE;
  const characters = payloads.reduce((sum, payload) => sum + payload.length, 0);
  return Math.max(1, Math.floor((PAGE_CHARACTERS * payloads.length) / Math.max(1, characters)));
}

/** Without a payload the stream ends there. */
function toFrame({ epoch, sequence, hash }: EventParent, payload: string | null): Frame {
  const place = { sequence: Number(sequence), cursor: encodeEventCursor(epoch, BigInt(sequence), hash) };
  return payload === null ? { ...place, payload: '', ends: historyChanged() } : { ...place, payload };
}

const historyChanged = (): CursorError =>
  new CursorError('CURSOR_STALE', 'The history of the ledger changed: query again and watch from the new position.');

function filterOf({ args, field }: WatchedOperation<WatchArgs>): EventFilter {
  const filter = readAgencyIds(args.filter);
  if (field.name !== 'agreementAdded') return filter;
  const kinds = (filter.kinds ?? ['AGREEMENT_ADDED']).filter((kind) => kind === 'AGREEMENT_ADDED');
  const [other] = filter.kinds ?? [];
  if (other !== undefined && kinds.length === 0) {
    throw badInput(`kinds: agreementAdded never sends ${other}; ledgerEvents does.`);
  }
  return { ...filter, kinds };
}
