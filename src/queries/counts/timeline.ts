/** The timeline: what was in force at the end of each interval, and what came and went within it. Two statements, or three. */
import { sql } from 'drizzle-orm';
import type { AgencyType, TimelineBasis } from '../../../schema/enums.ts';
import { maskOf } from '../../../schema/standing.ts';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import { addDays, countIntervals, type Interval, nextInterval, startOfInterval } from '../../analysis/calendar.ts';
import { layTimeline, type Passage, type TimelinePoint } from '../../analysis/timeline.ts';
import { unlikelySignatures } from '../../database/standing.ts';
import type { Statements } from '../keyset/statement.ts';
import { badInput } from '../refusal.ts';
import { toIsoInstant } from './instant.ts';
import { type CountSource, countSource, type StatisticsFilter, statesWithin } from './statistics-filter.ts';

export interface TimelineArgs {
  from?: string | null | undefined;
  to?: string | null | undefined;
  interval: Interval;
  basis: TimelineBasis;
  /** Whether its points are told by type of agency: it takes longer. */
  byAgencyType?: boolean;
}

export const MOST_POINTS = 4000;

/** Empty before the first list. Throws BAD_USER_INPUT for a span that ends before it begins or has too many points. */
export async function timeline(
  statements: Statements,
  filter: StatisticsFilter,
  args: TimelineArgs,
): Promise<TimelinePoint[]> {
  const [points] = await timelines(statements, filter, args, null);
  return points ?? [];
}

/** One for each place, in order, under a filter; one may be asked for many times. */
export async function timelinesOfPlaces(
  statements: Statements,
  placeCodes: readonly string[],
  filter: StatisticsFilter,
  args: TimelineArgs,
): Promise<TimelinePoint[][]> {
  const states = [...new Set(placeCodes)];
  const within = { ...filter, states: statesWithin(states, filter.states) };
  const found = await timelines(statements, within, args, states);
  const byPlace = new Map(states.map((code, index) => [code, found[index] ?? []]));
  return placeCodes.map((code) => byPlace.get(code) ?? []);
}

async function timelines(
  statements: Statements,
  filter: StatisticsFilter,
  { from, to, interval, basis, byAgencyType = false }: TimelineArgs,
  placeCodes: readonly string[] | null,
): Promise<TimelinePoint[][]> {
  checkSpan(from, to, interval);
  const source = countSource(filter);
  const published = await readPublished(statements);
  const [first, last] = [published[0], published.at(-1)];
  if (first === undefined || last === undefined) return (placeCodes ?? ['']).map(() => []);
  const until = to ?? last.day;
  const passages = await readPassages(statements, source, {
    ...{ interval, basis, mask: maskOf(filter.models), until, firstAt: first.publishedAt },
    ...{ byPlace: placeCodes !== null, byAgencyType },
  });
  const leftOut = basis === 'SIGNED' ? await readLeftOut(statements, source, maskOf(filter.models)) : [];
  const oldest = passages.reduce((least, { bucket }) => (bucket < least ? bucket : least), first.day);
  const since = from ?? (basis === 'SIGNED' ? oldest : first.day);
  if (since > until) return (placeCodes ?? ['']).map(() => []);
  checkPoints(since, until, interval);
  const request = { from: since, to: until, interval, basis, published };
  const sum = (of: typeof leftOut): number => of.reduce((total, { agreements }) => total + agreements, 0);
  if (placeCodes === null) return [layTimeline({ ...request, leftOut: sum(leftOut) }, passages)];
  return placeCodes.map((code) => {
    const here = ({ placeCode }: { placeCode: string }): boolean => placeCode === code;
    return layTimeline({ ...request, leftOut: sum(leftOut.filter(here)) }, passages.filter(here));
  });
}

/** Agreements that no point by SIGNED counts, by place. */
function readLeftOut(
  statements: Statements,
  source: CountSource,
  mask: number,
): Promise<{ placeCode: string; agreements: number }[]> {
  const build = () => ({
    query: unlikelySignatures(source.agency(), sql`${sql.placeholder('mask')}::int`),
    read: (cells: readonly unknown[]) => ({ placeCode: String(cells[0]), agreements: Number(cells[1]) }),
  });
  return statements.run(`left out|${source.shape}`, build, { ...source.values, mask });
}

/** Years outside of these are a slip of the pen; the statute is of 1996. */
const [EARLIEST, LATEST] = ['1900-01-01', '2199-12-31'];

function checkSpan(from: string | null | undefined, to: string | null | undefined, interval: Interval): void {
  for (const [name, day] of Object.entries({ from, to })) {
    if (day == null || (day >= EARLIEST && day <= LATEST)) continue;
    throw badInput(`${name} must be from ${EARLIEST} to ${LATEST}, not ${day}.`);
  }
  if (from == null || to == null) return;
  if (from > to) throw badInput(`from must not be after to: ${from} is after ${to}.`);
  checkPoints(from, to, interval);
}

function checkPoints(from: string, to: string, interval: Interval): void {
  const points = countIntervals(from, to, interval);
  if (points <= MOST_POINTS) return;
  throw badInput(
    `from ${from} to ${to} by interval ${interval} makes ${points} points, at most ${MOST_POINTS} are answered.`,
  );
}

interface PublishedDay {
  day: string;
  lists: number;
  publishedAt: string;
}

async function readPublished(statements: Statements): Promise<PublishedDay[]> {
  const s = snapshots;
  const query = sql`select (${s.publishedAt} at time zone 'America/New_York')::date::text, count(*)::int, min(${s.publishedAt})
    from ${s} where ${s.kind} = ${sql.placeholder('kind')}::snapshot_kind and ${s.status} = 'ACCEPTED' group by 1 order by 1`;
  const read = (cells: readonly unknown[]): PublishedDay => ({
    day: String(cells[0]),
    lists: Number(cells[1]),
    publishedAt: toIsoInstant(String(cells[2])),
  });
  return statements.run('days of lists', () => ({ query, read }), { kind: 'PARTICIPATING' });
}

interface PassageRequest {
  interval: Interval;
  basis: TimelineBasis;
  mask: number;
  /** Last day. */
  until: string;
  /** Publication of the first list. */
  firstAt: string;
  byPlace: boolean;
  byAgencyType: boolean;
}

/** Changes of the models in the mask by interval; passages that change nothing under it are left out. */
async function readPassages(
  statements: Statements,
  source: CountSource,
  { interval, basis, mask, until, firstAt, byPlace, byAgencyType }: PassageRequest,
): Promise<(Passage & { placeCode: string })[]> {
  const bits = (column: string) => sql`(${sql.raw(column)} & ${sql.placeholder('mask')}::int)`;
  // Instants first, then intervals: a day of the calendar is dear to compute, and many changes share an instant.
  const build = () => ({
    query: sql`select date_trunc(${sql.placeholder('unit')}::text, at at time zone 'America/New_York')::date::text,
        ${sql.placeholder('basis')}::text = 'LISTED' and at <= ${sql.placeholder('firstAt')}::timestamptz,
        before, after, sum(agencies)::int, place_code, agency_type
      from (
        select at, ${bits('standing_before')} as before, ${bits('standing_after')} as after,
          ${sql.raw(byPlace ? 'place_code' : `''`)} as place_code,
          ${sql.raw(byAgencyType ? 'agency_type' : 'null')} as agency_type, sum(agencies) as agencies
        from ${source.changes()}
        where basis = ${sql.placeholder('basis')}::timeline_basis
          and at < ((${sql.placeholder('until')}::date + 1)::timestamp at time zone 'America/New_York')
        group by 1, 2, 3, 4, 5
      ) passage
      where before <> after
      group by 1, 2, 3, 4, 6, 7`,
    read: (cells: readonly unknown[]) => ({
      bucket: String(cells[0]),
      onFirstList: cells[1] === true,
      before: Number(cells[2]),
      after: Number(cells[3]),
      agencies: Number(cells[4]),
      placeCode: String(cells[5]),
      // The column's own enum.
      ...(byAgencyType ? { agencyType: cells[6] as AgencyType | null } : {}),
    }),
  });
  // The last interval is answered whole, so its changes are read to its end.
  const end = addDays(nextInterval(startOfInterval(until, interval), interval), -1);
  const values = { ...source.values, unit: interval.toLowerCase(), basis, mask, until: end, firstAt };
  return statements.run(`passages|${byPlace}|${byAgencyType}|${source.shape}`, build, values);
}
