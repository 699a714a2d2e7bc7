/** When a list was published: the witnesses in their order, and what the names of files say. */
import { describe, expect, it } from 'vitest';
import { publishedAtOfFileName, publishedAtOfPublisherName } from '../../../src/intake/file-name-day.ts';
import { newYorkDay } from '../../../src/intake/new-york.ts';
import { contradictionsOf, nothingRead, parseGivenInstant, publicationOf } from '../../../src/intake/published-at.ts';

const received = '2026-04-01T12:00:00.000Z';
const modified = '2025-06-30T18:00:00.000Z';
const saved = { ...nothingRead, modifiedAt: modified };

describe('the witnesses', () => {
  const all = {
    fileName: '2025-07-01pm_list.xlsx',
    publishedAt: '2025-07-03T10:00:00Z',
    lastModified: 'Wed, 02 Jul 2025 20:15:00 GMT',
    receivedAt: received,
  };
  const { publishedAt: _, ...served } = all;
  const { lastModified: __, ...named } = served;

  it.each([
    ['GIVEN', all, '2025-07-03T10:00:00.000Z'],
    ['LAST_MODIFIED', served, '2025-07-02T20:15:00.000Z'],
    ['FILE_NAME', named, '2025-07-01T20:00:00.000Z'],
    ['WORKBOOK', { ...named, fileName: 'list.xlsx' }, modified],
  ] as const)('believe %s before what comes after it', (publishedAtBasis, facts, publishedAt) => {
    expect(publicationOf(facts, saved)).toEqual({ publishedAt, publishedAtBasis });
  });

  it('end with the moment of arrival', () => {
    const facts = { fileName: 'list.csv', receivedAt: received };
    expect(publicationOf(facts, nothingRead)).toEqual({ publishedAt: received, publishedAtBasis: 'INGESTED' });
  });

  it('pass over a Last-Modified that nobody can read', () => {
    const facts = { ...named, lastModified: 'yesterday' };
    expect(publicationOf(facts, nothingRead).publishedAtBasis).toBe('FILE_NAME');
  });

  it('do not pass over an operator who gives no time', () => {
    expect(() => publicationOf({ ...all, publishedAt: 'yesterday' }, nothingRead)).toThrow(RangeError);
  });
});

describe('the file name', () => {
  it.each([
    ['2025-07-01am_participating.xlsx', '2025-07-01T13:00:00.000Z'],
    ['2025-07-01mid_participating.xlsx', '2025-07-01T16:00:00.000Z'],
    ['2025-07-01pm_participating.xlsx', '2025-07-01T20:00:00.000Z'],
    ['2025-07-01_participating.xlsx', '2025-07-01T16:00:00.000Z'],
    ['2025-07-01PM.xlsx', '2025-07-01T20:00:00.000Z'],
    ['2025-12-01am_participating.xlsx', '2025-12-01T14:00:00.000Z'],
    ['2025-07-01', '2025-07-01T16:00:00.000Z'],
  ])('%s was published at %s', (fileName, publishedAt) => {
    expect(publishedAtOfFileName(fileName)).toBe(publishedAt);
  });

  it.each([
    'participatingAgencies01052025pm.xlsx',
    'pendingAgencies11114025am.xlsx',
    '2025-02-30pm_participating.xlsx',
    '2025-13-01.xlsx',
    '2025-07-011.xlsx',
    'a2025-07-01.xlsx',
  ])('%s says nothing', (fileName) => {
    expect(publishedAtOfFileName(fileName)).toBeNull();
  });
});

describe('the publisher’s own name', () => {
  it.each([
    ['participatingAgencies04212026am 12.15.07 AM.xlsx', '2026-04-21T13:00:00.000Z'],
    ['287gParticipatingAgencies091526pm.xlsx', '2026-09-15T20:00:00.000Z'],
    ['ParticipatingAgency091826am.xlsx', '2026-09-18T13:00:00.000Z'],
    ['ParticipatingEntities-20210113002027.xlsx', '2021-01-13T00:20:27.000Z'],
    ['participatingAgencies06112025pm_copy.xlsx', '2025-06-11T20:00:00.000Z'],
    ['pendingAgencies07032025mid.xlsx', '2025-07-03T16:00:00.000Z'],
    ['2025-07-03pm_pending__pendingAgencies07032025.xlsx', '2025-07-03T16:00:00.000Z'],
  ])('%s was published at %s', (fileName, publishedAt) => {
    expect(publishedAtOfPublisherName(fileName)).toBe(publishedAt);
  });

  it.each([
    'participatingAgencies090022025am.xlsx',
    'participatingAgencies11114025am.xlsx',
    'participatingAgencies02302026am.xlsx',
    'participatingAgencies133126am.xlsx',
    'ParticipatingEntities-20210631002027.xlsx',
    'participatingAgencies.xlsx',
    'agencies04212026am.xlsx',
  ])('%s says nothing', (fileName) => {
    expect(publishedAtOfPublisherName(fileName)).toBeNull();
  });

  const facts = { fileName: 'participatingAgencies07012025pm.xlsx', receivedAt: received };
  it.each<[string, string | null, number, string]>([
    ['the workbook was saved on that day', '2025-07-01T10:00:00.000Z', 0, 'PUBLISHER_FILE_NAME'],
    ['it was saved 8 days before', '2025-06-23T18:00:00.000Z', 0, 'PUBLISHER_FILE_NAME'],
    ['it was saved 9 days before', '2025-06-22T18:00:00.000Z', 0, 'WORKBOOK'],
    ['it was saved the day after', '2025-07-02T18:00:00.000Z', 0, 'WORKBOOK'],
    ['it was saved 60 days after', '2025-08-30T18:00:00.000Z', 0, 'WORKBOOK'],
    ['it was saved again 61 days after', '2025-08-31T18:00:00.000Z', 0, 'PUBLISHER_FILE_NAME'],
    ['it was saved on that day of the next year', '2026-06-30T18:00:00.000Z', 0, 'WORKBOOK'],
    ['it was saved again a year and ten days after', '2026-07-11T18:00:00.000Z', 0, 'PUBLISHER_FILE_NAME'],
    ['2 rows are signed afterwards', '2025-07-01T18:00:00.000Z', 2, 'PUBLISHER_FILE_NAME'],
    ['3 rows are signed afterwards', '2025-07-01T18:00:00.000Z', 3, 'WORKBOOK'],
    ['there is no workbook', null, 0, 'PUBLISHER_FILE_NAME'],
    ['there is no workbook, and 3 rows are signed afterwards', null, 3, 'INGESTED'],
  ])('is judged by what the file says: where %s (%s, %i) by %s', (_, modifiedAt, signed, basis) => {
    const publication = publicationOf(facts, { modifiedAt, signedAfter: () => signed });
    expect(publication.publishedAtBasis).toBe(basis);
    // What was passed over speaks against the day, unless it is the day before or after.
    const said = contradictionsOf(publication, facts.fileName, { modifiedAt, signedAfter: () => 0 });
    if (basis === 'WORKBOOK' && modifiedAt !== null && !/07-0[12]/.test(modifiedAt)) expect(said).toHaveLength(1);
  });

  it('ranks after a day at the beginning of the name', () => {
    const fileName = '2025-07-03am_participating__participatingAgencies07012025pm.xlsx';
    expect(publicationOf({ ...facts, fileName }, saved)).toMatchObject({ publishedAtBasis: 'FILE_NAME' });
  });
});

describe('what speaks against the day', () => {
  const publication = { publishedAt: '2026-01-05T21:00:00.000Z', publishedAtBasis: 'GIVEN' } as const;
  it.each<[string, string, string | null, number, string[]]>([
    ['nothing', '2026-01-05pm.xlsx', '2026-01-03T12:00:00.000Z', 0, []],
    ['a capture named by the day in UTC', 'participatingAgencies-20260106001500.xlsx', null, 0, []],
    [
      'the publisher’s name',
      '2026-01-05pm__participatingAgencies01052025pm.xlsx',
      null,
      0,
      ['publisher’s day 2025-01-05'],
    ],
    ['the beginning of the name', '2025-12-05.xlsx', null, 0, ['begins with 2025-12-05']],
    ['a workbook saved later', 'x.xlsx', '2026-01-07T12:00:00.000Z', 0, ['after the day of publication']],
    ['nothing, for a workbook saved again', 'x.xlsx', '2026-03-07T12:00:00.000Z', 0, []],
    ['a workbook saved long before', 'x.xlsx', '2025-12-20T12:00:00.000Z', 0, ['16 days before']],
    ['a row signed later', 'x.xlsx', null, 1, ['1 row is signed after']],
  ])('%s', (_, fileName, modifiedAt, later, expected) => {
    const said = contradictionsOf(publication, fileName, { modifiedAt, signedAfter: () => later });
    expect(said).toEqual(expected.map((part) => expect.stringContaining(part)));
  });
});

it.each([
  ['2025-07-01', '2025-07-01T16:00:00.000Z'],
  ['2025-07-01T09:00', '2025-07-01T13:00:00.000Z'],
  ['2025-07-01T09:00Z', '2025-07-01T09:00:00.000Z'],
  ['1 July', null],
])('reads the operator who says %j as %j', (text, instant) => {
  expect(parseGivenInstant(text)).toBe(instant);
});

it.each([
  ['2025-07-02T03:59:59.999Z', '2025-07-01'],
  ['2025-07-02T04:00:00.000Z', '2025-07-02'],
  ['2025-01-02T04:59:59.999Z', '2025-01-01'],
])('puts %s on the day %s in New York', (instant, day) => {
  expect(newYorkDay(instant)).toBe(day);
  expect(newYorkDay(new Date(instant))).toBe(day);
});
