/** What a rule makes of one printed text. */
import type { IssueCode } from '../../schema/enums.ts';

export interface Reading<Value> {
  /** Null when there is nothing to read, or when it cannot be read: then there is a problem. */
  value: Value | null;
  /** The declared rule that changed more than white space or case. */
  rule?: string;
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

/** Looks a folded text up; the unknown is never guessed. */
export function readWord<Value>(folded: string, vocabulary: Vocabulary<Value>): Reading<Value> {
  const right = vocabulary.spellings.get(folded);
  if (right !== undefined) return { value: right };
  const meant = vocabulary.misspellings.get(folded);
  if (meant !== undefined) return { value: meant, rule: vocabulary.rule };
  return { value: null, problem: { code: vocabulary.unknown, reason: `Not known as ${vocabulary.noun}.` } };
}
