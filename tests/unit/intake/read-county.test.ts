/** The county of an agency: the column, what it gets wrong, and when the agency's name is the better witness. */
import { describe, expect, it } from 'vitest';
import { readCounty } from '../../../src/intake/row/read-county.ts';
import { counties, countyByFips } from '../../../src/intake/vocabulary/counties.ts';
import { countySpellings } from '../../../src/intake/vocabulary/county-spellings.ts';

const read = (printed: string, placeCode: string, agencyName = 'Sample Police Department') =>
  readCounty({ printed, placeCode, agencyName, agencyType: null });

describe('the atlas', () => {
  it('has 3,231 counties, each with a name of its own in its place', () => {
    expect(counties()).toHaveLength(3231);
    expect(new Set(counties().map((county) => `${county.placeCode} ${county.name}`)).size).toBe(3231);
  });

  it('tells a city from the county of the same name', () => {
    expect(countyByFips('51600')).toMatchObject({ name: 'Fairfax City', placeCode: 'VA', isCity: true });
    expect(countyByFips('51059')).toMatchObject({ name: 'Fairfax County', placeCode: 'VA', isCity: false });
    expect(countyByFips('12001')).toMatchObject({ name: 'Alachua', placeCode: 'FL', isCity: false });
  });

  it('knows every county that the declared spellings name', () => {
    for (const { fips, placeCode } of countySpellings) expect(countyByFips(fips)?.placeCode).toBe(placeCode);
  });
});

describe('the COUNTY column', () => {
  it.each([
    ['Alachua County', 'FL', '12001'],
    ['ALACHUA', 'FL', '12001'],
    ['St Johns County', 'FL', '12109'],
    ['Saint Landry County', 'LA', '22097'],
    ['Calcasieu Parish ', 'LA', '22019'],
    ['Miami-Dade County', 'FL', '12086'],
    ["Prince George's County", 'MD', '24033'],
    ['Dona Ana County', 'NM', '35013'],
    ['James City County', 'VA', '51095'],
    ['Carson City', 'NV', '32510'],
  ])('reads %j in %s as %s', (printed, placeCode, fips) => {
    expect(read(printed, placeCode)).toEqual({ value: fips });
  });

  it.each([
    ['Richmond', 'VA', '51760', '51159'],
    ['Franklin', 'VA', '51620', '51067'],
    ['Roanoke', 'VA', '51770', '51161'],
    ['Fairfax', 'VA', '51600', '51059'],
    ['Baltimore', 'MD', '24510', '24005'],
    ['St. Louis', 'MO', '29510', '29189'],
  ])('needs the suffix to tell the two called %s in %s apart', (name, placeCode, city, county) => {
    expect(read(`${name} City`, placeCode)).toEqual({ value: city });
    expect(read(`${name} County`, placeCode)).toEqual({ value: county });
    expect(read(name, placeCode)).toMatchObject({ value: null, problem: { code: 'UNKNOWN_COUNTY' } });
    expect(read(name, placeCode, `${name} County Sheriff's Office`)).toEqual({ value: county });
    expect(read(name, placeCode, `${name} City Police Department`)).toEqual({ value: city });
  });

  it.each(['', ' ', '#N/A', '#NA', 'N/A', '#n?A'])('takes %j for nothing', (printed) => {
    expect(read(printed, 'FL')).toEqual({ value: null });
  });

  it.each([
    ['Flager County', 'FL', '12035', 'one letter dropped, 2025'],
    ['Alleghany County ', 'PA', '42003', 'one letter changed, 2025'],
    ['Miffin County ', 'PA', '42087', 'one letter dropped, 2025'],
    ['McCorkmick County', 'SC', '45065', 'one letter added, 2025'],
    ['St. Luice County', 'FL', '12111', 'two letters swapped, 2025'],
    ['Pulaksi County', 'AR', '05119', 'two letters swapped, 2025'],
    ['Stueben County ', 'IN', '18151', 'two letters swapped, 2025'],
    ['Sparta-White County', 'TN', '47185', 'declared, 2025'],
    ['Fall County', 'TX', '48145', 'declared: as near to Hall as to Falls'],
    ['Kattan District ', 'GU', '66010', 'declared, 2025'],
    ['German Coast County', 'LA', '22089', 'declared, 2025'],
  ])('corrects %j in %s to %s and says so (%s)', (printed, placeCode, fips) => {
    expect(read(printed, placeCode)).toEqual({ value: fips, rule: 'county-spelling' });
  });

  it.each([
    ['Lake Conty', 'FL', '12069'],
    ['Baldwin Couny', 'AL', '01003'],
    ['Hinds Couny', 'MS', '28049'],
  ])('forgives the misspelt word for county in %j', (printed, placeCode, fips) => {
    expect(read(printed, placeCode)).toEqual({ value: fips });
  });

  it.each([
    ['Kershaw County', 'FL'],
    ['Bowie County', 'AR'],
    ['Wichita County', 'OK'],
    ['Albemarle County', 'NC'],
    ['__proto__', 'TX'],
    ['constructor', 'TX'],
  ])('does not guess %j in %s', (printed, placeCode) => {
    expect(read(printed, placeCode)).toMatchObject({ value: null, problem: { code: 'UNKNOWN_COUNTY' } });
  });
});

describe("the agency's name", () => {
  it.each([
    ['', 'AL', "Etowah County Sheriff's Office", '01055', 'no column before 2025-03-17'],
    ['County', 'AL', "Clarke County Sheriff's Office", '01025', 'a column of nothing but the suffix'],
    ['Bedford County ', 'PA', "Bradford County Sheriff's Office", '42015', 'another county in the column'],
    ['Macon County', 'TN', "Madison County Sheriff's Office", '47113', 'another county in the column'],
    ['Chalmette Parish', 'LA', "St. Bernard Parish Sheriff's Office", '22087', 'a town in the column'],
    ['Palmer County', 'TX', "Parmer County Sheriff's Office", '48369', 'a misspelt column'],
    ['', 'SD', "Minehaha County Sheriff's Office", '46099', 'a misspelt name, no column'],
  ])('decides over the column %j in %s: %s is %s (%s)', (printed, placeCode, agencyName, fips) => {
    expect(read(printed, placeCode, agencyName)).toEqual({ value: fips, rule: 'county-by-agency-name' });
  });

  it('is not believed where it names a town that is called like a county elsewhere', () => {
    expect(read('', 'FL', 'Lake City Police Department')).toEqual({ value: null });
    expect(read('Columbia County', 'FL', 'Lake City Police Department')).toEqual({ value: '12023' });
  });

  it('is not corrected when two counties are as near', () => {
    // Paulding and Spalding are both one letter away.
    expect(read('', 'GA', "Spaulding County Sheriff's Office")).toEqual({ value: null });
  });

  it('names an independent city', () => {
    expect(read('', 'VA', "Roanoke City Sheriff's Office")).toEqual({ value: '51770', rule: 'county-by-agency-name' });
  });
});
