/** A held list in words: why the guard holds it, and what a person does about it. */
import type { HoldReason } from '../../../schema/tables/snapshots.ts';

export const howToJudge = `Compare a held list with the one before it, then give your word:
  accord287 diff ID                               shows what it would change, agreement by agreement
  accord287 release ID --reason TEXT              lets it take effect, and tells watchers
  accord287 release ID --reason TEXT --backfill   lets it take effect as history, not as news
  accord287 reject ID --reason TEXT               keeps it out
Where rows cannot be read, "accord287 spelling add" says what they print; a list without reasons left is accepted then.
"accord287 revoke" takes your word back.
Release the oldest first: once a newer list has taken effect, an older one is only history.`;

const MOST_REASONS = 3;

/** The first reasons; a list that lost most places has one for each of them. */
export function describeHoldReasons(reasons: readonly HoldReason[]): string[] {
  const shown = reasons.slice(0, MOST_REASONS).map(({ message }) => message);
  const rest = reasons.length - shown.length;
  return [...shown, ...(rest > 0 ? [`and ${rest} more: --json has them all`] : [])];
}
