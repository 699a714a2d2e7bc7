/**
 * Spellings that nobody declared: which known one a text is a slip of. Two letters are the furthest, and a text that
 * is so near to two known values is read as neither.
 */

/** Letters that may be wrong; the shorter a text, the more words are near to it by chance. */
const MOST_LETTERS = 2;
const SHORTEST_FOR_TWO = 8;
const SHORTEST_FOR_ONE = 4;

export interface NearSpelling<Value> {
  value: Value;
  spelling: string;
  letters: number;
}

/** Null where none is near enough, or more than one value is. Both texts folded. */
export function nearSpelling<Value>(
  text: string,
  known: Iterable<readonly [spelling: string, value: Value]>,
): NearSpelling<Value> | null {
  let nearest: NearSpelling<Value> | null = null;
  for (const [spelling, value] of known) {
    if (spelling.length < SHORTEST_FOR_ONE) continue;
    const letters = lettersApart(text, spelling);
    if (letters > MOST_LETTERS) continue;
    if (nearest !== null && nearest.value !== value) return null;
    if (nearest === null || letters < nearest.letters) nearest = { value, spelling, letters };
  }
  if (nearest === null) return null;
  const shortest = Math.min(text.length, nearest.spelling.length);
  return shortest >= (nearest.letters > 1 ? SHORTEST_FOR_TWO : SHORTEST_FOR_ONE) ? nearest : null;
}

/** Letters added, dropped, changed, or swapped with their neighbour; more than two are not counted exactly. */
export function lettersApart(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > MOST_LETTERS) return MOST_LETTERS + 1;
  let before: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const ways = [at(last, column) + 1, at(next, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1)];
      if (row > 1 && column > 1 && swapped) ways.push(at(before, column - 2) + 1);
      next.push(Math.min(...ways));
    }
    // From two rows that are too far, no way leads back.
    if (Math.min(...next) > MOST_LETTERS && Math.min(...last) > MOST_LETTERS) return MOST_LETTERS + 1;
    [before, last] = [last, next];
  }
  return at(last, right.length);
}

const at = (row: readonly number[], column: number): number => row[column] ?? Number.POSITIVE_INFINITY;
