/**
 * What can be watched. The feed answers each event on its own, with the event as the root, so that a field here only
 * hands its root on; where events come from is the feed's business, whatever the transport.
 */
import type { StatisticsRow } from '../../../queries/counts/statistics.ts';
import { StatisticsRef } from '../analysis/statistics.ts';
import { StatisticsFilterInput } from '../analysis/statistics-arguments.ts';
import { builder } from '../builder.ts';
import { type EventParent, LedgerEventRef } from '../refs.ts';
import { watchArgs } from './event-arguments.ts';
import { AgreementAddedRef } from './event-kinds.ts';

builder.subscriptionType({
  description:
    'What can be watched, over a WebSocket (graphql-transport-ws) or as text/event-stream: in the order of the log, without a gap, and after a lost connection from the last cursor on.',
  fields: (t) => ({
    agreementAdded: t.field({
      type: AgreementAddedRef,
      description:
        'Each agreement that a list shows for the first time, at the moment at which the list is ingested. What turns out wrong is taken back by an EventRetracted, which only ledgerEvents tells.',
      args: watchArgs,
      subscribe: neverHere,
      resolve: rootEvent,
    }),
    ledgerEvents: t.field({
      type: LedgerEventRef,
      description: 'Each event of the log as it is recorded: additions, departures, corrections, retractions.',
      args: watchArgs,
      subscribe: neverHere,
      resolve: rootEvent,
    }),
    statistics: t.field({
      type: StatisticsRef,
      description:
        'Counts as of now, or from the first accepted list on, and again after each list that changes what is selected. Who reads slowly misses counts in between, never the newest.',
      args: {
        filter: t.arg({ type: StatisticsFilterInput, description: 'What to count; left out means everything.' }),
      },
      subscribe: neverHere,
      extensions: { units: 300 },
      // As with events, what is counted is the root.
      resolve: (root) => root as StatisticsRow,
    }),
  }),
});

function rootEvent(root: unknown): EventParent {
  // The feed runs a subscription once for each event, with the event as its root.
  return root as EventParent;
}

/** graphql-js would ask here for a stream of its own. */
function neverHere(): never {
  throw new Error('Subscriptions are answered by the feed.');
}
