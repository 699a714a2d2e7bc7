/** Agreements: by id, and as pages of the whole or of a place or an agency, with their filter and orders. */
import { type SQL, sql } from 'drizzle-orm';
import type { AgencyType, AgreementStatus, Model } from '../../schema/enums.ts';
import { agencies } from '../../schema/tables/agencies.ts';
import { agreements, listings } from '../../schema/tables/agreements.ts';
import { snapshots } from '../../schema/tables/snapshots.ts';
import { type AgencyRow, agencyIdsIn } from './agencies.ts';
import type { InstantText } from './counts/instant.ts';
import {
  type AnyOf,
  anyCounty,
  anyOf,
  anyState,
  betweenDates,
  betweenDays,
  like,
  startOfDay,
} from './keyset/condition.ts';
import type { Order } from './keyset/keyset.ts';
import {
  allOf,
  type Condition,
  type ParentLink,
  rowReader,
  type Source,
  valuesOf,
  withColumns,
} from './keyset/source.ts';
import { arrayLiteral, type Statements } from './keyset/statement.ts';
import { followMergers, type Stored } from './mergers.ts';

export interface AgreementRow {
  typename: string;
  id: string;
  agencyId: string;
  placeCode: string;
  model: Model;
  status: AgreementStatus;
  signedOn: string | null;
  signedPrinted: string | null;
  firstListedAt: InstantText | null;
  firstListedIsLowerBound: boolean;
  lastListedAt: InstantText | null;
  endedOn: string | null;
  pendingFirstListedAt: InstantText | null;
  memorandumUrl: string | null;
  addendumUrls: string[];
  supersedes: string | null;
  /** Brought along when it was asked for and answers for itself; absent otherwise. */
  agency?: Omit<AgencyRow, 'typename'>;
}

export interface AgreementFilter {
  states?: AnyOf<string>;
  models?: AnyOf<Model>;
  statuses?: AnyOf<AgreementStatus>;
  agencyTypes?: AnyOf<AgencyType>;
  counties?: AnyOf<string>;
  /** Uuids of agencies. */
  agencyIds?: AnyOf<string>;
  signedFrom?: string | null | undefined;
  signedTo?: string | null | undefined;
  listedFrom?: string | null | undefined;
  listedTo?: string | null | undefined;
  inForceOn?: string | null | undefined;
  endedFrom?: string | null | undefined;
  endedTo?: string | null | undefined;
  hasMemorandum?: boolean | null | undefined;
  not?: AgreementExclusion | null | undefined;
  text?: string | null | undefined;
}

/** What none of the agreements has. */
export interface AgreementExclusion {
  states?: AnyOf<string>;
  models?: AnyOf<Model>;
  statuses?: AnyOf<AgreementStatus>;
  agencyTypes?: AnyOf<AgencyType>;
  counties?: AnyOf<string>;
}

const columns = {
  id: sql`${agreements.id}`,
  agencyId: sql`${agreements.agencyId}`,
  placeCode: sql`${agreements.placeCode}`,
  model: sql`${agreements.model}`,
  status: sql`${agreements.status}`,
  signedOn: sql`${agreements.signedOn}`,
  signedPrinted: sql`${agreements.signedPrinted}`,
  firstListedAt: sql`${agreements.firstListedAt}`,
  firstListedIsLowerBound: sql`${agreements.firstListedIsLowerBound}`,
  lastListedAt: sql`${agreements.lastListedAt}`,
  endedOn: sql`${agreements.endedOn}`,
  pendingFirstListedAt: sql`${agreements.pendingFirstListedAt}`,
  memorandumUrl: sql`${agreements.memorandumUrl}`,
  addendumUrls: sql`${agreements.addendumUrls}`,
  supersedes: sql`${agreements.supersedes}`,
};

export const agreementSource: Source<Omit<AgreementRow, 'typename' | 'agency'>> = {
  name: 'agreements',
  typename: 'Agreement',
  from: sql`${agreements}`,
  columns,
  always: ['id'],
  visible: sql`${agreements.derived} and ${agreements.mergedInto} is null`,
  companion: {
    field: 'agency',
    typename: 'Agency',
    key: 'agencyId',
    table: sql`${agencies}`,
    columns: {
      id: sql`companion.id`,
      placeCode: sql`companion.place_code`,
      name: sql`companion.name`,
      slug: sql`companion.slug`,
      type: sql`companion.type`,
      typePrinted: sql`companion.type_printed`,
      countyFips: sql`companion.county_fips`,
      firstListedAt: sql`companion.first_listed_at`,
    },
    visible: sql`companion.derived and companion.merged_into is null`,
  },
};

/** The newest list's publication while it is listed. */
const lastShownAt = sql`coalesce(${agreements.lastListedAt}, case when ${agreements.firstListedAt} is not null then
  (select max(published_at) from ${snapshots} where kind = 'PARTICIPATING' and status = 'ACCEPTED') end)`;
const nameOfAgency = sql`(select name from ${agencies} where id = ${agreements.agencyId})`;

const byId = { field: 'id', column: columns.id, type: 'uuid' } as const;
const orderKeys = {
  SIGNED_ON: { field: 'signedOn', column: columns.signedOn, type: 'date', nullable: true },
  FIRST_LISTED_AT: { field: 'firstListedAt', column: columns.firstListedAt, type: 'timestamptz', nullable: true },
  LAST_LISTED_AT: { field: 'lastShownAt', column: lastShownAt, type: 'timestamptz', nullable: true },
  ENDED_ON: { field: 'endedOn', column: columns.endedOn, type: 'date', nullable: true },
  AGENCY_NAME: { field: 'agencyName', column: sql`${nameOfAgency} collate "C"`, type: 'text' },
  STATE: { field: 'placeCode', column: sql`${columns.placeCode} collate "C"`, type: 'text' },
} as const;

/** What an order computes, read only in that order. */
const computed: Partial<Record<AgreementOrderField, Record<string, SQL>>> = {
  LAST_LISTED_AT: { lastShownAt },
  AGENCY_NAME: { agencyName: nameOfAgency },
  STATE: { agencyName: nameOfAgency },
};

export const agreementOrderFields = [
  'SIGNED_ON',
  'FIRST_LISTED_AT',
  'LAST_LISTED_AT',
  'ENDED_ON',
  'AGENCY_NAME',
  'STATE',
] as const;
export type AgreementOrderField = (typeof agreementOrderFields)[number];

const orders = new Map<string, Order>();

export function agreementOrder(field: AgreementOrderField, descending: boolean): Order {
  const tag = `agreements:${field}${descending ? ':desc' : ''}`;
  let order = orders.get(tag);
  if (order === undefined) {
    order = { tag, keys: [orderKeys[field], ...(field === 'STATE' ? [orderKeys.AGENCY_NAME] : []), byId], descending };
    orders.set(tag, order);
  }
  return order;
}

/** The rows with what the order computes of them. */
export const agreementSourceFor = (field: AgreementOrderField): typeof agreementSource =>
  withColumns(agreementSource, computed[field]);

export const agreementsOfPlace: ParentLink = {
  name: 'place',
  type: 'text',
  on: sql`${agreements.placeCode} = parent.key`,
  groupBy: sql`${agreements.placeCode}`,
};

export const agreementsOfCounty: ParentLink = {
  name: 'county',
  type: 'text',
  // An array, so that each county reads an index: joined, the planner reads all agreements for each.
  on: sql`${agreements.agencyId} = any(array(select ${agencies.id} from ${agencies} where ${agencies.countyFips} = parent.key))`,
  fewRows: true,
};

export const agreementsOfAgency: ParentLink = {
  name: 'agency',
  type: 'uuid',
  on: sql`${agreements.agencyId} = parent.key`,
  fewRows: true,
  groupBy: sql`${agreements.agencyId}`,
};

/**
 * Throws BAD_USER_INPUT for values that no agreement could have. Without statuses only those in force today match,
 * unless days are asked about on which they stood or ended, or statuses are left out: then whatever became of them.
 */
export function agreementConditions(filter: AgreementFilter): Condition[] {
  const { inForceOn: then, endedFrom, endedTo, not } = filter;
  const isAny = then != null || endedFrom != null || endedTo != null || not?.statuses != null;
  const statuses = filter.statuses ?? (isAny ? null : ['ACTIVE']);
  return [
    ...anyState(columns.placeCode, filter.states),
    ...anyOf('models', columns.model, 'model', filter.models),
    ...anyOf('statuses', columns.status, 'agreement_status', statuses),
    ...ofAgencies([
      ...anyOf('agencyTypes', agencyType, 'agency_type', filter.agencyTypes),
      ...anyCounty(agencyCounty, filter.counties),
      ...like(agencyName, filter.text),
    ]),
    ...agencyIdsIn(columns.agencyId, filter.agencyIds),
    ...betweenDates('signed', columns.signedOn, filter.signedFrom, filter.signedTo),
    ...betweenDays('listed', columns.firstListedAt, filter.listedFrom, filter.listedTo),
    ...betweenDates('ended', columns.endedOn, filter.endedFrom, filter.endedTo),
    ...inForceOn(filter.inForceOn),
    ...memorandum(filter.hasMemorandum),
    ...(filter.not == null ? [] : noneOf(filter.not)),
  ];
}

function memorandum(has: boolean | null | undefined): Condition[] {
  if (has == null) return [];
  const condition = () => sql`${columns.memorandumUrl} is ${sql.raw(has ? 'not null' : 'null')}`;
  return [{ shape: has ? 'memorandum' : 'no memorandum', sql: condition, values: {} }];
}

/** What is not known, such as a type, is none of those left out. */
function noneOf({ states, models, statuses, agencyTypes, counties }: AgreementExclusion): Condition[] {
  return [
    ...anyState(columns.placeCode, states, 'not.states'),
    ...anyOf('not.models', columns.model, 'model', models),
    ...anyOf('not.statuses', columns.status, 'agreement_status', statuses),
    ...ofAgencies(anyOf('not.agencyTypes', agencyType, 'agency_type', agencyTypes)),
    ...ofAgencies(anyCounty(agencyCounty, counties, 'not.counties')),
  ].map(({ shape, sql: condition, values }) => ({ shape, sql: () => sql`not (${condition()})`, values }));
}

function ofAgencies(parts: readonly Condition[]): Condition[] {
  if (parts.length === 0) return [];
  return [
    {
      shape: `agency(${parts.map((each) => each.shape).join()})`,
      sql: () =>
        sql`${columns.agencyId} in (select ${agencies.id} from ${agencies} where ${allOf(parts.map((each) => each.sql()))})`,
      values: valuesOf(parts),
    },
  ];
}

const agencyType = sql`${agencies.type}`;
const agencyCounty = sql`${agencies.countyFips}`;
const agencyName = sql`${agencies.name}`;

/** On the participating list that was the last one published on or before the day. */
function inForceOn(day: string | null | undefined): Condition[] {
  if (day == null) return [];
  return [{ shape: 'inForceOn', sql: listedThen, values: { inForceOn: day } }];
}

function listedThen(): SQL {
  const nextDay = startOfDay(sql`${sql.placeholder('inForceOn')}::date + 1`);
  const list = sql`(select max(${snapshots.publishedAt}) from ${snapshots} where ${snapshots.kind} = 'PARTICIPATING'
    and ${snapshots.status} = 'ACCEPTED' and ${snapshots.publishedAt} < ${nextDay})`;
  return sql`exists (select 1 from ${listings} where ${listings.agreementId} = ${agreements.id}
    and ${listings.kind} = 'PARTICIPATING' and ${listings.listedAt} <= ${list}
    and (${listings.unlistedAt} is null or ${listings.unlistedAt} > ${list}))`;
}

const storedColumns = sql.join(
  [...Object.values(columns), sql`${agreements.mergedInto}`, sql`${agreements.derived}`],
  sql`, `,
);
const readStored = rowReader<Stored<AgreementRow>>('Agreement', [...Object.keys(columns), 'mergedInto', 'derived']);

/** The agreements that answer for these ids, in their order: a merged one's survivor, null where there is none. */
export function agreementsById(statements: Statements, ids: readonly string[]): Promise<(AgreementRow | null)[]> {
  const build = () => ({
    query: sql`select ${storedColumns} from ${agreements} where ${agreements.id} = any(${sql.placeholder('ids')}::uuid[])`,
    read: readStored,
  });
  return followMergers(ids, (missing) => statements.run('agreements by id', build, { ids: arrayLiteral(missing) }));
}

/** For each agreement, the one that took its place: null where none did. */
export async function successorsOf(statements: Statements, ids: readonly string[]): Promise<(AgreementRow | null)[]> {
  const build = () => ({
    query: sql`select ${storedColumns} from ${agreements} where ${agreements.supersedes} = any(${sql.placeholder('ids')}::uuid[])
      and ${agreementSource.visible}`,
    read: readStored,
  });
  const rows = await statements.run('agreements by what they supersede', build, { ids: arrayLiteral(ids) });
  const bySuperseded = new Map(rows.map((row) => [row.supersedes, row]));
  return ids.map((id) => bySuperseded.get(id) ?? null);
}
