/** What search answers first, and what its scope leaves out. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agreementStatuses } from '../../../schema/enums.ts';
import { encodeKeysetCursor } from '../../../src/queries/keyset/keyset.ts';
import { fieldsOf } from '../../../src/queries/keyset/source.ts';
import { createQueries, type Queries } from '../../../src/queries/queries.ts';
import type { SearchHit, SearchScope } from '../../../src/queries/search/search.ts';
import { putAgency, uuidOf } from '../../support/databases/builders.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';

let ledger: TestDatabase;
let queries: Queries;

/** Each with its place: names as lists print them, none of them chosen for being on one. */
const names = [
  ["FL Baker County Sheriff's Office", 'FL Orange County Sheriff’s Office', 'FL Orange Park Police Department'],
  ["FL St. Johns County Sheriff's Office", "FL Saint Lucie County Sheriff's Office", 'FL Florida City Police'],
  ["FL Miami-Dade County Sheriff's Office", 'FL Miami Police Department', "FL DeSoto County Sheriff's Office"],
  ["FL Hillsborough County Sheriff's Office", 'FL Florida Department of Agriculture', 'FL Key West Police Department'],
  ["GA Baker County Sheriff's Office", "OR Baker County Sheriff's Office", "LA De Soto Parish Sheriff's Office"],
  ["TX Orange County Sheriff's Office", 'TX Fort Worth Police Department', 'TX Ft. Bend County Constable Precinct 3'],
  ['TX Texas Department of Public Safety', 'TX Dallas Police Department', "TX Mills County Sheriff's Office"],
  ['KS Kansas City Police Department', 'MO Kansas City Police Department', "OK Oklahoma County Sheriff's Office"],
  ["MD Prince George's County Department of Corrections", "MD St. Mary's County Sheriff's Office"],
  ['VA Virginia Beach Police Department', 'VA Virginia Department of Corrections', 'VA Fairfax City Police'],
  ["WV Lincoln County Sheriff's Office", "NC Lincoln County Sheriff's Office", 'NV Las Vegas Metropolitan Police'],
  ['AL Mt. Vernon Police Department', "NY Nassau County Sheriff's Office", 'WY Laramie County Sheriff’s Office'],
].flat();

beforeAll(async () => {
  ledger = await openTestDatabase();
  queries = createQueries(ledger);
  for (const each of names) {
    const [placeCode, name] = [each.slice(0, 2), each.slice(3)];
    const slug = each.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    await putAgency(ledger.db, name, { id: uuidOf(each), placeCode, key: slug, nameKey: slug, slug });
  }
});

afterAll(() => ledger[Symbol.asyncDispose]());

const told = (hit: SearchHit): string => {
  if ('code' in hit) return `State ${hit.code}`;
  return 'fips' in hit ? `County ${hit.name}, ${hit.placeCode}` : `${hit.name}, ${hit.placeCode}`;
};
const found = async (text: string, scope: SearchScope = {}) => (await queries.search(text, 20, scope)).map(told);

describe('a search for', () => {
  test.each([
    // Half typed.
    ['Baker C', 'County Baker, FL'],
    ['baker cou', 'County Baker, FL'],
    ['Baker County F', 'County Baker, FL'],
    ['Baker County Flo', 'County Baker, FL'],
    ['orange county cal', 'County Orange, CA'],
    ['lincoln county west v', 'County Lincoln, WV'],
    ['key west pol', 'Key West Police Department, FL'],
    // A place and its state.
    ['Baker County Florida', 'County Baker, FL'],
    ['Baker County, FL', 'County Baker, FL'],
    ['baker county fl', 'County Baker, FL'],
    ['baker co fl', 'County Baker, FL'],
    ['Florida Baker County', 'County Baker, FL'],
    ['baker oregon', 'County Baker, OR'],
    ['orange fl', 'County Orange, FL'],
    ['orange county ca', 'County Orange, CA'],
    ['orange county, calif.', 'County Orange, CA'],
    ['lincoln county west virginia', 'County Lincoln, WV'],
    ['lincoln county north carolina', 'County Lincoln, NC'],
    ['washington county, utah', 'County Washington, UT'],
    ['jefferson parish louisiana', 'County Jefferson, LA'],
    ['baker county flordia', 'County Baker, FL'],
    ['baker county sheriff florida', "Baker County Sheriff's Office, FL"],
    ['baker county sheriff ga', "Baker County Sheriff's Office, GA"],
    ['orange sheriff texas', "Orange County Sheriff's Office, TX"],
    ['kansas city police mo', 'Kansas City Police Department, MO'],
    ['kansas city police, kansas', 'Kansas City Police Department, KS'],
    ['lincoln sheriff wv', "Lincoln County Sheriff's Office, WV"],
    // States before what is named like them.
    ['flo', 'State FL'],
    ['florida', 'State FL'],
    ['FL', 'State FL'],
    ['flroida', 'State FL'],
    ['texas', 'State TX'],
    ['washington', 'State WA'],
    ['new york', 'State NY'],
    ['north', 'State NC'],
    ['virginia', 'State VA'],
    ['west virginia', 'State WV'],
    ['district of columbia', 'State DC'],
    ['Washington, DC', 'State DC'],
    ['washington d.c.', 'State DC'],
    ['D.C.', 'State DC'],
    ['lincoln county n.c.', 'County Lincoln, NC'],
    ['puerto rico', 'State PR'],
    ['pensylvania', 'State PA'],
    ['idaho', 'State ID'],
    // What is named like a state, in full.
    ['oklahoma county', 'County Oklahoma, OK'],
    ['virginia beach', 'County Virginia Beach, VA'],
    ['virginia beach police', 'Virginia Beach Police Department, VA'],
    ['florida city', 'Florida City Police, FL'],
    ['texas department of public safety', 'Texas Department of Public Safety, TX'],
    // Other spellings.
    ['saint johns', 'County St. Johns, FL'],
    ['st johns county', 'County St. Johns, FL'],
    ['saint johns sheriff', "St. Johns County Sheriff's Office, FL"],
    ['st. lucie sheriff', "Saint Lucie County Sheriff's Office, FL"],
    ['st marys county md', "County St. Mary's, MD"],
    ['prince georges corrections', "Prince George's County Department of Corrections, MD"],
    ['de soto county florida', 'County DeSoto, FL'],
    ['desoto parish', 'County De Soto, LA'],
    ['fort bend constable', 'Ft. Bend County Constable Precinct 3, TX'],
    ['ft worth police', 'Fort Worth Police Department, TX'],
    ['mount vernon police', 'Mt. Vernon Police Department, AL'],
    ['miami dade so', "Miami-Dade County Sheriff's Office, FL"],
    ['dallas pd', 'Dallas Police Department, TX'],
    ['fairfax city', 'County Fairfax City, VA'],
    ['baltimore city', 'County Baltimore City, MD'],
    ['doña ana', 'County Doña Ana, NM'],
    // Slips, beginnings, codes.
    ['hilsborough county sherif ofice', "Hillsborough County Sheriff's Office, FL"],
    // Of two that are near, the nearer.
    ['colier', 'County Collier, FL'],
    ['pinelas', 'County Pinellas, FL'],
    ['metropoliten las vegas', 'Las Vegas Metropolitan Police, NV'],
    ['agricultur', 'Florida Department of Agriculture, FL'],
    ['key wes', 'Key West Police Department, FL'],
    ['nassau sheriff', "Nassau County Sheriff's Office, NY"],
    ['laramie', 'County Laramie, WY'],
    ['12003', 'County Baker, FL'],
    ['48', 'State TX'],
  ])('%s finds %s first', async (text, expected) => {
    expect(await found(text)).toHaveProperty('0', expected);
  });

  test.each(['', '  ', '%', '!?', 'xyzzyx', 'qq county'])(
    '%j finds nothing that only chance made alike',
    async (text) => {
      expect(await found(text)).toEqual([]);
    },
  );
});

test('a text of beginnings is looked at twice, however many it has', async () => {
  const sent = await ledger.statements.during(() => found('zz '.concat('f '.repeat(90)).trim()));
  expect(sent.length).toBeLessThanOrEqual(2);
});

describe('the scope of a search', () => {
  test('leaves out other types', async () => {
    expect(await found('baker', { types: ['AGENCY'] })).toEqual(
      ['FL', 'GA', 'OR'].map((code) => `Baker County Sheriff's Office, ${code}`),
    );
    expect(await found('baker', { types: ['COUNTY'] })).toEqual([
      'County Baker, FL',
      'County Baker, GA',
      'County Baker, OR',
    ]);
    expect(await found('baker', { types: [] })).toEqual([]);
  });

  test('leaves out other places', async () => {
    expect(await found('baker', { states: ['ga'] })).toEqual(['County Baker, GA', "Baker County Sheriff's Office, GA"]);
    expect(await found('texas', { states: ['GA'] })).toEqual([]);
  });

  test('refuses a place that there is none', async () => {
    await expect(found('baker', { states: ['ZZ'] })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('agencies in the order of relevance to a text', () => {
  const ranked = (after: string | null, text = 'orange county') =>
    queries.agencies({
      args: { first: 1, after },
      wanted: { rows: true, fields: new Set(['name']) },
      ...{ filter: { text, statuses: agreementStatuses }, orderBy: { field: 'RELEVANCE', direction: 'ASC' } },
    });

  test('come best match first, page by page, each once', async () => {
    const pages: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page = await ranked(after, 'orange pa');
      for (const row of page.rows) {
        pages.push(row.name);
        after = encodeKeysetCursor(page.order, fieldsOf(row));
      }
      more = page.hasNextPage;
    }
    expect(pages[0]).toBe('Orange Park Police Department');
    expect(new Set(pages).size).toBe(pages.length);
  });

  test('are refused without a text', async () => {
    expect(() => ranked(null, ' ')).toThrow('An order by RELEVANCE needs a text in the filter.');
  });
});
