/**
 * Long checks of real lists and of mutated ones, which have one outcome for the same sources and lists: one that has
 * passed is not made again before something has changed that it is made of. `npm run test:long` makes each again, and
 * so does a run on PostgreSQL, whose server may be another one.
 */
import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { expect, inject } from 'vitest';
import { migrationsFolder, packageRoot } from '../../../src/package-root.ts';
import { filesBehind, filesIn } from '../repository/source-files.ts';
import { keptFolder } from './kept-work.ts';
import { isLong } from './long-tests.ts';
import { sharedData } from './shared-data.ts';

/** The body of a test, whose name and file say what has passed. */
export const unlessPassed =
  <Given extends unknown[]>(check: (...given: Given) => Promise<void>): ((...given: Given) => Promise<void>) =>
  async (...given) => {
    if (isLong || inject('template').kind === 'postgres') return check(...given);
    const { testPath = '', currentTestName = '' } = expect.getState();
    const test = relative(packageRoot(), testPath).replaceAll('\\', '/');
    const name = createHash('sha256').update(`${test} ${currentTestName} ${process.version}`).digest('hex');
    await keptFolder(`passed-${name.slice(0, 16)}`, filesOf(test), () => check(...given));
  };

/** The files behind the test that asked last: of one file many ask, one after the other. */
let last: { test: string; until: number; files: readonly string[] } | undefined;
const SECONDS = 20;

function filesOf(test: string): readonly string[] {
  if (last === undefined || last.test !== test || last.until < Date.now()) {
    const data = sharedData();
    const files = [...filesBehind(test), ...filesIn(migrationsFolder()), ...(data === null ? [] : filesIn(data))];
    last = { test, until: Date.now() + SECONDS * 1_000, files };
  }
  return last.files;
}
