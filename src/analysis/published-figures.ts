/**
 * What the press and the agencies themselves published, as data. An operator adds others with `accord287 figures add`,
 * in the same shape; nothing here is treated otherwise than those.
 */
import type { Figure } from './figure.ts';
import { publishedTotals } from './published-totals.ts';

type Given = Pick<Figure, 'id' | 'claim' | 'value' | 'unit'> & Partial<Figure>;

const figure = (given: Given, source: Pick<Figure, 'publisher' | 'source'>): Figure => ({
  ...{ publishedOn: null, place: null, models: null, on: null, since: null, roundedTo: 1, atLeast: false },
  ...source,
  ...given,
});

const article = {
  publisher: 'Press article on an analysis by FWD.us',
  source: 'Press, February 2026, on FWD.us’s analysis of ICE’s lists',
};
const states =
  'Florida tops the list with 342 participating agencies … Texas 296 agreements, Tennessee 63, Pennsylvania 58, Alabama 53';

const brief = {
  publisher: 'FWD.us',
  source:
    'https://www.fwd.us/news/new-brief-analysis-shows-that-ice-has-deputized-more-than-13000-local-law-enforcement-officers-and-promised-billions-in-funding-to-local-agencies-through-expanded-287g-program',
};

/** The list of 2026-02-02 has what the article counts nationally, that of 2026-02-11 what it counts by state. */
export const shippedFigures: readonly Figure[] = [
  figure(
    {
      ...{ id: 'article-2026-02-before', claim: '135 active cooperative agreements', value: 135 },
      ...{ unit: 'AGREEMENTS', on: '2025-01-19' },
    },
    article,
  ),
  figure(
    {
      ...{ id: 'article-2026-02-after', claim: '135 active cooperative agreements … rose to 1,168', value: 1168 },
      ...{ unit: 'AGREEMENTS', on: '2026-02-02' },
    },
    article,
  ),
  figure({ id: 'article-2026-02-states', claim: '39 states', value: 39, unit: 'STATES', on: '2026-02-02' }, article),
  figure(
    {
      ...{ id: 'article-2026-02-increase', claim: '950% increase', value: 950, unit: 'PERCENT', roundedTo: 10 },
      ...{ since: '2025-01-19', on: '2026-02-11' },
    },
    article,
  ),
  figure(
    {
      ...{ id: 'article-2026-02-fl', claim: states, value: 342, unit: 'AGENCIES', place: 'FL', on: '2026-02-11' },
    },
    article,
  ),
  figure(
    { id: 'article-2026-02-tx', claim: states, value: 296, unit: 'AGREEMENTS', place: 'TX', on: '2026-02-11' },
    article,
  ),
  figure(
    { id: 'article-2026-02-tn', claim: states, value: 63, unit: 'AGREEMENTS', place: 'TN', on: '2026-02-11' },
    article,
  ),
  figure(
    { id: 'article-2026-02-pa', claim: states, value: 58, unit: 'AGREEMENTS', place: 'PA', on: '2026-02-11' },
    article,
  ),
  figure(
    { id: 'article-2026-02-al', claim: states, value: 53, unit: 'AGREEMENTS', place: 'AL', on: '2026-02-11' },
    article,
  ),
  figure(
    {
      ...{ id: 'fwd-2026-task-force-agencies', claim: '760+ task-force agencies', value: 760, unit: 'AGENCIES' },
      ...{ models: ['TASK_FORCE'], on: '2026-02-02', atLeast: true },
    },
    brief,
  ),
  figure(
    {
      id: 'fwd-2026-officers-low',
      claim: 'between 13,800 and 15,800 officers deputised',
      value: 13_800,
      unit: 'OFFICERS',
    },
    brief,
  ),
  figure(
    {
      id: 'fwd-2026-officers-high',
      claim: 'between 13,800 and 15,800 officers deputised',
      value: 15_800,
      unit: 'OFFICERS',
    },
    brief,
  ),
  figure(
    {
      id: 'fwd-2026-paid',
      claim: 'at least $137 million has reached local police',
      value: 137e6,
      unit: 'DOLLARS',
      atLeast: true,
    },
    brief,
  ),
  figure(
    { id: 'fwd-2026-year-low', claim: 'between $1.4 and $2.0 billion in 2026', value: 1.4e9, unit: 'DOLLARS' },
    brief,
  ),
  figure(
    { id: 'fwd-2026-year-high', claim: 'between $1.4 and $2.0 billion in 2026', value: 2e9, unit: 'DOLLARS' },
    brief,
  ),
  ...publishedTotals.map(({ on, agreements, publisher, source }) =>
    figure(
      { id: `total-${on}`, claim: `${agreements} agreements as of ${on}`, value: agreements, unit: 'AGREEMENTS', on },
      { publisher, source },
    ),
  ),
];
