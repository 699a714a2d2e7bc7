/**
 * Places as they are stored, with all that the lists print of them: what deriving them again needs. Ten are loaded at
 * once, since of most places a statement reads less than it costs; which rows each list prints, which grows with the
 * lists, is loaded place by place.
 */
import { sql } from 'drizzle-orm';
import { agencies, agencyNames } from '../../../../schema/tables/agencies.ts';
import { agreements } from '../../../../schema/tables/agreements.ts';
import { ledgerEvents } from '../../../../schema/tables/events.ts';
import { snapshotRows, snapshots, sourceRows } from '../../../../schema/tables/snapshots.ts';
import type { Transaction } from '../../../database/database.ts';
import { isoInstant, selectRecords, valueList } from '../../../database/records.ts';
import { emptyPlace, type LedgerRow } from '../../derive/place-state.ts';
import type { StoredPlace } from '../../derive/settle/place-part.ts';
import type { StoredAgency } from '../../derive/settle/settle-ids.ts';
import type { LoggedEvent } from '../../derive/settle/settle-log.ts';
import type { PlaceHistory, Sheet } from '../replay.ts';
import { unreadableHistory } from '../rows/unreadable-rows.ts';
import { ledgerRowColumns, loadPlaces, storedAgreements } from './load-places.ts';

export interface LoadedPlace {
  stored: StoredPlace;
  history: PlaceHistory;
}

const PLACES_AT_ONCE = 10;

/** One group after the other; those that come later are loaded as they stood when the first of their ten was. */
export async function* loadGroups(
  tx: Transaction,
  groups: readonly (readonly string[])[],
): AsyncGenerator<LoadedPlace[]> {
  let ahead: readonly (readonly string[])[] = groups;
  while (ahead.length > 0) {
    const some = firstOf(ahead);
    ahead = ahead.slice(some.length);
    const placeCodes = some.flat();
    const stored = await loadStored(tx, placeCodes);
    const printed = await loadRows(tx, placeCodes);
    for (const group of some) {
      const loaded: LoadedPlace[] = [];
      for (const code of group) {
        const [known, rows] = [stored.get(code), printed.get(code)];
        if (known === undefined || rows === undefined) throw new Error(`${code} was read and not answered`);
        loaded.push({ stored: known, history: { ...rows, sheets: await loadSheets(tx, code) } });
      }
      yield loaded;
    }
  }
}

/** As many groups as are loaded at once, one at least. */
function firstOf(groups: readonly (readonly string[])[]): readonly (readonly string[])[] {
  let places = 0;
  const end = groups.findIndex((group, index) => {
    places += group.length;
    return index > 0 && places > PLACES_AT_ONCE;
  });
  return end === -1 ? groups : groups.slice(0, end);
}

/** Of each place, all but the sheets. */
async function loadRows(
  tx: Transaction,
  placeCodes: readonly string[],
): Promise<Map<string, Omit<PlaceHistory, 'sheets'>>> {
  const rows = await selectRecords<InPlace<LedgerRow & { id: number }>>(
    tx,
    sql`select row.id, ${ledgerRowColumns} from ${sourceRows} row
      where row.place_code in ${valueList(placeCodes)} and ${isUsable}`,
  );
  const rowsOf = byPlace(rows);
  const unreadable = await unreadableHistory(tx, placeCodes);
  return new Map(
    placeCodes.map((code) => [
      code,
      {
        rows: new Map(rowsOf(code).map(({ id, ...row }) => [id, row])),
        unreadable: unreadable.get(code) ?? new Map(),
      },
    ]),
  );
}

/** Of `source_rows row`. */
const isUsable = sql`row.name_key is not null and row.model is not null`;

/** The rows of a place on every accepted list, by the number of the list. */
async function loadSheets(tx: Transaction, placeCode: string): Promise<Map<number, Sheet>> {
  const sheets = await selectRecords<{ number: number; ids: number[] }>(
    tx,
    // The rows of the place first: what else the lists print is most of the ledger.
    sql`select printed.snapshot_number as number, array_agg(printed.source_row_id order by printed.row_number) as ids
      from ${sourceRows} row
      cross join lateral (select * from ${snapshotRows} each where each.source_row_id = row.id offset 0) printed
      join ${snapshots} list on list.number = printed.snapshot_number
      where row.place_code = ${placeCode} and ${isUsable} and list.status = 'ACCEPTED' group by printed.snapshot_number`,
  );
  return new Map(sheets.map(({ number, ids }) => [number, ids]));
}

async function loadStored(tx: Transaction, placeCodes: readonly string[]): Promise<Map<string, StoredPlace>> {
  const loaded = await loadPlaces(tx, placeCodes, 'ALL');
  const agenciesOf = byPlace(await storedAgencies(tx, placeCodes));
  const namesOf = byPlace(await storedNames(tx, placeCodes));
  const agreementsOf = byPlace(await storedAgreements(tx, { placeCodes }));
  const loggedOf = byPlace(await loggedEvents(tx, placeCodes));
  const stored = placeCodes.map((placeCode): StoredPlace => {
    const prefix = `${placeCode}\n`;
    const own = [...loaded.agencyIds].filter(([key]) => key.startsWith(prefix));
    return {
      placeCode,
      state: loaded.states.get(placeCode) ?? emptyPlace(),
      agencyIds: new Map(own.map(([key, id]) => [key.slice(prefix.length), id])),
      agreementIds: loaded.agreementIds.get(placeCode) ?? new Map(),
      agencies: agenciesOf(placeCode),
      agreements: agreementsOf(placeCode),
      names: new Map(namesOf(placeCode).map(({ nameKey, agencyId }) => [nameKey, agencyId])),
      logged: loggedOf(placeCode).map(({ event }) => event),
    };
  });
  return new Map(stored.map((each) => [each.placeCode, each]));
}

type InPlace<Row> = Row & { placeCode: string };

/** Answers those of a place, in their order, without its code. */
function byPlace<Row>(rows: readonly InPlace<Row>[]): (placeCode: string) => Omit<InPlace<Row>, 'placeCode'>[] {
  const known = new Map<string, Omit<InPlace<Row>, 'placeCode'>[]>();
  for (const { placeCode, ...row } of rows) {
    const own = known.get(placeCode);
    if (own === undefined) known.set(placeCode, [row]);
    else own.push(row);
  }
  return (placeCode) => known.get(placeCode) ?? [];
}

function storedAgencies(tx: Transaction, placeCodes: readonly string[]): Promise<InPlace<StoredAgency>[]> {
  const { id, placeCode, key, name, mergedInto, derived } = agencies;
  return (
    tx
      .select({ id, placeCode, key, name, mergedInto, derived })
      .from(agencies)
      .where(sql`${placeCode} in ${valueList(placeCodes)}`)
      // What one act tells of several agencies has the same order in every ledger.
      .orderBy(id)
  );
}

function storedNames(
  tx: Transaction,
  placeCodes: readonly string[],
): Promise<InPlace<{ nameKey: string; agencyId: string }>[]> {
  const { placeCode, nameKey, agencyId } = agencyNames;
  return tx
    .select({ placeCode, nameKey, agencyId })
    .from(agencyNames)
    .where(sql`${placeCode} in ${valueList(placeCodes)}`)
    .orderBy(nameKey);
}

/** Those of what is in a place today, wherever it was when they happened. */
async function loggedEvents(
  tx: Transaction,
  placeCodes: readonly string[],
): Promise<{ placeCode: string; event: LoggedEvent }[]> {
  const columns = sql`event.sequence, event.id, event.kind, event.cause_kind as "causeKind",
    event.cause_id as "causeId", event.subject_id as "subjectId", event.ordinal, event.occurred_at as "occurredAt",
    event.backfill, event.provisional,
    event.snapshot_number as "snapshotNumber", event.agreement_id as "agreementId", event.agency_id as "agencyId",
    event.place_code as "placeCode", event.model, event.agency_type as "agencyType",
    event.county_fips as "countyFips", event.summary, event.payload,
    exists (select 1 from ${ledgerEvents} later where later.retracts = event.id) as retracted`;
  const places = valueList(placeCodes);
  const rows = await selectRecords<Omit<LoggedEvent, 'occurredAt'> & { occurredAt: string; here: string }>(
    tx,
    sql`select ${columns}, event.place_code as here from ${ledgerEvents} event
        left join ${agreements} agreement on agreement.id = event.agreement_id
        where event.place_code in ${places} and coalesce(agreement.place_code, event.place_code) = event.place_code
      union all select ${columns}, agreement.place_code from ${ledgerEvents} event
        join ${agreements} agreement on agreement.id = event.agreement_id
        where agreement.place_code in ${places} and event.place_code <> agreement.place_code
      order by sequence`,
  );
  return rows.map(({ here, ...row }) => ({
    placeCode: here,
    event: { ...row, occurredAt: new Date(isoInstant(row.occurredAt)) },
  }));
}
