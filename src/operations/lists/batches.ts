/** Which files are applied in one transaction: late lists together, what is news list by list. */
import { byPublication, type Publication } from '../../ledger/apply/lists/publication.ts';
import { whyHistory } from '../../ledger/derive/tell/tell-in-sum.ts';
import type { ArchivedAct } from '../archive/archived-acts.ts';
import type { IncomingFile } from './incoming-file.ts';
import { KEPT_ROWS } from './kept-readings.ts';

/** A file whose place in the order is known. */
export interface Ordered {
  file: IncomingFile;
  order: Publication;
  /** False for a file that is no list. */
  isList: boolean;
  rowCount: number;
}

export interface Batch<File extends Ordered> {
  candidates: File[];
  /** History, and older than what is in the ledger: what follows is derived again, once for the batch. */
  isLate: boolean;
}

/** Late lists at a time: while they are derived, an embedded ledger answers nothing. */
const LATE_LISTS = 16;

/** A late list costs a replay of the places it changes, and so do many at once. What is news is told list by list. */
export function inBatches<File extends Ordered>(
  candidates: readonly File[],
  accepted: readonly Publication[],
  whyPast: (list: Publication) => string | null,
): Batch<File>[] {
  const newest = accepted.at(-1) ?? null;
  return gather(candidates, (each) => isOlder(each, newest) && whyPast(each.order) !== null);
}

/**
 * In the given order, one by one; but late lists that an archive has of one time of arrival came in one transaction:
 * apart, they could come to the same agencies under other ids.
 */
export function asArrived<File extends Ordered>(
  candidates: readonly File[],
  acts: readonly ArchivedAct[],
  accepted: readonly Publication[],
): Batch<File>[] {
  const acted = new Set(acts.map(({ afterLists }) => afterLists));
  const known = [...accepted];
  let newest = known.at(-1) ?? null;
  const late = candidates.map((candidate) => {
    const { file, order } = candidate;
    const isLate = isOlder(candidate, newest) && whyHistory(order, known, undefined, false) !== null;
    if (file.archivedStatus === 'ACCEPTED' || file.archivedStatus === 'WITHDRAWN') {
      known.push(order);
      if (newest === null || byPublication(newest, order) < 0) newest = order;
    }
    return isLate;
  });
  const arrivedAt = (index: number): string | undefined => candidates[index]?.file.facts.receivedAt;
  return gather(
    candidates,
    (_each, index) => late[index] === true,
    (index) => !acted.has(index) && arrivedAt(index) === arrivedAt(index - 1),
  );
}

const isOlder = ({ isList, order }: Ordered, newest: Publication | null): boolean =>
  isList && newest !== null && byPublication(order, newest) < 0;

/** Late ones join those just before them, where they may and there is room; every other file is a batch. */
function gather<File extends Ordered>(
  candidates: readonly File[],
  isLate: (candidate: File, index: number) => boolean,
  mayJoin: (index: number) => boolean = () => true,
): Batch<File>[] {
  const batches: Batch<File>[] = [];
  for (const [index, candidate] of candidates.entries()) {
    const late = isLate(candidate, index);
    const open = batches.at(-1);
    if (late && open?.isLate && mayJoin(index) && hasRoom(open, candidate)) open.candidates.push(candidate);
    else batches.push({ candidates: [candidate], isLate: late });
  }
  return batches;
}

const hasRoom = ({ candidates }: Batch<Ordered>, { rowCount }: Ordered): boolean =>
  candidates.length < LATE_LISTS && candidates.reduce((sum, each) => sum + each.rowCount, rowCount) <= KEPT_ROWS;
