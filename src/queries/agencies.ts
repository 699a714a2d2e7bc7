/** Agencies: by id, by slug, as pages of the whole or of a place or a county, and the names they were printed with. */

import { type SQL, sql } from 'drizzle-orm';
import { type AgencyType, type AgreementStatus, agreementStatuses, type Model } from '../../schema/enums.ts';
import { agencies, agencyNames, agencySlugs } from '../../schema/tables/agencies.ts';
import { agreements } from '../../schema/tables/agreements.ts';
import { snapshotRows, snapshots, sourceRows } from '../../schema/tables/snapshots.ts';
import type { InstantText } from './counts/instant.ts';
import { type AnyOf, anyCounty, anyOf, anyState, betweenDays, like, readText } from './keyset/condition.ts';
import type { Order, SortKey } from './keyset/keyset.ts';
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
import { badInput } from './refusal.ts';

export interface AgencyRow {
  typename: string;
  id: string;
  placeCode: string;
  name: string;
  slug: string;
  type: AgencyType | null;
  typePrinted: string | null;
  countyFips: string | null;
  firstListedAt: InstantText;
}

export interface AgencyFilter {
  states?: AnyOf<string>;
  counties?: AnyOf<string>;
  types?: AnyOf<AgencyType>;
  models?: AnyOf<Model>;
  statuses?: AnyOf<AgreementStatus>;
  firstListedFrom?: string | null | undefined;
  firstListedTo?: string | null | undefined;
  text?: string | null | undefined;
}

const columns = {
  id: sql`${agencies.id}`,
  placeCode: sql`${agencies.placeCode}`,
  name: sql`${agencies.name}`,
  slug: sql`${agencies.slug}`,
  type: sql`${agencies.type}`,
  typePrinted: sql`${agencies.typePrinted}`,
  countyFips: sql`${agencies.countyFips}`,
  firstListedAt: sql`${agencies.firstListedAt}`,
};

export const agencySource: Source<Omit<AgencyRow, 'typename'>> = {
  name: 'agencies',
  typename: 'Agency',
  from: sql`${agencies}`,
  columns,
  always: ['id'],
  visible: sql`${agencies.derived} and ${agencies.mergedInto} is null`,
};

const byId = { field: 'id', column: columns.id, type: 'uuid' } as const;
const byName = { field: 'name', column: sql`${agencies.name} collate "C"`, type: 'text' } as const;
const byFirstListed = { field: 'firstListedAt', column: columns.firstListedAt, type: 'timestamptz' } as const;

/** How far the name is from the text that is looked for, in millionths: 0 is the very name. */
const distance = sql`(1000000 * (2 - word_similarity(${sql.placeholder('wanted')}::text, lower(${agencies.name}))
  - similarity(${sql.placeholder('wanted')}::text, lower(${agencies.name}))))::int`;
const byDistance = { field: 'distance', column: distance, type: 'int' } as const;

/** Of its agreements in force: how many there are, and when the newest of them was first listed. */
const inForce = (what: SQL): SQL => sql`(select ${what} from ${agreements} where ${agreements.agencyId} = ${agencies.id}
  and ${agreements.derived} and ${agreements.mergedInto} is null and ${agreements.status} = 'ACTIVE')`;
const agreementCount = inForce(sql`count(*)::int`);
const newestAgreement = inForce(sql`max(${agreements.firstListedAt})`);
const byCount = { field: 'agreementCount', column: agreementCount, type: 'int' } as const;
const byNewest = { field: 'newestAgreement', column: newestAgreement, type: 'timestamptz', nullable: true } as const;

/** What an order computes, read only in that order. */
const computed: Partial<Record<AgencyOrderField, Record<string, SQL>>> = {
  RELEVANCE: { distance },
  AGREEMENTS: { agreementCount },
  NEWEST_AGREEMENT: { newestAgreement },
};

const orderKeys: Record<AgencyOrderField, readonly SortKey[]> = {
  NAME: [byName],
  FIRST_LISTED_AT: [byFirstListed],
  RELEVANCE: [byDistance, byName],
  AGREEMENTS: [byCount, byName],
  NEWEST_AGREEMENT: [byNewest, byName],
};

export const agencyOrderFields = ['NAME', 'FIRST_LISTED_AT', 'RELEVANCE', 'AGREEMENTS', 'NEWEST_AGREEMENT'] as const;
export type AgencyOrderField = (typeof agencyOrderFields)[number];

const orders = new Map<string, Order>();

export function agencyOrder(field: AgencyOrderField, descending: boolean): Order {
  const tag = `agencies:${field}${descending ? ':desc' : ''}`;
  let order = orders.get(tag);
  if (order === undefined) {
    order = { tag, keys: [...orderKeys[field], byId], descending };
    orders.set(tag, order);
  }
  return order;
}

export const agenciesOfPlace: ParentLink = {
  name: 'place',
  type: 'text',
  on: sql`${agencies.placeCode} = parent.key`,
  groupBy: sql`${agencies.placeCode}`,
};

export const agenciesOfCounty: ParentLink = {
  name: 'county',
  type: 'text',
  on: sql`${agencies.countyFips} = parent.key`,
  groupBy: sql`${agencies.countyFips}`,
};

/** The rows with what the order computes of them. */
export const agencySourceFor = (field: AgencyOrderField): typeof agencySource =>
  withColumns(agencySource, computed[field]);

/** Throws BAD_USER_INPUT for values that no agency could have, and for an order by the relevance to no text. */
export function agencyConditions(filter: AgencyFilter, order: AgencyOrderField): Condition[] {
  return [
    ...(order === 'RELEVANCE' ? [wantedText(filter.text)] : []),
    ...anyState(columns.placeCode, filter.states),
    ...anyCounty(columns.countyFips, filter.counties),
    ...anyOf('types', columns.type, 'agency_type', filter.types),
    ...betweenDays('firstListed', columns.firstListedAt, filter.firstListedFrom, filter.firstListedTo),
    ...like(columns.name, filter.text),
    ...withAgreement(filter),
  ];
}

/** Who names every status, and no model, asks for all agencies that the ledger knows. */
export function isEveryAgency({ statuses, models }: AgencyFilter): boolean {
  return models == null && statuses != null && agreementStatuses.every((status) => statuses.includes(status));
}

/** Met by every agency: it gives the order its text. */
function wantedText(text: string | null | undefined): Condition {
  const wanted = text == null ? '' : readText('text', text);
  if (wanted === '') throw badInput('An order by RELEVANCE needs a text in the filter.');
  return { shape: 'wanted', sql: () => sql`${sql.placeholder('wanted')}::text is not null`, values: { wanted } };
}

/** Has an agreement of one of the models in one of the statuses; in force when no statuses are given. */
function withAgreement(filter: AgencyFilter): Condition[] {
  if (isEveryAgency(filter)) return [];
  const statuses = filter.statuses ?? ['ACTIVE'];
  const parts = [
    ...anyOf('models', agreementModel, 'model', filter.models),
    ...anyOf('statuses', agreementStatus, 'agreement_status', statuses),
  ];
  // Nearly all agencies have one in force: looked up row by row, a page ends soon. Joined, all of them come first.
  const isUsual = filter.models == null && statuses.length === 1 && statuses[0] === 'ACTIVE';
  return [
    {
      shape: `agreement${isUsual ? 'InForce' : ''}(${parts.map((each) => each.shape).join()})`,
      sql: () => sql`exists (select 1 from ${agreements} where ${agreements.agencyId} = ${agencies.id}
        and ${agreements.derived} and ${agreements.mergedInto} is null and ${allOf(parts.map((each) => each.sql()))}${isUsual ? sql` offset 0` : sql``})`,
      values: valuesOf(parts),
    },
  ];
}

const agreementModel = sql`${agreements.model}`;
const agreementStatus = sql`${agreements.status}`;

const storedFields = [...Object.keys(columns), 'mergedInto', 'derived'];
const storedColumns = sql.join(
  [...Object.values(columns), sql`${agencies.mergedInto}`, sql`${agencies.derived}`],
  sql`, `,
);
const readStored = rowReader<Stored<AgencyRow>>('Agency', storedFields);

/** The agencies that answer for these ids, in their order: a merged one's survivor, null where there is none. */
export function agenciesById(statements: Statements, ids: readonly string[]): Promise<(AgencyRow | null)[]> {
  const build = () => ({
    query: sql`select ${storedColumns} from ${agencies} where ${agencies.id} = any(${sql.placeholder('ids')}::uuid[])`,
    read: readStored,
  });
  return followMergers(ids, (missing) => statements.run('agencies by id', build, { ids: arrayLiteral(missing) }));
}

/** The agency with this slug, or that had it, or that answers for the one that had it. */
export async function agencyBySlug(statements: Statements, slug: string): Promise<AgencyRow | null> {
  if (slug.includes('\0')) return null;
  const [current] = await statements.run('agency by slug', draftBySlug, { slug });
  if (current !== undefined) return current;
  const [former] = await statements.run('agency by former slug', draftByFormerSlug, { slug });
  if (former === undefined) return null;
  const [answer] = await agenciesById(statements, [former]);
  return answer ?? null;
}

const draftBySlug = () => ({
  query: sql`select ${storedColumns} from ${agencies}
    where ${agencies.slug} = ${sql.placeholder('slug')} and ${agencySource.visible}`,
  read: readStored,
});

const draftByFormerSlug = () => ({
  query: sql`select ${agencySlugs.agencyId} from ${agencySlugs} where ${agencySlugs.slug} = ${sql.placeholder('slug')}`,
  read: (cells: readonly unknown[]) => String(cells[0]),
});

/** For each agency, its names as accepted lists printed them, in alphabetical order. */
export async function printedNames(statements: Statements, agencyIds: readonly string[]): Promise<string[][]> {
  const printed = sql`exists (select 1 from ${snapshotRows} join ${snapshots} on ${snapshots.number} = ${snapshotRows.snapshotNumber}
    where ${snapshotRows.sourceRowId} = ${sourceRows.id} and ${snapshots.status} = 'ACCEPTED')`;
  const query: SQL = sql`select distinct ${agencyNames.agencyId}, ${sourceRows.agencyName} from ${agencyNames}
    join ${sourceRows} on ${sourceRows.placeCode} = ${agencyNames.placeCode} and ${sourceRows.nameKey} = ${agencyNames.nameKey}
    where ${agencyNames.agencyId} = any(${sql.placeholder('ids')}::uuid[]) and ${sourceRows.agencyName} is not null and ${printed}`;
  const read = (cells: readonly unknown[]): [string, string] => [String(cells[0]), String(cells[1])];
  const rows = await statements.run('printed names', () => ({ query, read }), { ids: arrayLiteral(agencyIds) });
  const names = new Map<string, string[]>(agencyIds.map((id) => [id, []]));
  for (const [id, name] of rows) names.get(id)?.push(name);
  return agencyIds.map((id) => (names.get(id) ?? []).toSorted());
}

/** These agencies and all that were merged into them or into which they were merged: one id stands for all. */
export function familyOf(ids: SQL): SQL {
  return sql`(with recursive up(id) as (select unnest(${ids}) union select a.merged_into from ${agencies} a join up on a.id = up.id where a.merged_into is not null),
    family(id) as (select id from up union select a.id from ${agencies} a join family on a.merged_into = family.id) select id from family)`;
}

/** Rows of these agencies, given by the column that holds theirs; an id follows mergers. At most 1,000 ids. */
export function agencyIdsIn(column: SQL, ids: AnyOf<string>): Condition[] {
  if (ids == null) return [];
  if (ids.length > 1000) throw badInput('agencyIds takes at most 1000 values.');
  const family = () => familyOf(sql`${sql.placeholder('agencyIds')}::uuid[]`);
  const values = { agencyIds: arrayLiteral(ids) };
  return [{ shape: 'agencyIds', sql: () => sql`${column} in ${family()}`, values }];
}
