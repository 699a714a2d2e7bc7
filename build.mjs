/**
 * Builds `dist`: the program, and an empty, migrated database that first starts copy, because making one takes
 * seconds. The program is bundled with its packages, because opening their 900 files takes a second of each command's
 * start. Mends the PostgreSQL driver, which the tests need too. Runs at `npm ci` (prepare) and may run again at any time.
 */
import { appendFileSync, chmodSync, copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import './mend-postgres.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const built = (file) => join(dist, 'src', file);
rmSync(dist, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  // What is started: by people, by threads, and below.
  entryPoints: ['main', 'cli/accord287', 'intake/list-worker', 'database/open', 'database/migrate'].map(
    (name) => `src/${name}.ts`,
  ),
  ...{ outbase: '.', outdir: 'dist', chunkNames: 'chunks/[hash]' },
  ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'warning' },
  // Of packages that are there in two forms the one whose unused parts are left out.
  mainFields: ['module', 'main'],
  // The embedded database reads files beside its own; the driver is checked where it is installed.
  external: ['@electric-sql/pglite', 'postgres'],
  // Packages in CommonJS call it.
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  },
});
chmodSync(built('cli/accord287.js'), 0o755);
const thread = 'database/embedded/database-thread.mjs';
mkdirSync(dirname(built(thread)), { recursive: true });
copyFileSync(join(root, 'src', thread), built(thread));

const { openDatabase } = await import(pathToFileURL(built('database/open.js')).href);
const { applyMigrations } = await import(pathToFileURL(built('database/migrate.js')).href);
const unfinished = join(dist, 'empty-database.unfinished');
const database = await openDatabase({ kind: 'pglite', directory: unfinished });
await applyMigrations(database);
await database.close();
// PGlite's 128 MB take each start 0.3 s of CPU and 100 MB of memory, and no query was answered sooner for them.
appendFileSync(join(unfinished, 'postgresql.conf'), 'shared_buffers = 32MB\n');
renameSync(unfinished, join(dist, 'empty-database'));
