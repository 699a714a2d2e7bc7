/** What the docs name is there: files, tests and headings. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/database/package-root.ts';

const root = packageRoot();
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path)),
];
const read = (page: string): string => readFileSync(join(root, page), 'utf8');

/** As the headings of a page are linked to. */
const anchors = (page: string): string[] =>
  [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );

describe.each(pages)('%s', (page) => {
  test('links to files and headings that are there', () => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)\s]*)\)/g)].map(([, link = '']) => link);
    const lost = links.filter((link) => {
      const [path = '', heading] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(root, target))) return true;
      return heading !== undefined && !anchors(target).includes(heading);
    });
    expect(lost).toEqual([]);
  });

  test('names tests and sources that are there', () => {
    const named = [...read(page).matchAll(/`((?:tests|src|bench|schema|examples)\/[\w./-]+\.\w+)`/g)].map(
      ([, path = '']) => path,
    );
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

test('every row of faults.md names the test that holds it', () => {
  const [limits = ''] = read('docs/faults.md').split('## The siege');
  const rows = limits
    .split('\n')
    .filter((line) => /^\| (?!---|what is sent)/.test(line) && line.split('|').length === 6);
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter((row) => !/`tests\/[^`]+\.test\.ts` \|$/.test(row))).toEqual([]);
});
