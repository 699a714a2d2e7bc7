import { expect, test } from 'vitest';
import { findListLinks } from '../../../src/follow/page-links.ts';

const base = 'https://www.ice.gov/identify-and-arrest/287g';
const find = (html: string): string[] => findListLinks(html, base).map(({ kind, address }) => `${kind} ${address}`);

test.each([
  [
    'an address of its own',
    '<a href="https://www.ice.gov/doclib/participatingAgencies04212026am.xlsx">list</a>',
    ['PARTICIPATING https://www.ice.gov/doclib/participatingAgencies04212026am.xlsx'],
  ],
  [
    'an address relative to the page, its site, and its scheme',
    '<a href="participatingAgencies.xlsx">a</a><a href="/x/pendingAgencies.xlsx">b</a><a href="//cdn.ice.gov/Participating.XLSX?v=2#top">c</a>',
    [
      'PARTICIPATING https://www.ice.gov/identify-and-arrest/participatingAgencies.xlsx',
      'PENDING https://www.ice.gov/x/pendingAgencies.xlsx',
      'PARTICIPATING https://cdn.ice.gov/Participating.XLSX?v=2',
    ],
  ],
  [
    'a download that only its words name',
    '<a href="/file-download/download/public/1234"><span>Participating</span>\n<b>Agencies</b></a>',
    ['PARTICIPATING https://www.ice.gov/file-download/download/public/1234'],
  ],
  [
    'a page with a base',
    '<base href="https://files.example/a/"><a href="pending%20agencies.xlsx">b</a>',
    ['PENDING https://files.example/a/pending%20agencies.xlsx'],
  ],
  [
    'one address twice',
    '<a href="/p/participating.xlsx">a</a><a href="/p/participating.xlsx#b">b</a>',
    ['PARTICIPATING https://www.ice.gov/p/participating.xlsx'],
  ],
  [
    'other links',
    '<a href="/other.xlsx">Budget</a><a href="/participating">Participating agencies</a><a>Pending</a><a href="javascript:pending.xlsx">x</a><a href="http://[pending.xlsx">y</a>',
    [],
  ],
  ['what is no HTML', '\u0000\u0001<a href=<<<', []],
])('finds the lists by %s', (_what, html, found) => {
  expect(find(html)).toEqual(found);
});

test('a page of thousands of links costs the first sixty-four', () => {
  const html = Array.from({ length: 5_000 }, (_, index) => `<a href="/participating-${index}.xlsx">x</a>`).join('');
  expect(find(html)).toHaveLength(64);
});
