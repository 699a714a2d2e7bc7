/** A printed row becomes clean values, corrections and issues, and each of them says what it came from. */
import { describe, expect, it } from 'vitest';
import type { PrintedCell } from '../../../schema/tables/snapshots.ts';
import { parseRow } from '../../../src/intake/row/parse-row.ts';

const cell = (column: string, text: string, link: string | null = null): PrintedCell => ({ column, text, link });
const whole = [
  cell('STATE', 'FLORIDA'),
  cell('LAW ENFORCEMENT AGENCY', "Alachua County Sheriff's Office"),
  cell('TYPE', 'County '),
  cell('COUNTY', 'Alachua County'),
  cell('SUPPORT TYPE', 'Task Force Model'),
  cell('SIGNED', '2025-02-26'),
  cell('MOA', 'link', 'https://www.ice.gov/a.pdf'),
  cell('ADDENDUM', 'Link Pending'),
];
const changed = (column: string, text: string) =>
  whole.flatMap((each) => (each.column !== column ? [each] : text === '' ? [] : [cell(column, text)]));
const participating = { rowNumber: 7, kind: 'PARTICIPATING' } as const;
const pending = { rowNumber: 7, kind: 'PENDING' } as const;

describe('a whole row', () => {
  it('is read into its clean values, with nothing to correct', () => {
    expect(parseRow(whole, participating)).toEqual({
      clean: {
        placeCode: 'FL',
        agencyName: "Alachua County Sheriff's Office",
        model: 'TASK_FORCE',
        agencyType: 'COUNTY',
        typePrinted: 'County ',
        countyFips: '12001',
        signedOn: '2025-02-26',
        signedPrinted: '2025-02-26',
        memorandumUrl: 'https://www.ice.gov/a.pdf',
        addendumUrl: null,
      },
      corrections: [],
      issues: [],
    });
  });

  it('is read the same whatever the order of its columns and the case of its headings', () => {
    const shuffled = whole.toReversed().map((each) => ({ ...each, column: ` ${each.column.toLowerCase()}` }));
    expect(parseRow(shuffled, participating).clean).toEqual(parseRow(whole, participating).clean);
  });

  it('gives the same clean values on either kind of list', () => {
    expect(parseRow(whole, pending).clean).toEqual(parseRow(whole, participating).clean);
  });

  it('keeps columns that are not known out of the clean values', () => {
    const row = [...whole, cell('__proto__', 'x'), cell('constructor', 'y')];
    expect(parseRow(row, participating)).toEqual(parseRow(whole, participating));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('a correction', () => {
  it.each([
    ['STATE', 'PENNSLYVANIA', 'placeCode', 'PA', 'state-spelling'],
    ['SUPPORT TYPE', 'Task Force Officer ', 'model', 'TASK_FORCE', 'model-spelling'],
    ['TYPE', 'Muncipality ', 'agencyType', 'MUNICIPALITY', 'type-spelling'],
    ['SIGNED', '05/082025', 'signedOn', '2025-05-08', 'missing-slash'],
    ['COUNTY', 'Alachu County', 'countyFips', '12001', 'county-by-agency-name'],
    [
      'LAW ENFORCEMENT AGENCY',
      'Alachua County Sheriff\u2019s Office',
      'agencyName',
      "Alachua County Sheriff's Office",
      'plain-characters',
    ],
  ])('of %s names what was printed: %j', (column, printed, field, clean, rule) => {
    const { corrections } = parseRow(changed(column, printed), participating);
    expect(corrections).toContainEqual({ field, printed, clean, rule });
  });

  it('of a link names the hyperlink, not the text over it', () => {
    const link = 'http://www.ice.gov/a.pdf';
    const { corrections } = parseRow([...changed('MOA', ''), cell('MOA', 'link', link)], participating);
    expect(corrections).toEqual([
      { field: 'memorandumUrl', printed: link, clean: 'https://www.ice.gov/a.pdf', rule: 'https' },
    ]);
  });

  it('is not made for white space or case', () => {
    const { clean, corrections } = parseRow(
      changed('LAW ENFORCEMENT AGENCY', "  Alachua\u00A0County  Sheriff's Office\u200B "),
      participating,
    );
    expect(clean.agencyName).toBe("Alachua County Sheriff's Office");
    expect(corrections).toEqual([]);
  });
});

describe('an issue', () => {
  it.each([
    ['STATE', 'FLORIDIA', 'NEAR_SPELLING'],
    ['STATE', 'ONTARIO', 'UNKNOWN_STATE'],
    ['SUPPORT TYPE', 'Hybrid', 'UNKNOWN_MODEL'],
    ['TYPE', 'Federation', 'UNKNOWN_TYPE'],
    ['SIGNED', 'soon', 'UNREADABLE_DATE'],
    ['MOA', 'Cons', 'UNREADABLE_LINK'],
    ['ADDENDUM', 'see file', 'UNREADABLE_LINK'],
  ])('of %s printed as %j is %s, with its place', (column, printed, code) => {
    expect(parseRow(changed(column, printed), participating).issues).toEqual([
      { rowNumber: 7, column, code, printed, reason: expect.stringMatching(/\.$/) },
    ]);
  });

  it.each(['STATE', 'LAW ENFORCEMENT AGENCY', 'SUPPORT TYPE', 'SIGNED'])('is raised when %s is blank', (column) => {
    for (const blank of ['', ' ', '#N/A', 'N/A']) {
      expect(parseRow(changed(column, blank), participating).issues).toMatchObject([{ column, code: 'MISSING_VALUE' }]);
    }
  });

  it.each(['TYPE', 'COUNTY', 'MOA', 'ADDENDUM'])('is not raised when %s is blank', (column) => {
    for (const blank of ['', ' ', '#N/A', '#NA']) {
      expect(parseRow(changed(column, blank), participating).issues).toEqual([]);
    }
  });

  it('is not raised for a pending row without SIGNED', () => {
    expect(parseRow(changed('SIGNED', ''), pending).issues).toEqual([]);
  });

  it('with the state is not repeated for the county', () => {
    const { clean, issues } = parseRow(changed('STATE', 'ONTARIO'), participating);
    expect(clean).toMatchObject({ placeCode: null, countyFips: null });
    expect(issues).toHaveLength(1);
  });
});

describe('AGENCY', () => {
  it.each([
    ['#REF!', 'formula'],
    ['#NAME?', 'formula'],
    ['#DIV/0!', 'formula'],
    ['TRUE', 'truth value'],
    ['False ', 'truth value'],
    ['TBD', 'name to come'],
    ['t.b.d.', 'name to come'],
    ['To be determined', 'name to come'],
    ['—', 'letter'],
    ['12345', 'letter'],
    ['Police '.repeat(40), '200 characters'],
  ])('printed as %j is no name, and the row stays', (printed, word) => {
    const { clean, issues } = parseRow(changed('LAW ENFORCEMENT AGENCY', printed), participating);
    expect(clean).toMatchObject({ agencyName: null, placeCode: 'FL', model: 'TASK_FORCE' });
    expect(issues).toMatchObject([{ code: 'UNREADABLE_NAME', reason: expect.stringContaining(word) }]);
  });

  it.each(['True County Sheriff', 'Ñ Police', `${'A'.repeat(195)} PD`])('printed as %j is a name', (printed) => {
    const { clean, issues } = parseRow(changed('LAW ENFORCEMENT AGENCY', printed), participating);
    expect(clean.agencyName).toBe(printed);
    expect(issues).toEqual([]);
  });
});
