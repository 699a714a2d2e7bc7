/** The Census Bureau's county estimates: what is read of a file, and what is refused. Every number here is made up. */
import { expect, test } from 'vitest';
import { places } from '../../../schema/places.ts';
import { readPopulationFile } from '../../../src/intake/population-file.ts';

const header = 'SUMLEV,REGION,DIVISION,STATE,COUNTY,STNAME,CTYNAME,POPESTIMATE2023,POPESTIMATE2024,POPESTIMATE042020';

interface Row {
  level?: string;
  state: string;
  county: string;
  name: string;
  people: string | number;
}

const line = ({ level = '050', state, county, name, people }: Row): string =>
  `${level},1,1,${state},${county},State,${name},1,${people},5`;

/** A state with one county of 1,000 people each, but for those given. */
function fileOf(given: Record<string, readonly Row[]> = {}, end = '\n'): string {
  const rows = places
    .filter(({ kind }) => kind !== 'TERRITORY')
    .flatMap(({ fips }) => {
      const own = given[fips] ?? [{ state: fips, county: '001', name: 'First County', people: 1000 }];
      const sum = own.reduce((total, { people }) => total + Number(people), 0);
      return [{ level: '040', state: fips, county: '000', name: 'State', people: sum || 1000 }, ...own];
    });
  return [header, ...rows.map(line)].join(end) + end;
}

const read = (text: string) => readPopulationFile(Buffer.from(text, 'latin1'));
const peopleOf = (text: string) => new Map(read(text).estimates.map(({ fips, people }) => [fips, people]));

test('the newest year of each state and county is read, in Latin-1 and in UTF-8', () => {
  const text = fileOf({
    '35': [
      { state: '35', county: '013', name: 'Doña Ana County', people: 700 },
      { state: '35', county: '001', name: 'Bernalillo County', people: 800 },
    ],
  });
  for (const bytes of [Buffer.from(text, 'latin1'), Buffer.from(text, 'utf8')]) {
    const { year, estimates, unknown } = readPopulationFile(bytes);
    expect([year, unknown.filter((each) => each.startsWith('35'))]).toEqual([2024, []]);
    expect(estimates).toContainEqual({ fips: '35013', people: 700 });
    expect(estimates).toContainEqual({ fips: '35', people: 1500 });
  }
});

test('leading zeros that a spreadsheet took off are put back, and its line ends are read', () => {
  const text = fileOf(
    { '01': [{ level: '50', state: '1', county: '3', name: 'Baldwin County', people: 900 }] },
    '\r\n',
  );
  expect(peopleOf(text.replaceAll('\n040,1,1,01,000', '\n40,1,1,1,0'))).toEqual(
    expect.objectContaining(new Map([['01003', 900]])),
  );
  expect(peopleOf(text).get('01003')).toBe(900);
});

test('the planning regions of Connecticut are no counties, and its counties have no estimate', () => {
  const { unknown, missing, estimates } = read(
    fileOf({ '09': [{ state: '09', county: '110', name: 'Capitol Planning Region', people: 976 }] }),
  );
  expect(unknown).toContain('09110 Capitol Planning Region, State');
  expect(missing).toContain('09003 Hartford, CT');
  expect(estimates).toContainEqual({ fips: '09', people: 976 });
  expect(missing.filter((each) => / (PR|GU|VI|AS|MP)$/.test(each))).toEqual([]);
});

test('the two parts of what was one county of Alaska count together', () => {
  const text = fileOf({
    '02': [
      { state: '02', county: '063', name: 'Chugach Census Area', people: 70 },
      { state: '02', county: '066', name: 'Copper River Census Area', people: 20 },
    ],
  });
  expect(peopleOf(text).get('02261')).toBe(90);
  expect(read(text).missing).not.toContain(expect.stringContaining('02261'));
});

const florida = (people: string | number, county = '001') => ({
  '12': [{ state: '12', county, name: 'Alachua County', people }],
});

test.each([
  ['a list', 'STATE,COUNTY\nFL,Bay\n', 'no column SUMLEV'],
  ['nothing', '', 'no column SUMLEV'],
  ['a file of states', fileOf().replaceAll('POPESTIMATE', 'ESTIMATE'), 'no column POPESTIMATE'],
  ['a number that is none', fileOf(florida('n/a')), 'POPESTIMATE2024 is "n/a", not a number of people'],
  ['a code that is none', fileOf(florida(5, 'Bay')), 'COUNTY is "Bay", not up to 3 digits'],
  ['a county twice', fileOf({ '12': [...florida(5)['12'], ...florida(6)['12']] }), '12001 a second time'],
  ['a file that ends too early', fileOf().split('\n').slice(0, -3).join('\n'), 'no row of Wyoming: it may be cut off'],
  [
    'a file without the last county',
    fileOf().split('\n').slice(0, -2).join('\n'),
    'Wyoming have 0 people, the state 1000',
  ],
  ['half a row', fileOf().slice(0, -6), 'fields where the header has 10'],
])('%s is refused, with the place', (_name, text, message) => {
  expect(() => read(text)).toThrow(message);
});
