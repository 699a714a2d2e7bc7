/**
 * Agreements in force as published before the first list that is known: totals only, each with who counted them.
 * They say nothing of places, models or agencies. An earlier day has no known total.
 */

export interface PublishedTotal {
  on: string;
  agreements: number;
  publisher: string;
  source: string;
}

const total = (on: string, agreements: number, publisher: string, source: string): PublishedTotal => ({
  on,
  agreements,
  publisher,
  source,
});

/** By day, ascending. */
export const publishedTotals: readonly PublishedTotal[] = [
  total('2007-09-19', 28, 'ICE', 'ICE partners page undated list, captioned “as of 9-19-07” (Wayback 20080114130103)'),
  total('2008-01-17', 34, 'Yale WIRAC', 'Yale WIRAC FOIA release of 34 MOUs'),
  total('2008-03-10', 41, 'ICE', 'ICE partners page list updated 3-10-08 (Wayback 20080324215905)'),
  total('2009-02-28', 67, 'Congressional Research Service', 'CRS RL32270 App. A (67 MOAs, 23 states), 11 Mar 2009'),
  total(
    '2009-10-28',
    66,
    'DHS Office of Inspector General',
    'DHS OIG-10-63 App. E Table 3 (67 jurisdictions incl. pending; 66 attested)',
  ),
  total('2010-08-01', 71, 'DHS Office of Inspector General', 'DHS OIG-10-124: 26 TFO / 32 Detention / 13 Joint'),
  total('2010-10-29', 71, 'ICE', 'ICE fact sheet (Wayback 20110220090259)'),
  total('2011-06-01', 69, 'DHS Office of Inspector General', 'DHS OIG-11-119: 34/20/15, 24 states'),
  total('2011-08-18', 69, 'ICE', 'ICE fact sheet capture 20110818151202'),
  total('2012-03-04', 68, 'ICE', 'ICE fact sheet capture 20120304155702'),
  total(
    '2012-10-02',
    64,
    'ICE',
    'ICE fact sheet capture 20121007043419 (also OIG-12-130: 64 MOAs, 24 states, Aug 2012: 35/20/9)',
  ),
  total('2012-10-16', 57, 'ICE', 'ICE fact sheet capture 20130118070325'),
  total('2012-12-31', 39, 'ICE', 'ICE fact sheet capture 20130402163405 (task force model ended 31 Dec 2012)'),
  total('2013-08-07', 36, 'ICE', 'ICE fact sheet capture 20130904035853'),
  total('2014-08-13', 35, 'ICE', 'ICE fact sheet capture 20140910162129'),
  total('2015-01-06', 34, 'ICE', 'ICE fact sheet capture 20150106221351'),
  total('2015-07-25', 32, 'ICE', 'ICE fact sheet capture 20150725035210'),
  total('2016-01-19', 32, 'ICE', 'ICE fact sheet capture 20160119003252 (CRS R44627: 32 LEAs, 16 states)'),
  total('2016-08-20', 32, 'ICE', 'ICE fact sheet capture 20160820000823'),
  total('2016-12-11', 34, 'ICE', 'ICE fact sheet capture 20161211024641'),
  total('2017-03-05', 37, 'ICE', 'ICE fact sheet capture 20170305225317'),
  total('2017-07-02', 45, 'ICE', 'ICE fact sheet capture 20170702181319'),
  total('2017-08-01', 58, 'ICE', 'ICE fact sheet capture 20170801021304'),
];

/** An older total says nothing of a day: from 2017-08-01 to 2021-01-13 the count went from 58 to 150. */
const MOST_DAYS = 366;

/** The last total counted on or before a day, at most a year before it; null where there is none. */
export function totalOn(day: string): PublishedTotal | null {
  const total = publishedTotals.findLast(({ on }) => on <= day);
  if (total === undefined) return null;
  return (Date.parse(day) - Date.parse(total.on)) / 86_400_000 <= MOST_DAYS ? total : null;
}
