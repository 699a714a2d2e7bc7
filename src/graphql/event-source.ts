/** How the events of one subscription are answered: those that match together, a statement a level. */
import { encodeEventCursor } from '../feed/cursor.ts';
import type { EventSource } from '../feed/event-group.ts';
import type { Frame } from '../feed/frame.ts';
import { matchEvents } from '../queries/event-match.ts';
import { type EventFilter, eventConditions, eventOrder, type LoggedEvent } from '../queries/events.ts';
import { encodeKeysetCursor } from '../queries/keyset.ts';
import { MOST_PAGE_SIZE } from '../queries/window.ts';
import { createAnswerer } from './answer-roots.ts';
import { MOST_NODES, measureCost } from './cost.ts';
import { readAgencyIds } from './types/agreement-arguments.ts';
import type { WatchArgs } from './types/event-arguments.ts';
import type { EventParent } from './types/refs.ts';
import type { SubscriberOptions, WatchedOperation } from './watched-operation.ts';

/** Throws BAD_USER_INPUT for a filter that no event could match by mistake. */
export function createEventSource(
  options: SubscriberOptions,
  watched: WatchedOperation<WatchArgs>,
): EventSource<LoggedEvent> {
  const { queries, tail } = options;
  const { includeBackfill } = watched.args;
  const filter = filterOf(watched);
  eventConditions(filter, includeBackfill);
  const match = matchEvents(filter, includeBackfill);
  const { found: cost } = measureCost(watched.operation.node, {
    schema: options.schema,
    fragments: watched.operation.fragments,
    variables: watched.variables,
  });
  const atOnce = Math.min(MOST_PAGE_SIZE, Math.max(1, Math.floor(MOST_NODES / Math.max(1, cost))));

  async function matching(events: readonly LoggedEvent[]): Promise<readonly LoggedEvent[]> {
    const found = match(events);
    if (filter.agencyIds == null || found.length === 0) return found;
    const family = await queries.agencyFamily(filter.agencyIds);
    return found.filter(({ agencyId }) => family.has(agencyId));
  }

  const answer = createAnswerer(options, watched);
  async function framesOf(events: readonly EventParent[]): Promise<Frame[]> {
    const payloads = await answer(events);
    return events.map(({ epoch, sequence }, index) => ({
      sequence: Number(sequence),
      cursor: encodeEventCursor(epoch, BigInt(sequence)),
      payload: payloads[index] ?? '',
    }));
  }

  return {
    atOnce,
    answer: async (events) => framesOf(await matching(events)),
    read: async (after) => {
      // Read before the page: whatever it holds is committed, so the page misses none of it.
      const reached = tail.lastSequence;
      const { rows, hasNextPage } = await queries.events({
        args: { first: atOnce, after: encodeKeysetCursor(eventOrder, { sequence: after }) },
        wanted: { rows: true, fields: null },
        filter,
        includeBackfill,
      });
      const frames = await framesOf(rows);
      const last = frames.at(-1)?.sequence ?? after;
      return { frames, scannedTo: hasNextPage ? last : Math.max(last, reached) };
    },
  };
}

function filterOf({ args, field }: WatchedOperation<WatchArgs>): EventFilter {
  const filter = readAgencyIds(args.filter);
  if (field.name !== 'agreementAdded') return filter;
  const kinds = (filter.kinds ?? ['AGREEMENT_ADDED']).filter((kind) => kind === 'AGREEMENT_ADDED');
  return { ...filter, kinds };
}
