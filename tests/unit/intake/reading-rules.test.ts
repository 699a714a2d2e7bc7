/** The declared rules for states, models, types, days and links: each oddity with the list that first shows it. */
import { describe, expect, it } from 'vitest';
import { plausibleSignedOn } from '../../../src/intake/row/plausible-signed-on.ts';
import { readAgencyType } from '../../../src/intake/row/read-agency-type.ts';
import { readDay } from '../../../src/intake/row/read-day.ts';
import { readLink } from '../../../src/intake/row/read-link.ts';
import { readModel } from '../../../src/intake/row/read-model.ts';
import { readPlace } from '../../../src/intake/row/read-place.ts';

const nothing = { county: '', agencyName: '' };

describe('STATE', () => {
  it.each<[string, string, string | undefined, string]>([
    ['FLORIDA', 'FL', undefined, 'plain'],
    ['TEXAS ', 'TX', undefined, '2025-07-29: trailing space'],
    ['Georgia', 'GA', undefined, '2025-03-27: mixed case'],
    ['AlABAMA', 'AL', undefined, '2025-06-05 pending'],
    ['UTAh', 'UT', undefined, '2025-07-24'],
    ['WESt VIRGINIA', 'WV', undefined, '2025-12-03 pending'],
    ['NEW\u00A0 YORK', 'NY', undefined, 'no-break space'],
    ['NORTHERN MARIANA ISLANDS', 'MP', undefined, 'territory'],
    ['UTAHJ', 'UT', 'state-spelling', '2025-07-03'],
    ['WEST VIRIGINIA', 'WV', 'state-spelling', '2025-08-01'],
    ['MCHIGAN', 'MI', 'state-spelling', '2025-10-15 pending'],
    ['WEST VIRIGINA', 'WV', 'state-spelling', '2026-02-02 pending'],
    ['PENNSLYVANIA', 'PA', 'state-spelling', '2026-02-27: 68 of 69 rows'],
  ])('reads %j as %s by rule %s (%s)', (printed, value, rule) => {
    expect(readPlace(printed, nothing)).toEqual(rule === undefined ? { value } : { value, rule });
  });

  it.each(['FLORIDIA', 'ONTARIO', '__proto__', 'constructor'])('does not guess %j', (printed) => {
    expect(readPlace(printed, nothing)).toMatchObject({ value: null, problem: { code: 'UNKNOWN_STATE' } });
  });
});

describe('SUPPORT TYPE', () => {
  it.each([
    ['Task Force Model', 'TASK_FORCE', undefined],
    ['Task Force Model ', 'TASK_FORCE', undefined],
    ['Task Force Officer ', 'TASK_FORCE', 'model-spelling'],
    ['Jail Enforcement Model ', 'JAIL_ENFORCEMENT', undefined],
    ['Jail Enforcment Model ', 'JAIL_ENFORCEMENT', 'model-spelling'],
    ['Warrant Service Officer', 'WARRANT_SERVICE_OFFICER', undefined],
    ['Warrant Service Officer ', 'WARRANT_SERVICE_OFFICER', undefined],
    ['Warrant Service Office', 'WARRANT_SERVICE_OFFICER', 'model-spelling'],
    ['Warrant Services Officer', 'WARRANT_SERVICE_OFFICER', 'model-spelling'],
    ['Warrant Services Officer ', 'WARRANT_SERVICE_OFFICER', 'model-spelling'],
  ])('reads %j as %s', (printed, value, rule) => {
    expect(readModel(printed)).toEqual(rule === undefined ? { value } : { value, rule });
  });

  it('does not invent a model', () => {
    expect(readModel('Hybrid Model')).toMatchObject({ value: null, problem: { code: 'UNKNOWN_MODEL' } });
  });
});

describe('TYPE', () => {
  it.each([
    ['County ', 'COUNTY', undefined],
    ['Municipality ', 'MUNICIPALITY', undefined],
    ['Muncipality ', 'MUNICIPALITY', 'type-spelling'],
    ['Municipal', 'MUNICIPALITY', 'type-spelling'],
    ['State', 'STATE', undefined],
    ['State Agency', 'STATE', undefined],
  ])('reads %j as %s', (printed, value, rule) => {
    expect(readAgencyType(printed)).toEqual(rule === undefined ? { value } : { value, rule });
  });

  it('does not guess', () => {
    expect(readAgencyType('Federation')).toMatchObject({ value: null, problem: { code: 'UNKNOWN_TYPE' } });
  });
});

describe('SIGNED', () => {
  it.each<[string, string, string | undefined, string]>([
    ['2025-09-22', '2025-09-22', undefined, 'a date cell'],
    ['2025-09-22T00:00:00.000Z', '2025-09-22', undefined, 'an instant at midnight'],
    ['9/2/2025', '2025-09-02', undefined, 'American text'],
    [' 09/02/2025 ', '2025-09-02', undefined, 'American text, padded'],
    ['05/082025', '2025-05-08', 'missing-slash', '2025-05'],
    ['7/72025', '2025-07-07', 'missing-slash', '2025-07'],
    ['8/282025', '2025-08-28', 'missing-slash', '2025-09'],
    ['45922', '2025-09-22', 'excel-serial', 'a cell that lost its date format'],
    ['5025-05-08', '5025-05-08', undefined, '2025: well-formed, judged against the list'],
    ['2024-02-29', '2024-02-29', undefined, 'leap day'],
  ])('reads %j as %s by rule %s (%s)', (printed, value, rule) => {
    expect(readDay(printed)).toEqual(rule === undefined ? { value } : { value, rule });
  });

  it.each(['20026-01-05', '2025-02-29', '13/41/2025', '0000-01-01', 'pending', '2025', '1/2/3', '2025-09-22T17:30'])(
    'raises an issue for %j',
    (printed) => {
      expect(readDay(printed)).toMatchObject({ value: null, problem: { code: 'UNREADABLE_DATE' } });
    },
  );

  it.each([
    ['1995-12-31', null],
    ['1996-01-01', '1996-01-01'],
    ['2026-12-31', '2026-12-31'],
    ['2027-01-01', null],
    ['5025-05-08', null],
    [null, null],
  ])('finds %j plausible as %j on a list of 2025', (signedOn, expected) => {
    expect(plausibleSignedOn(signedOn, '2025-06-01T16:00:00.000Z')).toBe(expected);
  });
});

describe('MOA and ADDENDUM', () => {
  const pdf = 'https://www.ice.gov/doclib/287gMOA/sample_TFM_%20MOA.pdf';
  const safelink = `https://gcc02.safelinks.protection.outlook.com/?url=${encodeURIComponent(pdf)}&data=05%7C02&reserved=0`;

  it.each<[string, string | null, string, string | undefined, string]>([
    ['link', pdf, pdf, undefined, 'a hyperlink'],
    ['link', `  ${pdf}\u00A0`, pdf, undefined, 'white space around it'],
    ['link pending', pdf, pdf, undefined, 'a hyperlink under old text'],
    [pdf, null, pdf, undefined, 'text that is a URL'],
    ['link', safelink, pdf, 'safelink', '2025-06: wrapped by Outlook'],
    ['link', `chrome-extension://abc/${pdf.replace('https://', 'https:/')}`, pdf, 'chrome-extension', '2025-08'],
    ['link', pdf.replace('https://', 'https:/'), pdf, 'single-slash', '2026-02'],
    ['link', `https://web.archive.org/web/20250622170000/${pdf}`, pdf, 'web-archive', 'a capture'],
    ['link', `http://web.archive.org/web/20250622170000if_/${pdf}`, pdf, 'web-archive', 'a capture without its frame'],
    ['link', `/web/2025/${pdf.replace('https://', 'https:/')}`, pdf, 'web-archive', 'a capture, from its own page'],
    ['link', `https://web.archive.org/web/2025/${safelink}`, pdf, 'web-archive', 'a capture of a wrapped link'],
    ['link', pdf.replace('https:', 'http:'), pdf, 'https', '2025-03'],
    ['link', 'http://example.org/a b.pdf', 'http://example.org/a%20b.pdf', undefined, 'another host keeps its scheme'],
  ])('reads %j with link %j (%5$s)', (text, link, value, rule) => {
    expect(readLink(text, link)).toEqual(rule === undefined ? { value } : { value, rule });
  });

  it.each(['', ' ', 'link pending', 'link pending ', 'Link Pending', '#N/A', '#NA', 'N/A'])(
    'takes %j for no link and no issue',
    (text) => {
      expect(readLink(text, null)).toEqual({ value: null });
    },
  );

  it.each([
    ['Cons', null],
    ['link | addendum', null],
    ['link', null],
    ['link', 'javascript:alert(1)'],
    ['link', 'file:///etc/passwd'],
    ['link', 'https://user:secret@www.ice.gov/a.pdf'],
    ['link', 'Sheet2!A1'],
    ['link', 'https://'],
  ])('raises an issue for %j with link %j', (text, link) => {
    expect(readLink(text, link)).toMatchObject({ value: null, problem: { code: 'UNREADABLE_LINK' } });
  });
});
