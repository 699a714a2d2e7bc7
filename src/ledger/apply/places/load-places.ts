/** The stored state of places, in the shapes that `derive` takes. */
import { type SQL, sql } from 'drizzle-orm';
import { agencies, agencyNames } from '../../../../schema/tables/agencies.ts';
import { agreements, listings } from '../../../../schema/tables/agreements.ts';
import type { Database } from '../../../database/database.ts';
import { isoInstant, selectRecords, selectSeveral, valueList } from '../../../database/records.ts';
import {
  type AgencyState,
  type AgreementState,
  emptyPlace,
  type LedgerRow,
  type Listing,
  type PlaceState,
} from '../../derive/place-state.ts';
import { placeKey, type StoredAgreement } from '../../derive/settle/settle-agreements.ts';

/** Places by code, and the ids of their agencies by place and key. */
export interface LoadedPlaces {
  states: Map<string, PlaceState>;
  /** `FL\nkey` → id. */
  agencyIds: Map<string, string>;
  /** By place, then by `placeKey`. */
  agreementIds: Map<string, Map<string, string>>;
}

type AgencyRecord = Omit<AgencyState, 'agreements'> & { id: string; placeCode: string };

/** An agreement as stored; it names the one that it superseded by its id. */
type AgreementRecord = Omit<AgreementState, 'supersedes' | 'listings'> & {
  id: string;
  agencyId: string;
  supersedes: string | null;
};

/** What of the places to load: all, or only the agencies in `touched_agencies`. */
export type Extent = 'ALL' | 'TOUCHED';

const instantOrNull = (text: string | null): string | null => (text === null ? null : isoInstant(text));

/** The state of these places, merged agencies and what is no longer derived left out. */
export async function loadPlaces(tx: Database, placeCodes: readonly string[], extent: Extent): Promise<LoadedPlaces> {
  const states = new Map(placeCodes.map((code) => [code, emptyPlace()]));
  const agencyIds = new Map<string, string>();
  const keyOf = new Map<string, AgencyRecord>();
  const records = await loadRecords(tx, placeCodes, extent);
  for (const record of records.agencies) {
    const { id, placeCode, ...agency } = record;
    keyOf.set(id, record);
    agencyIds.set(`${placeCode}\n${agency.key}`, id);
    states.get(placeCode)?.agencies.set(agency.key, {
      ...agency,
      ...{ firstListedAt: isoInstant(agency.firstListedAt), respeltSince: instantOrNull(agency.respeltSince) },
      agreements: [],
    });
  }
  for (const { agencyId, nameKey, firstListedAt } of records.names) {
    const agency = keyOf.get(agencyId);
    if (!agency) continue;
    states.get(agency.placeCode)?.names.set(nameKey, { agency: agency.key, firstListedAt: isoInstant(firstListedAt) });
  }
  return { states, agencyIds, agreementIds: addAgreements(records, keyOf, states) };
}

/** What is stored of places; all that belongs to one agency, or to one agreement, in its order. */
interface PlaceRows {
  agencies: AgencyRecord[];
  names: { agencyId: string; nameKey: string; firstListedAt: string }[];
  agreements: AgreementRecord[];
  stretches: (Listing & { agreementId: string })[];
}

/** In one statement: most lists touch little, and then four cost what they have in common four times. */
function loadRecords(tx: Database, placeCodes: readonly string[], extent: Extent): Promise<PlaceRows> {
  const touched = extent === 'TOUCHED' ? sql`and agency.id in (select agency_id from touched_agencies)` : sql``;
  const common = sql`with chosen as materialized (
        select agency.* from ${agencies} agency
        where agency.derived and agency.merged_into is null ${touched}
          and agency.place_code in ${valueList(placeCodes)}
      ), held as materialized (
        select agreement.* from ${agreements} agreement join chosen on chosen.id = agreement.agency_id
        where agreement.derived and agreement.merged_into is null
      )`;
  return selectSeveral<PlaceRows>(
    tx,
    {
      agencies: sql`select id, place_code as "placeCode", key, coalesce(listed_name, name) as name,
          coalesce(listed_name_key, name_key) as "nameKey",
          case when listed_name is null then null else name end as "chosenName",
          respelt_key as "respeltKey", respelt_since as "respeltSince", respelt_lists as "respeltLists", type,
          type_printed as "typePrinted", county_fips as "countyFips", first_listed_at as "firstListedAt"
        from chosen order by id`,
      names: sql`select name.agency_id as "agencyId", name.name_key as "nameKey", name.first_listed_at as "firstListedAt"
        from ${agencyNames} name join chosen on chosen.id = name.agency_id order by name.name_key`,
      agreements: sql`select id, agency_id as "agencyId", model, ordinal, status, signed_on as "signedOn",
          signed_printed as "signedPrinted", signed_unlikely as "signedUnlikely", first_listed_at as "firstListedAt",
          first_listed_is_lower_bound as "firstListedIsLowerBound", last_listed_at as "lastListedAt",
          unlisted_at as "unlistedAt", ended_on as "endedOn", pending_first_listed_at as "pendingFirstListedAt",
          pending_unlisted_at as "pendingUnlistedAt", lists_without as "listsWithout", is_asked as "isAsked",
          memorandum_url as "memorandumUrl", addendum_urls as "addendumUrls", supersedes
        from held order by agency_id, model, ordinal`,
      stretches: sql`select listing.agreement_id as "agreementId", listing.kind, listing.listed_at as "listedAt",
          listing.unlisted_at as "unlistedAt"
        from ${listings} listing join held on held.id = listing.agreement_id
        order by listing.agreement_id, listing.listed_at, listing.kind`,
    },
    common,
  );
}

function addAgreements(
  { agreements: records, stretches }: PlaceRows,
  keyOf: ReadonlyMap<string, AgencyRecord>,
  states: ReadonlyMap<string, PlaceState>,
): Map<string, Map<string, string>> {
  const ids = new Map([...states.keys()].map((code) => [code, new Map<string, string>()]));
  const listingsOf = new Map<string, Listing[]>();
  for (const { agreementId, kind, listedAt, unlistedAt } of stretches) {
    const own = listingsOf.get(agreementId) ?? [];
    own.push({ kind, listedAt: isoInstant(listedAt), unlistedAt: instantOrNull(unlistedAt) });
    listingsOf.set(agreementId, own);
  }
  const ordinalOf = new Map(records.map(({ id, ordinal }) => [id, ordinal]));
  for (const { id, agencyId, supersedes, ...record } of records) {
    const owner = keyOf.get(agencyId);
    const state = owner && states.get(owner.placeCode);
    const agency = owner && state?.agencies.get(owner.key);
    if (!state || !agency) continue;
    const agreement = {
      ...record,
      firstListedAt: instantOrNull(record.firstListedAt),
      lastListedAt: instantOrNull(record.lastListedAt),
      unlistedAt: instantOrNull(record.unlistedAt),
      pendingFirstListedAt: instantOrNull(record.pendingFirstListedAt),
      pendingUnlistedAt: instantOrNull(record.pendingUnlistedAt),
      supersedes: supersedes === null ? null : (ordinalOf.get(supersedes) ?? null),
      listings: listingsOf.get(id) ?? [],
    };
    state.agencies.set(agency.key, { ...agency, agreements: [...agency.agreements, agreement] });
    ids.get(owner.placeCode)?.set(placeKey({ agency: agency.key, ...record }), id);
  }
  return ids;
}

/** Those of these ids that agencies of their own go by. */
export const agencyIdsInUse = (tx: Database, ids: readonly string[]): Promise<Set<string>> =>
  agencyIdsAmong(tx, ids, sql`agency.derived and agency.merged_into is null`);

/** Those of these ids that agencies had which are none of their own any more. */
export const formerAgencyIds = (tx: Database, ids: readonly string[]): Promise<Set<string>> =>
  agencyIdsAmong(tx, ids, sql`not agency.derived`);

async function agencyIdsAmong(tx: Database, ids: readonly string[], chosen: SQL): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await selectRecords<{ id: string }>(
    tx,
    sql`select agency.id from ${agencies} agency join ${valueList(ids, 'uuid')} given on given.value = agency.id where ${chosen}`,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Every agreement row of these agencies or under these ids, whatever became of it. */
export function storedAgreements(
  tx: Database,
  chosen: { agencyIds: readonly string[] } | { ids: readonly string[] },
): Promise<StoredAgreement[]> {
  const condition =
    'ids' in chosen
      ? sql`agreement.id in ${valueList(chosen.ids, 'uuid')}`
      : sql`agreement.agency_id in ${valueList(chosen.agencyIds, 'uuid')}`;
  return selectRecords(tx, agreementsWhere(condition));
}

/** {@link StoredAgreement}s, in the order of their ids. */
export const agreementsWhere = (condition: SQL): SQL =>
  sql`select agreement.id, agreement.agency_id as "agencyId", agreement.place_code as "placeCode",
    agreement.model, agreement.ordinal, agreement.derived and agreement.merged_into is null as derived
    from ${agreements} agreement where ${condition} order by agreement.id`;

/** One of the equal parts into which the names of a place are cut; `together` are those that belong into one. */
export interface Slice {
  index: number;
  of: number;
  together: readonly string[];
}

/** Those of the rows that are in these places, in the order of the sheet. `from` is what `findTouched` says. */
export async function loadRows(
  tx: Database,
  from: SQL,
  placeCodes: readonly string[],
  slice: Slice | null,
): Promise<Map<string, LedgerRow[]>> {
  const records = await selectRecords<LedgerRow & { placeCode: string }>(
    tx,
    sql`select ${ledgerRowColumns} from ${from} row
      where row.place_code in ${valueList(placeCodes)}
        ${slice === null ? sql`` : inSlice(slice)}
      order by row.row_number`,
  );
  const rows = new Map<string, LedgerRow[]>(placeCodes.map((code) => [code, []]));
  for (const { placeCode, ...row } of records) rows.get(placeCode)?.push(row);
  return rows;
}

function inSlice({ index, of, together }: Slice): SQL {
  return sql`and ${index}::int = case
    when row.name_key in ${valueList(together)} then 0
    else ('x' || left(md5(${wordsOf(sql`row.name_key`)}), 7))::bit(28)::int % ${of}::int end`;
}

/** The words of a canonical name in an order that is their own: names of the same words are tied to each other. */
export const wordsOf = (nameKey: SQL): SQL =>
  sql`(select string_agg(word, ' ' order by word) from unnest(string_to_array(${nameKey}, ' ')) word)`;

/** The county of `source_rows row`; of a row in the wrong state there is none. */
export const countyInPlace = sql`case when row.moved_from is null then row.county_fips end`;

/** The columns of a {@link LedgerRow} and its place, of `source_rows row`. */
export const ledgerRowColumns = sql`row.place_code as "placeCode", row.name_key as "nameKey",
  row.agency_name as "agencyName", row.model, row.agency_type as "agencyType", row.type_printed as "typePrinted",
  ${countyInPlace} as "countyFips", row.signed_on as "signedOn", row.signed_printed as "signedPrinted",
  row.memorandum_url as "memorandumUrl", row.addendum_url as "addendumUrl"`;
