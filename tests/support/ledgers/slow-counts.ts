/**
 * Every count again, slowly and plainly: from the rows of the accepted lists and which agency each name means, and
 * from nothing that is kept or concluded about time. What the program answers must equal it.
 */

import { sql } from 'drizzle-orm';
import { DateTime } from 'luxon';
import type { AgencyType, Model, SnapshotKind } from '../../../schema/enums.ts';
import { placeByCode } from '../../../schema/places.ts';
import type { Database } from '../../../src/database/database.ts';
import { selectRecords } from '../../../src/database/records.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import type { StatisticsFilter } from '../../../src/queries/counts/statistics-filter.ts';

/** A row of an accepted list that names an agency and a model. */
export interface SlowRow {
  placeCode: string;
  agencyId: string;
  model: Model;
  /** Of the agency today. */
  type: AgencyType | null;
  county: string | null;
  statePrinted: string | null;
  agencyPrinted: string | null;
}

export interface SlowList {
  number: number;
  kind: SnapshotKind;
  publishedAt: string;
  /** In New York. */
  day: string;
  rows: SlowRow[];
}

/** All accepted lists in the order of publication, with their rows. */
export async function readSlowly(db: Database): Promise<SlowList[]> {
  const lists = await selectRecords<Omit<SlowList, 'rows' | 'day'> & { modifiedAt: string | null; sha256: string }>(
    db,
    sql`select number, kind, published_at as "publishedAt", modified_at as "modifiedAt", sha256 from snapshots
      where status = 'ACCEPTED'`,
  );
  const rows = await inTransaction(
    db,
    (tx) =>
      selectRecords<SlowRow & { number: number }>(
        tx,
        sql`select printed.snapshot_number as number, row.place_code as "placeCode", agency.id as "agencyId", row.model,
            agency.type, agency.county_fips as county, row.state_printed as "statePrinted",
            row.agency_printed as "agencyPrinted"
          from snapshot_rows printed join source_rows row on row.id = printed.source_row_id
          join agency_names name on name.place_code = row.place_code and name.name_key = row.name_key
          join agencies agency on agency.id = name.agency_id
          where row.model is not null`,
      ),
    { long: true },
  );
  const byList = new Map<number, SlowRow[]>(lists.map(({ number }) => [number, []]));
  for (const { number, ...row } of rows) byList.get(number)?.push(row);
  const order = (list: (typeof lists)[number]): string =>
    JSON.stringify([new Date(list.publishedAt).toISOString(), list.modifiedAt ?? '', list.sha256]);
  return lists
    .sort((a, b) => (order(a) < order(b) ? -1 : 1))
    .map(({ number, kind, publishedAt }) => ({
      ...{ number, kind, publishedAt: new Date(publishedAt).toISOString(), day: dayInNewYork(publishedAt) },
      rows: byList.get(number) ?? [],
    }));
}

export const dayInNewYork = (instant: string): string =>
  DateTime.fromISO(instant, { zone: 'America/New_York' }).toISODate() ?? '';

export const lastOn = (lists: readonly SlowList[], kind: SnapshotKind, day: string): SlowList | null =>
  lists.findLast((list) => list.kind === kind && list.day <= day) ?? null;

export function passes(row: SlowRow, filter: StatisticsFilter): boolean {
  const isIn = (values: readonly unknown[] | null | undefined, value: unknown) =>
    values == null || values.includes(value);
  return (
    isIn(filter.states, row.placeCode) &&
    isIn(filter.models, row.model) &&
    isIn(filter.agencyTypes, row.type) &&
    isIn(filter.counties, row.county) &&
    isIn(filter.agencyIds, row.agencyId)
  );
}

/** Agreements of a list as texts, one for each key. */
export const keysOf = (list: SlowList | null, filter: StatisticsFilter): Set<string> =>
  new Set((list?.rows ?? []).filter((row) => passes(row, filter)).map((row) => `${row.agencyId} ${row.model}`));

/** What `statistics` answers, but for its lists. */
export function countSlowly(lists: readonly SlowList[], day: string, filter: StatisticsFilter) {
  const list = lastOn(lists, 'PARTICIPATING', day);
  if (list === null) return null;
  const waiting = lastOn(lists, 'PENDING', day);
  const rows = list.rows.filter((row) => passes(row, filter));
  const group = (key: (row: SlowRow) => string | null) =>
    Object.fromEntries(
      [...new Set(rows.map(key))]
        .map((value): [string, SlowRow[]] => [String(value), rows.filter((row) => key(row) === value)])
        .map(([value, own]) => [value, { agreements: keys(own).size, agencies: agenciesOf(own).size }]),
    );
  const everywhere = new Set(rows.map(({ placeCode }) => placeCode));
  const listed = keysOf(list, {});
  return {
    agreements: keys(rows).size,
    agencies: agenciesOf(rows).size,
    states: [...everywhere].filter((code) => placeByCode.get(code)?.kind !== 'TERRITORY').length,
    places: everywhere.size,
    pending: waiting === null ? null : [...keysOf(waiting, filter)].filter((key) => !listed.has(key)).length,
    byModel: group(({ model }) => model),
    byAgencyType: group(({ type }) => type),
    byState: group(({ placeCode }) => placeCode),
    byCounty: group(({ county }) => county),
  };
}

const keys = (rows: readonly SlowRow[]) => new Set(rows.map((row) => `${row.agencyId} ${row.model}`));
const agenciesOf = (rows: readonly SlowRow[]) => new Set(rows.map(({ agencyId }) => agencyId));
