/** Builds the program where its sources are newer: end-to-end tests start it as it is shipped. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { emptyDatabaseDirectory, packageRoot } from '../../../src/package-root.ts';

export function buildWhereStale(): void {
  // What the build makes last.
  const built = emptyDatabaseDirectory();
  if (existsSync(built) && newestSource() < statSync(built).mtimeMs) return;
  execFileSync(process.execPath, [join(packageRoot(), 'build.mjs')], { stdio: 'inherit' });
}

/** In milliseconds since 1970. */
function newestSource(): number {
  const files = ['src', 'schema'].flatMap((folder) =>
    readdirSync(join(packageRoot(), folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const settings = ['build.mjs', 'package-lock.json', 'tsconfig.json'];
  const all = [...files, ...settings.map((name) => join(packageRoot(), name))];
  return Math.max(...all.map((path) => statSync(path).mtimeMs));
}
