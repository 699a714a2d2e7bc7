/** What a rule makes of one printed text. */
import type { IssueCode } from '../../../schema/enums.ts';

export interface Reading<Value> {
  /** Null when there is nothing to read, or when it cannot be read: then there is a problem. */
  value: Value | null;
  /** The declared rule that changed more than white space or case. */
  rule?: string;
  /** Beside a value: it was read, and a person may want to see how. */
  problem?: { code: IssueCode; reason: string };
}

/** A vocabulary: the spellings that are right, and the wrong ones that were met, each with what it means. */
export interface Vocabulary<Value> {
  spellings: ReadonlyMap<string, Value>;
  misspellings: ReadonlyMap<string, Value>;
  /** Name of the rule that a misspelling is corrected by. */
  rule: string;
  unknown: IssueCode;
  /** What the value is called in a sentence, such as `a state`. */
  noun: string;
}

/** Looks a folded text up, in what an operator `added` too; the unknown is never guessed. */
export function readWord<Value>(
  folded: string,
  vocabulary: Vocabulary<Value>,
  added?: ReadonlyMap<string, Value>,
): Reading<Value> {
  const right = vocabulary.spellings.get(folded);
  if (right !== undefined) return { value: right };
  const meant = added?.get(folded) ?? vocabulary.misspellings.get(folded);
  if (meant !== undefined) return { value: meant, rule: vocabulary.rule };
  return { value: null, problem: { code: vocabulary.unknown, reason: `Not known as ${vocabulary.noun}.` } };
}

/** What a folded text is declared to mean, rightly spelt or not; undefined: nothing. */
export const declared = <Value>(folded: string, { spellings, misspellings }: Vocabulary<Value>): Value | undefined =>
  spellings.get(folded) ?? misspellings.get(folded);

/** A slip that a rule read all the same: the value, and an issue that names what is printed and what it was read as. */
export function readSlip<Value>(value: Value, rule: string, readAs: string, because: string): Reading<Value> {
  const reason = `Read as ${readAs} by the rule ${rule}: ${because}.`;
  return { value, rule, problem: { code: 'NEAR_SPELLING', reason } };
}
