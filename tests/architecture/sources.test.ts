/** House rules that a reader could check by eye on every file: names, lengths, and who reads the environment. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';
import { readSources } from '../support/repository/source-files.ts';

const sources = readSources('src', 'schema');
const everything = [...sources, ...readSources('tests')];

test('only config.ts reads the environment', () => {
  const readers = sources.filter((source) => /\bprocess\.env\b/.test(source.text)).map((source) => source.path);
  expect(readers).toEqual(['src/config.ts']);
});

test('no file is longer than 400 lines', () => {
  const long = everything.filter((source) => source.text.split('\n').length > 400).map((source) => source.path);
  expect(long).toEqual([]);
});

test('file names are kebab-case and say what is inside', () => {
  const banned = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'types', 'manager', 'index']);
  const wrong = everything
    .map((source) => source.path)
    .filter((path) => {
      const name =
        path
          .split('/')
          .at(-1)
          ?.replace(/(\.test)?\.(ts|mjs)$/, '') ?? '';
      return !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || banned.has(name);
    });
  expect(wrong).toEqual([]);
});

test('every file begins with what it is responsible for', () => {
  const silent = sources.filter((source) => !/^(#!.*\n)?\/\*\*/.test(source.text)).map((source) => source.path);
  expect(silent).toEqual([]);
});

test('comments name files that are there', () => {
  const paths = [...everything, ...readSources('bench')].map(({ path }) => `/${path}`);
  const lost = sources.flatMap(({ path, text }) => {
    const comments = text.match(/\/\*\*?[\s\S]*?\*\/|\/\/.*$/gm) ?? [];
    const named = comments.flatMap((comment) => comment.match(/(?<![\w./*-])[\w/-]+\.(?:ts|mjs)\b/g) ?? []);
    const isThere = (name: string): boolean =>
      paths.some((each) => each.endsWith(`/${name}`)) || existsSync(join(packageRoot(), name));
    return named.filter((name) => !isThere(name)).map((name) => `${path}: ${name}`);
  });
  expect(lost).toEqual([]);
});

test('nothing is exported by default, and nothing is passed on from another file', () => {
  const wrong = sources
    .filter((source) => /^export (default\b|\*|\{[^}]*\} from)/m.test(source.text))
    .map((one) => one.path);
  expect(wrong).toEqual([]);
});

test('there is one copy of graphql', () => {
  const copies = readdirSync(join(packageRoot(), 'node_modules'), { recursive: true, encoding: 'utf8' }).filter(
    (path) => /(^|node_modules[\\/])graphql[\\/]package\.json$/.test(path),
  );
  expect(copies).toEqual([join('graphql', 'package.json')]);
});
