/**
 * Builds `dist`: the compiled program and an empty, migrated database that first starts copy, because making one
 * takes seconds. Mends the PostgreSQL driver, which the tests need too. Runs at `npm ci` (prepare) and may run again at
 * any time.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import './mend-postgres.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json')],
  {
    cwd: root,
    stdio: 'inherit',
  },
);

const command = join(dist, 'src/cli/accord287.js');
if (existsSync(command)) chmodSync(command, 0o755);

const { openDatabase } = await import(join(dist, 'src/database/open.js'));
const { applyMigrations } = await import(join(dist, 'src/database/migrate.js'));
const unfinished = join(dist, 'empty-database.unfinished');
const database = await openDatabase({ kind: 'pglite', directory: unfinished });
await applyMigrations(database);
await database.close();
renameSync(unfinished, join(dist, 'empty-database'));
