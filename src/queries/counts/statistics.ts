/**
 * Statistics: counts as of a day or a list, under a filter, with the lists they rest on. Today's are read from the
 * counts as they stand, those of a day from the changes up to it.
 */
import { maskOf } from '../../../schema/standing.ts';
import { type StandingGroup, type Tally, tally } from '../../analysis/tally.ts';
import type { Statements } from '../keyset/statement.ts';
import type { SnapshotRow } from '../snapshots.ts';
import { toIsoInstant } from './instant.ts';
import { type ListsOn, listsOn, listsUpTo, momentOf, noLists } from './lists-on.ts';
import { countiesAt, standingsAt, standingsOf, standingsToday } from './standings.ts';
import { countSource, type StatisticsFilter, statesWithin } from './statistics-filter.ts';

export interface StatisticsRow extends Omit<Tally, 'pending'> {
  /** The day asked for, the list, or now: with the filter, which question this answers. */
  asked: string;
  /** The day asked for, or that of the newest list it rests on. */
  asOf: string;
  snapshotNumber: number;
  /** Of the list of participating agencies, in New York. */
  publishedOn: string;
  pendingNumber: number | null;
  /** Null while no pending list is known. */
  pending: number | null;
  /** What it counts, for whoever counts more of the same. */
  filter: StatisticsFilter;
  /** The instant whose standings are counted, in ISO 8601. */
  moment: string;
  /** The list whose own rows are counted instead, since another follows it at the instant; else null. */
  ownNumber: number | null;
}

/** Null before the first accepted list of participating agencies. `asOf` null: as of now. */
export async function statistics(
  statements: Statements,
  filter: StatisticsFilter,
  asOf: string | null,
): Promise<StatisticsRow | null> {
  const { lists, groups } = await standingsOn(statements, filter, asOf);
  return toRow(lists, groups, filter, asOf);
}

/** The same for several days, in their order; a day that is null means now. */
export async function statisticsOn(
  statements: Statements,
  filter: StatisticsFilter,
  days: readonly (string | null)[],
): Promise<(StatisticsRow | null)[]> {
  const lists = await listsOn(statements, days);
  const moments = lists.map(momentOf);
  const groups = await groupsAt(statements, filter, moments);
  return lists.map((each, index) => toRow(each, groups[index] ?? [], filter, days[index] ?? null));
}

/** Of each of these places, in their order, under a filter; one may be asked for many times. */
export async function statisticsOfPlaces(
  statements: Statements,
  placeCodes: readonly string[],
  filter: StatisticsFilter,
  asOf: string | null,
): Promise<(StatisticsRow | null)[]> {
  const wanted = [...new Set(placeCodes)];
  const filters = new Map(wanted.map((code) => [code, { ...filter, states: statesWithin([code], filter.states) }]));
  const all = { ...filter, states: statesWithin(wanted, filter.states) };
  const { lists, groups } = await standingsOn(statements, all, asOf);
  const byPlace = new Map<string, StandingGroup[]>(wanted.map((code) => [code, []]));
  for (const group of groups) byPlace.get(group.placeCode)?.push(group);
  const rows = new Map(
    wanted.map((code) => [code, toRow(lists, byPlace.get(code) ?? [], filters.get(code) ?? all, asOf)]),
  );
  return placeCodes.map((code) => rows.get(code) ?? null);
}

/** Of each of these counties, by FIPS codes, in their order, under a filter; one may be asked for many times. */
export async function statisticsOfCounties(
  statements: Statements,
  fipsCodes: readonly string[],
  filter: StatisticsFilter,
  asOf: string | null,
): Promise<(StatisticsRow | null)[]> {
  const wanted = [...new Set(fipsCodes)];
  const isAsked = (fips: string): boolean => filter.counties == null || filter.counties.includes(fips);
  const asked = { ...filter, counties: wanted.filter(isAsked) };
  const [lists = noLists] = await listsOn(statements, [asOf]);
  const moment = momentOf(lists);
  const [groups = []] = moment === null ? [] : await countiesAt(statements, countSource(asked), [moment]);
  const rows = new Map(
    wanted.map((fips) => {
      const own = groups.filter(({ countyFips }) => countyFips === fips);
      return [fips, toRow(lists, own, { ...filter, counties: [fips].filter(isAsked) }, asOf)];
    }),
  );
  return fipsCodes.map((fips) => rows.get(fips) ?? null);
}

export type PublishedSnapshot = Pick<SnapshotRow, 'number' | 'kind' | 'status' | 'publishedAt'>;

/** As each of these lists left the ledger; null for one that is not accepted, and before the first participating one. */
export async function statisticsOfSnapshots(
  statements: Statements,
  snapshots: readonly PublishedSnapshot[],
): Promise<(StatisticsRow | null)[]> {
  const instants = snapshots.map(({ publishedAt }) => publishedAt);
  const lists = await listsUpTo(statements, instants);
  const groups = await groupsAt(statements, {}, lists.map(momentOf));
  const followed = snapshots.filter((each, index) => isFollowed(each, lists[index] ?? noLists));
  const own =
    followed.length === 0
      ? []
      : await standingsOf(
          statements,
          followed.map(({ number }) => number),
        );
  return snapshots.map((snapshot, index) => {
    if (snapshot.status !== 'ACCEPTED') return null;
    const [found, place] = [lists[index] ?? noLists, followed.indexOf(snapshot)];
    const { kind, number } = snapshot;
    if (place < 0 || kind === null) return ofList(number, toRow(found, groups[index] ?? [], {}, null));
    const last = found[kind];
    return ofList(number, toRow({ ...found, [kind]: last && { ...last, number } }, own[place] ?? [], {}, null, number));
  });
}

const ofList = (number: number, row: StatisticsRow | null): StatisticsRow | null =>
  row && { ...row, asked: `list ${number}` };

/** Another list of its kind follows at the same instant: what the ledger shows of that instant is the other's. */
function isFollowed({ number, kind, status, publishedAt }: PublishedSnapshot, lists: ListsOn): boolean {
  const last = kind === null || status !== 'ACCEPTED' ? null : lists[kind];
  return last !== null && last.number !== number && last.publishedAt === toIsoInstant(publishedAt);
}

async function standingsOn(
  statements: Statements,
  filter: StatisticsFilter,
  asOf: string | null,
): Promise<{ lists: ListsOn; groups: StandingGroup[] }> {
  const source = countSource(filter);
  if (asOf === null) return standingsToday(statements, source);
  const [lists = noLists] = await listsOn(statements, [asOf]);
  const [groups = []] = await groupsAt(statements, filter, [momentOf(lists)]);
  return { lists, groups };
}

async function groupsAt(
  statements: Statements,
  filter: StatisticsFilter,
  moments: readonly (string | null)[],
): Promise<StandingGroup[][]> {
  const source = countSource(filter);
  const known = moments.flatMap((moment) => moment ?? []);
  const found = known.length === 0 ? [] : await standingsAt(statements, source, known);
  const byMoment = new Map(known.map((moment, index) => [moment, found[index] ?? []]));
  return moments.map((moment) => (moment === null ? [] : (byMoment.get(moment) ?? [])));
}

function toRow(
  { PARTICIPATING, PENDING }: ListsOn,
  groups: readonly StandingGroup[],
  filter: StatisticsFilter,
  asOf: string | null,
  ownNumber: number | null = null,
): StatisticsRow | null {
  const moment = momentOf({ PARTICIPATING, PENDING });
  if (PARTICIPATING === null || moment === null) return null;
  const counted = tally(groups, maskOf(filter.models));
  const days = [PARTICIPATING.publishedOn, ...(PENDING === null ? [] : [PENDING.publishedOn])];
  return {
    ...counted,
    asked: asOf ?? 'now',
    asOf: asOf ?? days.sort().at(-1) ?? PARTICIPATING.publishedOn,
    snapshotNumber: PARTICIPATING.number,
    publishedOn: PARTICIPATING.publishedOn,
    pendingNumber: PENDING?.number ?? null,
    pending: PENDING === null ? null : counted.pending,
    ...{ filter, moment, ownNumber },
  };
}
