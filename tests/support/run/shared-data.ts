/** The real lists, which are not part of the repository: tests that need them skip where they are missing. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../../src/package-root.ts';

/** The folder of the real lists, or null with a line that says why tests are being skipped. */
export function sharedData(): string | null {
  const folder = process.env.ACCORD287_DATA ?? join(dirname(packageRoot()), 'shared', 'data');
  if (existsSync(join(folder, 'INDEX.csv'))) return folder;
  console.warn(`Skipped: the real lists are not at ${folder} (set ACCORD287_DATA to their folder).`);
  return null;
}
