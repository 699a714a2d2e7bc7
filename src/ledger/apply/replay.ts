/** The whole history of one place: every accepted list, folded through `derive` in the order of publication. */
import { sql } from 'drizzle-orm';
import type { SnapshotKind } from '../../../schema/enums.ts';
import { snapshotRows, snapshots, sourceRows } from '../../../schema/tables/snapshots.ts';
import type { Database } from '../../database/database.ts';
import { selectSeveral } from '../../database/records.ts';
import { plausibleYears } from '../../intake/row/plausible-signed-on.ts';
import { derive } from '../derive/derive.ts';
import { isOver } from '../derive/lists/list-pending.ts';
import type { IdentityLinks } from '../derive/names/identity-links.ts';
import {
  type AgreementMove,
  type Change,
  emptyPlace,
  type LedgerRow,
  type PlaceState,
  type Question,
  type UnreadableRow,
} from '../derive/place-state.ts';
import type { Publication } from './lists/publication.ts';
import { ledgerRowColumns } from './places/load-places.ts';
import { type UnreadableHistory, unreadableIn } from './rows/unreadable-rows.ts';

/** What the lists made of a place. */
export interface Replayed {
  state: PlaceState;
  /** In the order in which they happened, each with the list that caused it. */
  changes: { list: Publication; change: Change }[];
  moves: AgreementMove[];
  questions: Question[];
}

/** A list cut down to the place: its rows by their numbers in `source_rows`. */
type Sheet = readonly number[];

/** What the lists print of a place. */
export interface PlaceHistory {
  /** By the number of the list. */
  sheets: ReadonlyMap<number, Sheet>;
  rows: ReadonlyMap<number, LedgerRow>;
  /** By the number of the list; none where all can be read. */
  unreadable: ReadonlyMap<number, readonly UnreadableRow[]>;
}

/** What `loadHistory` reads of a place. */
interface Printed {
  rows: (LedgerRow & { id: number; placeCode: string })[];
  sheets: { number: number; ids: number[] }[];
}

/** Every row of a place on every accepted list, with what {@link unreadableHistory} says of all places. */
export async function loadHistory(
  tx: Database,
  placeCode: string,
  unreadable: UnreadableHistory,
): Promise<PlaceHistory> {
  const usable = sql`row.place_code = ${placeCode} and row.name_key is not null and row.model is not null`;
  const { rows, sheets } = await selectSeveral<Printed>(tx, {
    rows: sql`select row.id, ${ledgerRowColumns} from ${sourceRows} row where ${usable}`,
    // The rows of the place first: what else the lists print is most of the ledger.
    sheets: sql`select printed.snapshot_number as number,
        json_agg(printed.source_row_id order by printed.row_number) as ids
      from ${sourceRows} row
      cross join lateral (select * from ${snapshotRows} each where each.source_row_id = row.id offset 0) printed
      join ${snapshots} list on list.number = printed.snapshot_number
      where ${usable} and list.status = 'ACCEPTED' group by printed.snapshot_number`,
  });
  return {
    sheets: new Map(sheets.map(({ number, ids }) => [number, ids])),
    rows: new Map(rows.map(({ id, placeCode: _place, ...row }) => [id, row])),
    unreadable: new Map([...unreadable].map(([number, each]) => [number, unreadableIn(placeCode, each)])),
  };
}

/** Folds the lists, which must be in order of publication. */
export function replay(printed: PlaceHistory, lists: readonly Publication[], links: IdentityLinks): Replayed {
  const replayed: Replayed = { state: emptyPlace(), changes: [], moves: [], questions: [] };
  const previous = new Map<SnapshotKind, { sheet: Sheet; lastPlausible: string }>();
  /** Kinds of which the list before has rows that cannot be read. */
  const shielding = new Set<SnapshotKind>();
  // Grows with the fold: counting it anew for each list made a replay quadratic in the lists.
  const history: Record<SnapshotKind, string[]> = { PARTICIPATING: [], PENDING: [] };
  for (const list of lists) {
    history[list.kind].push(list.publishedAt);
    const sheet = printed.sheets.get(list.number) ?? [];
    const unreadable = printed.unreadable.get(list.number) ?? [];
    const isReadable = unreadable.length === 0 && !shielding.has(list.kind);
    const { last: lastPlausible } = plausibleYears(list.publishedAt);
    const before = previous.get(list.kind) ?? { sheet: [], lastPlausible };
    const unchanged = isReadable && sameSheet(before.sheet, sheet) && before.lastPlausible === lastPlausible;
    previous.set(list.kind, { sheet, lastPlausible });
    if (unreadable.length > 0) shielding.add(list.kind);
    else shielding.delete(list.kind);
    // Equal rows change nothing unless an absence waits to be confirmed, or was kept from being one, a name is new, a year
    // has become plausible, or what waits for a signature is the next of an agreement that is over.
    const mayWaitAnew = list.kind === 'PENDING' && sheet.length > 0 && hasEnded(replayed.state);
    if (unchanged && !mayWaitAnew && !isWaiting(replayed.state)) continue;
    const rows = sheet.flatMap((id) => printed.rows.get(id) ?? []);
    const placeList = { kind: list.kind, publishedAt: list.publishedAt, history, rows, unreadable };
    const step = derive(replayed.state, placeList, links);
    replayed.state = step.state;
    for (const change of step.changes) replayed.changes.push({ list, change });
    replayed.moves.push(...step.moves);
    replayed.questions.push(...step.questions);
  }
  return replayed;
}

const sameSheet = (left: Sheet, right: Sheet): boolean =>
  left.length === right.length && left.every((id, index) => id === right[index]);

const hasEnded = ({ agencies }: PlaceState): boolean =>
  [...agencies.values()].some(({ agreements }) => agreements.some(isOver));

function isWaiting(state: PlaceState): boolean {
  for (const { agreements, respeltKey } of state.agencies.values()) {
    if (respeltKey !== null) return true;
    for (const { status, pendingUnlistedAt } of agreements) {
      if (status === 'UNLISTED' || (status === 'PENDING' && pendingUnlistedAt !== null)) return true;
    }
  }
  return false;
}
