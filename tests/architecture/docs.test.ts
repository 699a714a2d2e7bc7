import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rows as faults, missingTests } from '../../bench/faults/rows.ts';
import { runs } from '../../bench/faults/runs.ts';
import { packageRoot } from '../../src/package-root.ts';
import { pages, readPage, tableHeaded } from '../support/repository/documentation.ts';

const root = packageRoot();

/** As the headings of a page are linked to. */
const anchors = (page: string): string[] =>
  [...readPage(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );

describe.each(pages)('%s', (page) => {
  test('links to files and headings that are there', () => {
    const lost = linksOf(page).filter((link) => {
      const [path = '', heading] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(root, target))) return true;
      return heading !== undefined && !anchors(target).includes(heading);
    });
    expect(lost).toEqual([]);
  });

  test('names files and folders that are there', () => {
    const named = [...readPage(page).matchAll(/(?<![\w/])(?:tests|src|bench|schema|examples|deploy|docs)\/[\w./-]*/g)];
    const others = [...readPage(page).matchAll(/`([\w.-]+\/[\w./-]+\.(?:ts|mjs|graphql|cfg))`/g)];
    const paths = [...named.map(([path]) => path.replace(/[.-]+$/, '')), ...others.map(([, path = '']) => path)];
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

/** Links of a page within the repository, as they are written. */
function linksOf(page: string): string[] {
  return [...readPage(page).matchAll(/\]\((?!https?:)([^)\s]*)\)/g)].map(([, link = '']) => link);
}

test('the README is short, and leads to every page', () => {
  expect(readPage('README.md').split('\n').length).toBeLessThanOrEqual(151);
  const reached = new Set(['README.md']);
  for (const page of reached)
    for (const link of linksOf(page)) {
      const target = join(dirname(page), link.split('#')[0] ?? '');
      if (pages.includes(target)) reached.add(target);
    }
  expect([...pages].filter((page) => !reached.has(page))).toEqual([]);
});

describe('docs/architecture.md', () => {
  test('names every folder of the program', () => {
    const page = readPage('docs/architecture.md');
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => `src/${name}/`).filter((folder) => !page.includes(folder))).toEqual([]);
  });

  test('explains at most thirty terms', () => {
    const words = tableHeaded('term').map(([word]) => word);
    expect(words.length).toBeLessThanOrEqual(30);
    expect(words).toEqual([...words].sort((a = '', b = '') => a.localeCompare(b, 'en')));
  });
});

test('decisions are numbered without gaps, and each says why, what and what follows', () => {
  const decisions = pages.filter((page) => page.startsWith('docs/decisions/'));
  decisions.forEach((page, index) => {
    const number = index + 1;
    expect(page).toMatch(new RegExp(`/${String(number).padStart(4, '0')}-[a-z0-9-]+\\.md$`));
    expect(readPage(page)).toMatch(new RegExp(`^# ${number}\\. `));
    const headings = [...readPage(page).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings, page).toEqual(expect.arrayContaining(['Context', 'Decision', 'Consequences']));
  });
});

test('every row of faults.md names the test that holds it', () => {
  const [limits = ''] = readPage('docs/faults.md').split('## The siege');
  const rows = limits
    .split('\n')
    .filter((line) => /^\| (?!---|what is sent)/.test(line) && line.split('|').length === 6);
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter((row) => !/`tests\/[^`]+\.test\.ts` \|$/.test(row))).toEqual([]);
});

test('every fault of the bench has tests that are there, a run, or says why it has neither', () => {
  const measured = new Set(runs.flatMap(({ rows }) => rows));
  expect(faults.flatMap(missingTests)).toEqual([]);
  expect(faults.filter(({ id, tests, open }) => tests.length === 0 && open === undefined && !measured.has(id))).toEqual(
    [],
  );
  const ids = faults.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...measured].filter((id) => !ids.includes(id))).toEqual([]);
});
