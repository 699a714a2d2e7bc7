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
import { standingsAt, standingsOf, standingsToday } from './standings.ts';
import { countSource, type StatisticsFilter } from './statistics-filter.ts';

export interface StatisticsRow extends Omit<Tally, 'pending'> {
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

/** Of each of these places, in their order; one may be asked for many times. */
export async function statisticsOfPlaces(
  statements: Statements,
  placeCodes: readonly string[],
  asOf: string | null,
): Promise<(StatisticsRow | null)[]> {
  const states = [...new Set(placeCodes)];
  const { lists, groups } = await standingsOn(statements, { states }, asOf);
  const byPlace = new Map<string, StandingGroup[]>(states.map((code) => [code, []]));
  for (const group of groups) byPlace.get(group.placeCode)?.push(group);
  const rows = new Map(states.map((code) => [code, toRow(lists, byPlace.get(code) ?? [], { states: [code] }, asOf)]));
  return placeCodes.map((code) => rows.get(code) ?? null);
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
    if (place < 0 || kind === null) return toRow(found, groups[index] ?? [], {}, null);
    const last = found[kind];
    return toRow({ ...found, [kind]: last && { ...last, number } }, own[place] ?? [], {}, null);
  });
}

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
): StatisticsRow | null {
  if (PARTICIPATING === null) return null;
  const counted = tally(groups, maskOf(filter.models));
  const days = [PARTICIPATING.publishedOn, ...(PENDING === null ? [] : [PENDING.publishedOn])];
  return {
    ...counted,
    asOf: asOf ?? days.sort().at(-1) ?? PARTICIPATING.publishedOn,
    snapshotNumber: PARTICIPATING.number,
    publishedOn: PARTICIPATING.publishedOn,
    pendingNumber: PENDING?.number ?? null,
    pending: PENDING === null ? null : counted.pending,
    filter,
  };
}
