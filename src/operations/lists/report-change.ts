/** What an operator's action changed: what it appended to the log, counted, and what else became of it. */
import type { EventKind } from '../../../schema/enums.ts';
import type { Told } from '../../ledger/apply/settle.ts';
import type { ChangeReport } from '../operations.ts';

type Besides = Pick<ChangeReport, 'rowsReadAgain' | 'accepted' | 'held' | 'ingestAgain'>;

export const reportChange = (
  revision: bigint | string,
  told: readonly Told[],
  decisionIds: readonly string[] = [],
  besides: Partial<Besides> = {},
): ChangeReport => ({
  ...{ revision: String(revision), ...addUp(told), decisionIds, plan: null },
  ...{ rowsReadAgain: 0, accepted: [], held: [], ingestAgain: [], ...besides },
});

function addUp(told: readonly Told[]): Told {
  const events: Partial<Record<EventKind, number>> = {};
  for (const each of told) {
    // The keys are event kinds by the type.
    for (const [kind, count] of Object.entries(each.events) as [EventKind, number][]) {
      events[kind] = (events[kind] ?? 0) + count;
    }
  }
  return { events, liveEvents: told.reduce((sum, { liveEvents }) => sum + liveEvents, 0) };
}
