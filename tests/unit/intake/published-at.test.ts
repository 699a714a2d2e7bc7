/** When a list was published: the witnesses in their order, and what the names of files say. */
import { describe, expect, it } from 'vitest';
import { newYorkDay } from '../../../src/intake/new-york.ts';
import { parseGivenInstant, publicationOf, publishedAtOfFileName } from '../../../src/intake/published-at.ts';

const received = '2026-04-01T12:00:00.000Z';
const modified = '2025-06-30T18:00:00.000Z';

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
    expect(publicationOf(facts, modified)).toEqual({ publishedAt, publishedAtBasis });
  });

  it('end with the moment of arrival', () => {
    const facts = { fileName: 'list.csv', receivedAt: received };
    expect(publicationOf(facts, null)).toEqual({ publishedAt: received, publishedAtBasis: 'INGESTED' });
  });

  it('pass over a Last-Modified that nobody can read', () => {
    const facts = { ...named, lastModified: 'yesterday' };
    expect(publicationOf(facts, null).publishedAtBasis).toBe('FILE_NAME');
  });

  it('do not pass over an operator who gives no time', () => {
    expect(() => publicationOf({ ...all, publishedAt: 'yesterday' }, null)).toThrow(RangeError);
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
