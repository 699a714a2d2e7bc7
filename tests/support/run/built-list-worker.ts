/**
 * In place of `src/intake/worker-module.ts`, by vitest.config.ts: the worker that reads lists as it is built, which the
 * set-up sees to. From source each of hundreds would register tsx, and transform the files that it imports.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../../src/package-root.ts';

export const workerModule = (): URL => pathToFileURL(join(packageRoot(), 'dist/src/intake/list-worker.js'));
