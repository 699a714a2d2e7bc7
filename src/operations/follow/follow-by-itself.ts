/** A server that looks at the source by the schedule: what it found is in its log. */
import { describeFailure } from '../describe-failure.ts';
import type { OperationsLog } from '../log-operations.ts';
import type { FollowReport, Operations } from '../operations.ts';
import { repeat } from '../repeat.ts';
import { followWait } from './follow-wait.ts';
import { isGood } from './outcomes.ts';

/** Resolves when it is stopped, and a round under way has ended. */
export function followByItself(
  operations: Pick<Operations, 'follow'>,
  log: OperationsLog,
  signal: AbortSignal,
): Promise<void> {
  return repeat({
    work: async () => {
      const report = await operations.follow({ onlyIfDue: true }, signal);
      if (report.ran === 'ROUND') logRound(log, report);
      return followWait(report);
    },
    onError: (error) => log.error({ err: error }, `the source could not be followed: ${describeFailure(error)}`),
    signal,
  });
}

function logRound(log: OperationsLog, { looks, nextAt }: FollowReport): void {
  for (const { address, kind, outcome, detail } of looks) {
    const level = isGood(outcome) ? 'info' : 'warn';
    log[level]({ address, kind, outcome, why: detail, nextAt }, 'source looked at');
  }
}
