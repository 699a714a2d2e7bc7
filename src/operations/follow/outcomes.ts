/** Which outcomes of a look mean that the source answered as it should. */
import type { FollowOutcome } from '../../../schema/enums.ts';

export const goodOutcomes: ReadonlySet<FollowOutcome> = new Set([
  ...(['PAGE_READ', 'ACCEPTED', 'HELD', 'REJECTED', 'UNCHANGED', 'NOT_MODIFIED'] as const),
  ...(['OLD_COPY', 'STALE_LINK', 'KEPT_OUT'] as const),
]);

/** What a list is, the ledger judges. */
export const isGood = (outcome: FollowOutcome): boolean => goodOutcomes.has(outcome);
