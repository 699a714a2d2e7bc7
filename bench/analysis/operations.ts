/** The operations of bench/analysis, each beside the plain SQL that counts the same anew from agreements and listings. */
import type { Queries } from '../../src/queries/queries.ts';

export interface AnalysisOperation {
  name: string;
  ask: (queries: Queries) => Promise<unknown>;
  /** Null where nothing is kept: then the program itself counts anew. */
  reference: string | null;
}

const day = '2025-09-01';
const then = `stretch.kind = 'PARTICIPATING' and stretch.listed_at < timestamptz '2025-09-02 04:00Z'
  and (stretch.unlisted_at is null or stretch.unlisted_at >= timestamptz '2025-09-02 04:00Z')`;
const listed = `from listings stretch join agreements agreement on agreement.id = stretch.agreement_id
  where agreement.derived and agreement.merged_into is null`;

export const operations: readonly AnalysisOperation[] = [
  {
    name: 'statistics, now',
    ask: (queries) => queries.statistics({}, null),
    reference: `select count(*), count(distinct agency_id), count(distinct place_code) from agreements
      where derived and merged_into is null and status = 'ACTIVE'`,
  },
  {
    name: 'statistics, a day',
    ask: (queries) => queries.statistics({}, day),
    reference: `select count(*), count(distinct agency_id), count(distinct place_code) ${listed} and ${then}`,
  },
  {
    name: 'of all states, now',
    ask: (queries) => queries.statisticsOfPlaces(placeCodes, {}, null),
    reference: `select place_code, count(*), count(distinct agency_id) from agreements
      where derived and merged_into is null and status = 'ACTIVE' group by 1`,
  },
  {
    name: 'growth',
    ask: (queries) => queries.growth({}, '2025-03-01', day),
    reference: `select count(*) filter (where stretch.listed_at < timestamptz '2025-03-02 05:00Z'),
      count(distinct agency_id) filter (where stretch.listed_at < timestamptz '2025-03-02 05:00Z'),
      count(*), count(distinct agency_id) ${listed} and ${then}`,
  },
  {
    name: 'timeline, 5 years by day',
    ask: (queries) => queries.timeline({}, { from: '2021-03-01', to: '2026-02-28', interval: 'DAY', basis: 'LISTED' }),
    reference: `select day, sum(change) over (order by day) from (
      select (edge.at at time zone 'America/New_York')::date as day, sum(edge.change) as change ${listed.replace(
        'where',
        'cross join lateral (values (stretch.listed_at, 1), (stretch.unlisted_at, -1)) edge(at, change) where edge.at is not null and',
      )} and stretch.kind = 'PARTICIPATING' group by 1) per_day`,
  },
  {
    name: 'timeline, by SIGNED, months',
    ask: (queries) => queries.timeline({}, { interval: 'MONTH', basis: 'SIGNED' }),
    reference: `select date_trunc('month', signed_on), count(*) from agreements
      where derived and merged_into is null and signed_on is not null group by 1`,
  },
  { name: 'administrations', ask: (queries) => queries.administrations(), reference: null },
  {
    name: 'statistics, 3 counties',
    ask: (queries) => queries.statistics({ counties: ['12086', '12005', '48113'] }, null),
    reference: null,
  },
  {
    name: 'as printed, newest list',
    ask: async (queries) => {
      const now = await queries.statistics({}, null);
      return queries.countPrinted([{ snapshotNumber: now?.snapshotNumber ?? 0, filter: {} }], []);
    },
    reference: null,
  },
];

/** Rests on rows of several lists, which only real lists have. */
export const figures: AnalysisOperation = {
  name: 'published figures',
  ask: async (queries) => queries.figureGaps(await queries.figures()),
  reference: null,
};

const placeCodes =
  'AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR PA RI SC SD TN TX UT VA VT WA WI WV WY'.split(
    ' ',
  );
