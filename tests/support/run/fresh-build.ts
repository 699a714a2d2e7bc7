/** Builds the program where its sources are newer: end-to-end tests start it as it is shipped. */
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { emptyDatabaseDirectory, packageRoot } from '../../../src/package-root.ts';
import { filesIn } from '../repository/source-files.ts';

export function buildWhereStale(): void {
  // What the build makes last.
  const built = emptyDatabaseDirectory();
  if (existsSync(built) && newestSource() < statSync(built).mtimeMs) return;
  execFileSync(process.execPath, [join(packageRoot(), 'build.mjs')], { stdio: 'inherit' });
}

/** In milliseconds since 1970. */
function newestSource(): number {
  const files = ['src', 'schema'].flatMap((folder) => filesIn(join(packageRoot(), folder)));
  const settings = ['build.mjs', 'package-lock.json', 'tsconfig.json'];
  const all = [...files, ...settings.map((name) => join(packageRoot(), name))];
  return Math.max(...all.map((path) => statSync(path).mtimeMs));
}
