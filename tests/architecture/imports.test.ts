/** The arrows of the design: what each part of the program may import. */
import { expect, test } from 'vitest';
import { readSources } from '../support/repository/source-files.ts';

const sources = readSources('src', 'schema');
const byPath = new Map(sources.map((source) => [source.path, source]));

/** A part of the program, and the parts it may import besides itself. */
const arrows: Record<string, readonly string[]> = {
  schema: [],
  'src/abort': [],
  'src/fair-turns': [],
  'src/package-root': [],
  'src/intake': ['schema', 'src/package-root'],
  // Pure: no database, no log.
  'src/ledger/derive': ['schema', 'src/intake'],
  'src/ledger/apply': ['schema', 'src/intake', 'src/database', 'src/ledger/derive', 'src/feed'],
  'src/database': ['schema', 'src/abort', 'src/fair-turns', 'src/package-root'],
  'src/feed': ['schema', 'src/abort', 'src/database', 'src/feed/cursor'],
  'src/feed/cursor': [],
  // Pure: numbers from numbers.
  'src/analysis': ['schema'],
  'src/queries': ['schema', 'src/database', 'src/intake', 'src/feed/cursor', 'src/analysis'],
  'src/sample': ['schema', 'src/intake'],
  // What a site gives; knows nothing of the ledger.
  'src/follow': ['schema'],
  'src/operations': [
    'schema',
    'src/package-root',
    'src/intake',
    'src/database',
    'src/ledger/derive',
    'src/ledger/apply',
    'src/feed',
    'src/feed/cursor',
    'src/analysis',
    'src/queries',
    'src/sample',
    'src/follow',
  ],
  'src/graphql': [
    'schema',
    'src/abort',
    'src/fair-turns',
    'src/intake',
    'src/database',
    'src/analysis',
    'src/queries',
    'src/feed',
    'src/feed/cursor',
    'src/operations',
  ],
  // A transport is a sink of the feed.
  'src/server': ['src/abort', 'src/fair-turns', 'src/graphql', 'src/operations', 'src/feed'],
  // What people know of the settings; reading them is the configuration's.
  'src/settings': [],
  'src/config': ['src/database', 'src/follow', 'src/settings', 'src/package-root'],
  'src/cli': [
    'schema',
    'src/package-root',
    'src/intake',
    'src/database',
    'src/ledger/derive',
    'src/analysis',
    'src/operations',
    'src/sample',
    'src/config',
    'src/settings',
    'src/main',
  ],
  'src/main': [
    'src/config',
    'src/database',
    'src/ledger/derive',
    'src/operations',
    'src/graphql',
    'src/server',
    'src/sample',
    'src/queries',
    'src/feed',
  ],
};

function partOf(path: string): string {
  if (path.startsWith('schema/')) return 'schema';
  if (path === 'src/feed/log/cursor.ts') return 'src/feed/cursor';
  const depth = path.startsWith('src/ledger/') ? 3 : 2;
  return path.split('/').slice(0, depth).join('/').replace(/\.ts$/, '');
}

test('imports point one way', () => {
  const wrong = sources.flatMap((source) => {
    const from = partOf(source.path);
    const allowed = arrows[from];
    if (allowed === undefined) return [`${source.path} belongs to no part that this test knows`];
    return source.imports
      .filter((target) => partOf(target) !== from && !allowed.includes(partOf(target)))
      .map((target) => `${source.path} → ${target}`);
  });
  expect(wrong).toEqual([]);
});

test('imports name files that exist, so that nothing here is overlooked', () => {
  const missing = sources.flatMap((source) =>
    source.imports
      .filter((target) => target.endsWith('.ts') && !byPath.has(target))
      .map((target) => `${source.path} → ${target}`),
  );
  expect(missing).toEqual([]);
});

test('no file imports itself, not even through others', () => {
  expect(findCycles()).toEqual([]);
});

/** Types included: who reads one of two such files has to read the other. */
function findCycles(): string[] {
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      cycles.push([...trail.slice(at), path].join(' → '));
      return;
    }
    if (done.has(path)) return;
    for (const target of byPath.get(path)?.imports ?? []) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const source of sources) walk(source.path, []);
  return cycles;
}
