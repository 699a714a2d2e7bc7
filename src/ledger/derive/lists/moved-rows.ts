/**
 * Rows in the wrong state, which ICE corrects later: one agreement, gone in one state and new in another in one
 * transition, under one name and model and with the same SIGNED or memorandum. All its rows are read in the state where
 * it ended up, on every list, before any place is derived; so identity stays one place's affair. Pure.
 */
import { judgeSigned } from './judge-signed.ts';

/** A distinct printed row, as far as it matters here. */
export interface StatedRow {
  id: number;
  /** The state that its own STATE says. */
  placeCode: string;
  signedOn: string | null;
  memorandumUrl: string | null;
}

/** An agreement that stands in another state from this list on. */
interface Move {
  from: StatedRow;
  to: StatedRow;
}

/**
 * The state of each row that is read in another than its own, by the row's id. `rows` are those of one canonical name
 * and model, `lists` their ids on each participating list in the order of publication.
 */
export function placesOfMovedRows(
  rows: readonly StatedRow[],
  lists: readonly (readonly number[])[],
): Map<number, string> {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const one = new Groups<number>();
  const firstWith = new Map<string, number>();
  for (const { id, ...row } of rows) {
    for (const evidence of evidenceOf(row)) {
      const key = `${row.placeCode} ${evidence}`;
      one.join(id, firstWith.get(key) ?? id);
      firstWith.set(key, id);
    }
  }
  const moves: Move[] = [];
  let before: ByPlace = new Map();
  for (const ids of lists) {
    const after = byPlace(ids.flatMap((id) => byId.get(id) ?? []));
    for (const [place, earlier] of before) joinCorrected(one, earlier, after.get(place) ?? []);
    moves.push(...movesBetween(before, after));
    before = after;
  }
  for (const { from, to } of moves) one.join(from.id, to.id);
  // The last of several moves says where it is.
  const placeOf = new Map(moves.map(({ to }) => [one.of(to.id), to.placeCode]));
  const moved = new Map<number, string>();
  for (const row of rows) {
    const group = evidenceOf(row).length === 0 ? onlyGroup(one, rows, row.placeCode) : one.of(row.id);
    const place = group === null ? undefined : placeOf.get(group);
    if (place !== undefined && place !== row.placeCode) moved.set(row.id, place);
  }
  return moved;
}

type ByPlace = ReadonlyMap<string, readonly StatedRow[]>;

function byPlace(rows: readonly StatedRow[]): ByPlace {
  const places = new Map<string, StatedRow[]>();
  for (const row of rows) {
    const own = places.get(row.placeCode);
    if (own === undefined) places.set(row.placeCode, [row]);
    else own.push(row);
  }
  return places;
}

/** Rows that share one of these are of one agreement; none: the row says of no agreement that it is its own. */
const evidenceOf = ({ signedOn, memorandumUrl }: Omit<StatedRow, 'id'>): string[] => [
  ...(signedOn === null ? [] : [signedOn]),
  ...(memorandumUrl === null ? [] : [memorandumUrl]),
];

/** A row in the place of another: SIGNED was corrected, or the memorandum posted or taken away. */
function joinCorrected(one: Groups<number>, before: readonly StatedRow[], after: readonly StatedRow[]): void {
  const [idsBefore, idsAfter] = [new Set(before.map(({ id }) => id)), new Set(after.map(({ id }) => id))];
  const [gone, ...moreGone] = before.filter(({ id }) => !idsAfter.has(id));
  const [come, ...moreCome] = after.filter(({ id }) => !idsBefore.has(id));
  if (!gone || !come || moreGone.length > 0 || moreCome.length > 0) return;
  if (judgeSigned(gone, come).kind !== 'RE_SIGNED') one.join(gone.id, come.id);
}

/** Where several states fit, none of them is taken. */
function movesBetween(before: ByPlace, after: ByPlace): Move[] {
  const come = new Map<string, StatedRow[]>();
  for (const [place, rows] of after) {
    if (before.has(place)) continue;
    for (const row of rows) {
      for (const evidence of evidenceOf(row)) come.set(evidence, [...(come.get(evidence) ?? []), row]);
    }
  }
  const gone = [...before].flatMap(([place, rows]) => (after.has(place) ? [] : rows));
  const moves = gone.flatMap((from) =>
    evidenceOf(from).flatMap((evidence) => (come.get(evidence) ?? []).map((to) => ({ from, to }))),
  );
  const [targets, origins] = [new Map<string, Set<string>>(), new Map<string, Set<string>>()];
  for (const { from, to } of moves) {
    targets.set(from.placeCode, (targets.get(from.placeCode) ?? new Set()).add(to.placeCode));
    origins.set(to.placeCode, (origins.get(to.placeCode) ?? new Set()).add(from.placeCode));
  }
  return moves.filter(
    ({ from, to }) => targets.get(from.placeCode)?.size === 1 && origins.get(to.placeCode)?.size === 1,
  );
}

/** A row with neither SIGNED nor memorandum is of the agreement that the others of its state are of, if of one. */
function onlyGroup(one: Groups<number>, rows: readonly StatedRow[], placeCode: string): number | null {
  const groups = new Set(
    rows.flatMap((row) => (row.placeCode === placeCode && evidenceOf(row).length > 0 ? [one.of(row.id)] : [])),
  );
  const [only] = groups;
  return groups.size === 1 && only !== undefined ? only : null;
}

/** What belongs together, through whatever lies between. */
export class Groups<T> {
  readonly #parents = new Map<T, T>();

  /** The same for all that belong together. */
  of(each: T): T {
    let root = each;
    for (let parent = this.#parents.get(root); parent !== undefined; parent = this.#parents.get(root)) root = parent;
    for (let next = each; next !== root; ) {
      const parent = this.#parents.get(next) ?? root;
      this.#parents.set(next, root);
      next = parent;
    }
    return root;
  }

  join(left: T, right: T): void {
    const [one, other] = [this.of(left), this.of(right)];
    if (one !== other) this.#parents.set(one, other);
  }
}
