/**
 * A different SIGNED for the same agency and model: a correction of the date, or a new signature? Dates are corrected
 * after the fact about 75 times in the archive; read naively each would end an agreement and begin another.
 */
import { differenceInDays } from '../days.ts';

interface Signature {
  signedOn: string | null;
  memorandumUrl: string | null;
}

export type SignedVerdict = { kind: 'SAME' } | { kind: 'CORRECTED'; rule: string } | { kind: 'RE_SIGNED' };

const CORRECTION_DAYS = 60;

/** Judges the SIGNED of a row against what the ledger has. A blank date says nothing and changes nothing. */
export function judgeSigned(before: Signature, after: Signature): SignedVerdict {
  if (after.signedOn === null || after.signedOn === before.signedOn) return { kind: 'SAME' };
  if (before.signedOn === null) return { kind: 'CORRECTED', rule: 'DATE_FILLED_IN' };
  if (before.memorandumUrl === null) return { kind: 'CORRECTED', rule: 'MEMORANDUM_WAS_PENDING' };
  const days = differenceInDays(before.signedOn, after.signedOn);
  if (Math.abs(days) <= CORRECTION_DAYS) return { kind: 'CORRECTED', rule: 'WITHIN_60_DAYS' };
  if (before.memorandumUrl === after.memorandumUrl) return { kind: 'CORRECTED', rule: 'SAME_MEMORANDUM' };
  if (oneYearApart(before.signedOn, after.signedOn)) return { kind: 'CORRECTED', rule: 'ONE_YEAR_APART' };
  // A signature cannot come before the one that it would replace.
  if (days < 0) return { kind: 'CORRECTED', rule: 'EARLIER_DATE' };
  return { kind: 'RE_SIGNED' };
}

function oneYearApart(left: string, right: string): boolean {
  const [leftYear, rightYear] = [Number(left.slice(0, 4)), Number(right.slice(0, 4))];
  return left.slice(4) === right.slice(4) && Math.abs(leftYear - rightYear) === 1;
}
