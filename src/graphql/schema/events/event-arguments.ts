/** Filter and window of connections of events. Their cursors are places in the log. */
import { CursorError } from '../../../feed/log/cursor.ts';
import { type EventFilter, eventOrder } from '../../../queries/events.ts';
import { encodeKeysetCursor } from '../../../queries/keyset/keyset.ts';
import type { PageArgs } from '../../../queries/keyset/window.ts';
import type { Context } from '../../execution/context.ts';
import { readAgencyIds } from '../agencies/agreement-arguments.ts';
import { builder } from '../builder.ts';
import type { FieldNeeds } from '../connection.ts';
import { AgencyTypeEnum, EventKindEnum, ModelEnum } from '../enums.ts';

export const EventFilterInput = builder.inputType('EventFilter', {
  description:
    'Which events. Compared with what the event recorded when it happened, whatever is known today. Lists mean any of their values, and nothing when they are empty; fields mean all of them. HistoryChanged passes every filter; the query ledgerEvents can leave it out.',
  fields: (t) => ({
    kinds: t.field({
      type: [EventKindEnum],
      description: 'What happened. Name EVENT_RETRACTED too, or what is taken back is not told.',
    }),
    states: t.stringList({ description: 'USPS codes of states, the district and territories, such as FL.' }),
    models: t.field({ type: [ModelEnum], description: 'Model of the agreement; events of agencies have none.' }),
    agencyTypes: t.field({ type: [AgencyTypeEnum], description: 'Type of the agency, as of the event.' }),
    counties: t.stringList({ description: 'Five-digit FIPS codes of the agency’s county, as of the event.' }),
    agencyIds: t.idList({
      description: 'Ids of agencies. They follow mergers: one id stands for all that were merged.',
    }),
    occurredFrom: t.field({
      type: 'Date',
      description: 'Occurred on this day in New York or later: when its list was published, or it was decided.',
    }),
    occurredTo: t.field({ type: 'Date', description: 'Occurred on this day in New York or earlier.' }),
  }),
});

export const eventArgs = builder.args((t) => ({
  first: t.int({ description: 'How many to answer from the oldest on, 0 to 100. Without first and last it is 20.' }),
  after: t.field({ type: 'EventCursor', description: 'Answer what happened after this place in the log.' }),
  last: t.int({ description: 'How many to answer of the newest, 0 to 100. Not together with first.' }),
  before: t.field({ type: 'EventCursor', description: 'Answer what happened before this place in the log.' }),
  filter: t.field({ type: EventFilterInput, description: 'Which events; left out means all.' }),
  includeBackfill: t.boolean({
    required: true,
    defaultValue: true,
    description: 'Whether to include events that were history already when they were recorded.',
  }),
}));

/** Arguments of a stream of events. */
export const watchArgs = builder.args((t) => ({
  after: t.field({
    type: 'EventCursor',
    description:
      'Begin after this place in the log: a position, or the cursor of the last event that was seen. Left out it begins now. Last-Event-ID wins over it.',
  }),
  filter: t.field({ type: EventFilterInput, description: 'Which events; left out means all.' }),
  includeBackfill: t.boolean({
    required: true,
    defaultValue: false,
    description: 'Whether to send events that were history already when they were recorded.',
  }),
}));

export interface WatchArgs {
  after?: string | null | undefined;
  filter?: EventFilter | null | undefined;
  includeBackfill: boolean;
}

export interface EventArgs extends PageArgs {
  filter?: EventFilter | null | undefined;
  includeBackfill: boolean;
}

/** Throws BAD_CURSOR, CURSOR_STALE or CURSOR_IN_FUTURE for a cursor that can't be continued. */
export async function readEventArgs(
  args: EventArgs,
  context: Context,
): Promise<{ page: PageArgs; events: { filter: EventFilter; includeBackfill: boolean } }> {
  const events = { filter: readAgencyIds(args.filter), includeBackfill: args.includeBackfill };
  if (args.after == null && args.before == null) return { page: args, events };
  const position = await context.ledger();
  const keysetCursor = async (name: string, cursor: string | null | undefined): Promise<string | null> => {
    if (cursor == null) return null;
    const sequence = await context.queries.sequenceOf(cursor, position).catch(naming(name));
    return encodeKeysetCursor(eventOrder, { sequence });
  };
  const after = await keysetCursor('after', args.after);
  return { page: { ...args, after, before: await keysetCursor('before', args.before) }, events };
}

/** Says of which argument a refusal is. */
const naming =
  (name: string) =>
  (error: unknown): never => {
    throw error instanceof CursorError ? new CursorError(error.code, `${name}: ${error.message}`) : error;
  };

/** Fields of an event that need other columns than the one of their name. */
export const eventNeeds: FieldNeeds = {
  cursor: ['sequence'],
  snapshot: ['snapshotNumber'],
  agreement: ['agreementId'],
  agency: ['agencyId'],
  state: ['placeCode'],
  changes: ['payload'],
  url: ['payload'],
  supersededBy: ['payload'],
  survivor: ['payload'],
  reason: ['payload'],
  retractedKind: ['payload'],
  lists: ['payload'],
  events: ['payload'],
};
