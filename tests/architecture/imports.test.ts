/** The arrows of the design: what each part of the program may import. */
import { expect, test } from 'vitest';
import { readSources } from '../support/source-files.ts';

const sources = readSources('src', 'schema');
const byPath = new Map(sources.map((source) => [source.path, source]));

/** A part of the program, and the parts it may import besides itself. */
const arrows: Record<string, readonly string[]> = {
  schema: [],
  'src/intake': ['schema'],
  'src/ledger (pure)': ['schema', 'src/intake', 'src/feed/cursor'],
  'src/ledger (writing)': ['schema', 'src/intake', 'src/database', 'src/ledger (pure)', 'src/feed'],
  'src/database': ['schema'],
  'src/feed': ['schema', 'src/database', 'src/feed/cursor'],
  'src/feed/cursor': [],
  'src/queries': ['schema', 'src/database', 'src/intake', 'src/feed/cursor'],
  'src/sample': ['schema', 'src/intake'],
  'src/operations': [
    'schema',
    'src/intake',
    'src/database',
    'src/ledger (pure)',
    'src/ledger (writing)',
    'src/feed',
    'src/feed/cursor',
    'src/queries',
    'src/sample',
  ],
  'src/graphql': [
    'schema',
    'src/intake',
    'src/database',
    'src/queries',
    'src/feed',
    'src/feed/cursor',
    'src/operations',
  ],
  'src/server': ['src/graphql', 'src/operations'],
  'src/config': ['src/database'],
  'src/cli': [
    'schema',
    'src/intake',
    'src/database',
    'src/ledger (pure)',
    'src/operations',
    'src/sample',
    'src/config',
    'src/main',
  ],
  'src/main': [
    'src/config',
    'src/database',
    'src/ledger (pure)',
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
  if (path === 'src/feed/cursor.ts') return 'src/feed/cursor';
  const part = path.split('/').slice(0, 2).join('/').replace(/\.ts$/, '');
  return part === 'src/ledger' ? `src/ledger (${writes(path) ? 'writing' : 'pure'})` : part;
}

/** A ledger file that knows the database or the log, itself or through another one. */
function writes(path: string, seen = new Set<string>()): boolean {
  if (seen.has(path)) return false;
  seen.add(path);
  const imports = byPath.get(path)?.imports ?? [];
  return imports.some(
    (target) =>
      target.startsWith('src/database/') ||
      (target.startsWith('src/feed/') && target !== 'src/feed/cursor.ts') ||
      (target.startsWith('src/ledger/') && writes(target, seen)),
  );
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

test('resolving, deriving and guarding know no database', () => {
  const pure = ['canonical-name', 'derive', 'guard', 'pair-names', 'list-participating', 'list-pending', 'leaving'];
  expect(pure.filter((name) => writes(`src/ledger/${name}.ts`))).toEqual([]);
});

test('no file imports itself, not even through others', () => {
  expect(findCycles()).toEqual([]);
});

/** Pothos' type files refer to each other; their fields are lazy. Types alone make no cycle at run time. */
function findCycles(): string[] {
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      const cycle = trail.slice(at);
      if (!cycle.every((member) => member.startsWith('src/graphql/types/'))) cycles.push([...cycle, path].join(' → '));
      return;
    }
    if (done.has(path)) return;
    for (const target of runtimeImports(path)) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const source of sources) walk(source.path, []);
  return cycles;
}

function runtimeImports(path: string): string[] {
  const source = byPath.get(path);
  if (source === undefined) return [];
  const withoutTypes = source.text.replace(/^(?:import|export) type [^;]*;/gm, '');
  return source.imports.filter((target) => withoutTypes.includes(`/${target.split('/').at(-1)}'`));
}
