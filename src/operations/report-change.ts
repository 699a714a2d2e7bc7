/** What an operator's action appended to the log, counted. */
import type { EventRecord } from '../../schema/tables/events.ts';
import { countKinds } from '../ledger/apply/settle.ts';
import type { ChangeReport } from './operations.ts';

export const reportChange = (
  revision: bigint | string,
  events: readonly Pick<EventRecord, 'kind' | 'backfill'>[],
  decisionIds: readonly string[] = [],
): ChangeReport => ({
  revision: String(revision),
  events: countKinds(events),
  liveEvents: events.filter(({ backfill }) => !backfill).length,
  decisionIds,
});
