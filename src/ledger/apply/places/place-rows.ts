/**
 * Reads rows in the state where later lists show that they belong, before any place is derived: a function of the
 * accepted lists, whatever the order in which they came. `source_rows.place_code` is where a row is read.
 */
import { sql } from 'drizzle-orm';
import type { Model } from '../../../../schema/enums.ts';
import { agencies, agencyNames } from '../../../../schema/tables/agencies.ts';
import { snapshotRows, sourceRows } from '../../../../schema/tables/snapshots.ts';
import type { Database, Transaction } from '../../../database/database.ts';
import { selectRecords } from '../../../database/records.ts';
import { Groups, placesOfMovedRows } from '../../derive/lists/moved-rows.ts';
import type { MovedName } from '../../derive/settle/settle-moves.ts';
import type { Publication } from '../lists/publication.ts';
import { changedRows } from '../rows/changed-rows.ts';

/** A row of a name that stands, or stood, in several states. */
interface Row {
  id: number;
  nameKey: string;
  model: Model;
  placeCode: string;
  movedFrom: string | null;
  signedOn: string | null;
  memorandumUrl: string | null;
  /** Lists that print it, accepted or not. */
  numbers: number[];
}

/** Two lists next to each other: only what they differ by can have moved. */
export interface Transition {
  list: Publication;
  before: Publication | null;
}

const statedPlace = sql`coalesce(row.moved_from, row.place_code)`;

/**
 * Places the rows anew, all or those of a transition. Answers the names that stood in one state and are in another now,
 * and those of the transition that moved earlier: the places of both are to be derived again, together.
 */
export async function placeRows(
  tx: Transaction,
  lists: readonly Publication[],
  within: Transition | null = null,
): Promise<MovedName[]> {
  const accepted = new Set(lists.map(({ number }) => number));
  const sheets = lists.filter(({ kind }) => kind === 'PARTICIPATING').map(({ number }) => number);
  const changed: { id: number; to: string }[] = [];
  const names: MovedName[] = [];
  for (const rows of (await candidates(tx, within)).values()) {
    const known = rows.filter(({ numbers }) => numbers.some((number) => accepted.has(number)));
    const shown = new Map<number, number[]>();
    for (const { id, numbers } of known) {
      for (const number of numbers) shown.set(number, [...(shown.get(number) ?? []), id]);
    }
    const stated = known.map((row) => ({ ...row, placeCode: row.movedFrom ?? row.placeCode }));
    const moved = placesOfMovedRows(
      stated,
      sheets.map((number) => shown.get(number) ?? []),
    );
    for (const row of rows) {
      const to = moved.get(row.id) ?? row.movedFrom ?? row.placeCode;
      const stated = row.movedFrom ?? row.placeCode;
      if (to !== row.placeCode) changed.push({ id: row.id, to });
      if (to !== row.placeCode || (within !== null && to !== stated)) {
        names.push({ nameKey: row.nameKey, from: to === row.placeCode ? stated : row.placeCode, to });
      }
    }
  }
  if (changed.length === 0) return names;
  const places = JSON.stringify(changed);
  await tx.execute(sql`update ${sourceRows} row set place_code = placed."to",
      moved_from = nullif(${statedPlace}, placed."to")
    from jsonb_to_recordset(${places}::text::jsonb) as placed(id bigint, "to" text) where row.id = placed.id`);
  return names;
}

/** By name and model: the rows of those that stand in two states with one SIGNED or memorandum, or that were moved. */
async function candidates(tx: Database, within: Transition | null): Promise<Map<string, Row[]>> {
  const chosen = within === null ? sql`true` : sql`row.id in (${changedRows(within.list, within.before)})`;
  const rows = await selectRecords<Row>(
    tx,
    sql`with chosen as (
        select distinct row.name_key, row.model from ${sourceRows} row
        join ${sourceRows} other on other.name_key = row.name_key and other.model = row.model
          and (other.moved_from is not null or (
            coalesce(other.moved_from, other.place_code) <> ${statedPlace}
            and (other.signed_on = row.signed_on or other.memorandum_url = row.memorandum_url)))
        where ${chosen})
      select row.id, row.name_key as "nameKey", row.model, row.place_code as "placeCode",
        row.moved_from as "movedFrom", row.signed_on as "signedOn", row.memorandum_url as "memorandumUrl",
        (select coalesce(json_agg(printed.snapshot_number), '[]') from ${snapshotRows} printed
          where printed.source_row_id = row.id) as numbers
      from ${sourceRows} row join chosen on chosen.name_key = row.name_key and chosen.model = row.model
      where row.place_code is not null order by row.id`,
  );
  const byName = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.nameKey}\n${row.model}`;
    const own = byName.get(key);
    if (own === undefined) byName.set(key, [row]);
    else own.push(row);
  }
  return byName;
}

/** The names of which rows are read in another state than their own says. */
export const movedNames = (tx: Database): Promise<MovedName[]> =>
  selectRecords(
    tx,
    sql`select distinct row.name_key as "nameKey", row.moved_from as "from", row.place_code as "to"
      from ${sourceRows} row where row.moved_from is not null and row.name_key is not null order by 1, 2, 3`,
  );

/** Two places of which the one has what was in the other. */
export type Tie = Pick<MovedName, 'from' | 'to'>;

/** Places of agencies that answer with an agency of another place, whether or not the lists still move their names. */
export const mergedAcross = (tx: Database): Promise<Tie[]> =>
  selectRecords(
    tx,
    sql`select distinct agency.place_code as "from", heir.place_code as "to" from ${agencies} agency
      join ${agencies} heir on heir.id = agency.merged_into and heir.place_code <> agency.place_code order by 1, 2`,
  );

/** Places where the list prints an agency on its own that answered with another until now. */
export async function placesOfReturned(tx: Database, { number }: Pick<Publication, 'number'>): Promise<string[]> {
  const rows = await selectRecords<{ placeCode: string }>(
    tx,
    sql`select distinct agency.place_code as "placeCode" from ${agencies} agency
      join ${sourceRows} row on row.place_code = agency.place_code and row.name_key = agency.key
      join ${snapshotRows} printed on printed.source_row_id = row.id and printed.snapshot_number = ${number}::int
      where agency.merged_into is not null and not agency.derived and not exists (select 1 from ${agencyNames} name
        where name.place_code = agency.place_code and name.name_key = agency.key)`,
  );
  return rows.map(({ placeCode }) => placeCode);
}

/** The places given, each with those that are tied to it: they are derived together. Sorted. */
export function tiedPlaces(placeCodes: readonly string[], ties: readonly Tie[]): string[][] {
  const groups = new Groups<string>();
  for (const { from, to } of ties) groups.join(from, to);
  const wanted = new Set(placeCodes.map((code) => groups.of(code)));
  const all = new Set([...placeCodes, ...ties.flatMap(({ from, to }) => [from, to])]);
  const byGroup = new Map<string, string[]>();
  for (const code of [...all].sort()) {
    const group = groups.of(code);
    if (wanted.has(group)) byGroup.set(group, [...(byGroup.get(group) ?? []), code]);
  }
  return [...byGroup.values()];
}
