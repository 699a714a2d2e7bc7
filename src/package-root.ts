/** Where the package lies, from the sources and from `dist` alike: the folder with package.json, schema and dist. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Resolved through the package's own `imports`, because the depth of this file differs between src and dist. */
export function packageRoot(): string {
  return dirname(createRequire(import.meta.url).resolve('#root/package.json'));
}

/** False in what `build.mjs` makes. */
export const isFromSource = import.meta.url.endsWith('.ts');

/** Where a thread begins: a JavaScript file of `src`, or of what is built of it, given as a path in that. */
export function threadModule(path: string): URL {
  return pathToFileURL(join(packageRoot(), isFromSource ? '' : 'dist', 'src', path));
}

export function packageVersion(): string {
  // npm itself would not install a package whose package.json has no version.
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
  return version;
}

export function migrationsFolder(): string {
  return join(packageRoot(), 'schema', 'migrations');
}

/** A migrated, empty data directory that the build leaves behind; copying it is ten times faster than initdb. */
export function emptyDatabaseDirectory(): string {
  return join(packageRoot(), 'dist', 'empty-database');
}
