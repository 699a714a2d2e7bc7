/** What an operator's action appended to the log, counted. */
import type { EventRecord } from '../../schema/tables/events.ts';
import { countEvents } from '../ledger/apply/settle.ts';
import type { ChangeReport } from './operations.ts';

export const reportChange = (
  revision: bigint | string,
  events: readonly Pick<EventRecord, 'kind' | 'backfill'>[],
  decisionIds: readonly string[] = [],
): ChangeReport => ({
  revision: String(revision),
  ...countEvents(events),
  decisionIds,
  plan: null,
});
