/** A held list in words: why the guard holds it, and what a person does about it. */
import type { SnapshotKind, SnapshotStatus } from '../../../schema/enums.ts';
import type { HoldReason } from '../../../schema/tables/snapshots.ts';

const howToJudgeOne = `Compare a held list with the one before it, then give your word:
  accord287 diff ID                               shows what it would change, agreement by agreement
  accord287 release ID --reason TEXT              lets it take effect, and tells watchers
  accord287 release ID --reason TEXT --backfill   lets it take effect as history, not as news
  accord287 reject ID --reason TEXT               keeps it out
Where rows cannot be read, "accord287 spelling add" says what they print; a list without reasons left is accepted then.
"accord287 revoke" takes your word back.`;

/** Said where it matters: where one of the lists is compared with another once that takes effect. */
const oldestFirst = `
Begin with the oldest of a kind: once it takes effect, those held after it are compared with it and judged again.`;

const whereItsDayIsWrong = `
Where its day is wrong, and not the list:
  accord287 redate ID TIME --reason TEXT          gives it another; a list without reasons left is accepted then`;

const whereTheOneBeforeIsWrong = `
Where agreements come back because the list before it was cut off, or is of another time:
  accord287 withdraw ID --reason TEXT             ID of the list before: it never counted, and this one is judged again`;

/** Rules that ask the day of a list. */
const dayRules: ReadonlySet<HoldReason['rule']> = new Set([
  ...(['PUBLISHED_AHEAD', 'PUBLISHED_TOO_EARLY', 'SIGNED_AFTER_PUBLICATION', 'STALE_FILE'] as const),
]);

interface Judged {
  status: SnapshotStatus;
  kind: SnapshotKind | null;
  holdReasons: readonly HoldReason[];
}

/** What a person does about these lists. */
export function howToJudge(lists: readonly Judged[]): string {
  const held = lists.filter(({ status }) => status === 'HELD');
  const rules = held.flatMap(({ holdReasons }) => holdReasons.map(({ rule }) => rule));
  return [
    howToJudgeOne,
    rules.some((rule) => dayRules.has(rule)) ? whereItsDayIsWrong : '',
    rules.includes('AGREEMENTS_RESTORED') ? whereTheOneBeforeIsWrong : '',
    held.length > new Set(held.map(({ kind }) => kind)).size ? oldestFirst : '',
  ].join('');
}

const MOST_REASONS = 3;

/** The first reasons; a list that lost most places has one for each of them. */
export function describeHoldReasons(reasons: readonly HoldReason[]): string[] {
  const shown = reasons.slice(0, MOST_REASONS).map(({ message }) => message);
  const rest = reasons.length - shown.length;
  return [...shown, ...(rest > 0 ? [`and ${rest} more: --json has them all`] : [])];
}
