/**
 * What `npm start` runs: the built server, or one sentence about what is missing for it. By `exec`, so that a signal to
 * npm reaches it; a shell that has none says so and takes the second command.
 */
import { existsSync } from 'node:fs';

const needs = [
  ['node_modules/pino/package.json', 'The packages are not installed: run "npm ci" first, which also builds.'],
  ['dist/src/main.js', 'The program is not built: run "npm run build" first; "npm ci" does so too.'],
];
const missing = needs.find(([path]) => !existsSync(new URL(path, import.meta.url)));
if (missing === undefined) await import('./dist/src/main.js');
else {
  process.stderr.write(`${missing[1]}\n`);
  process.exitCode = 1;
}
