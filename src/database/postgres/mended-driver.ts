/**
 * Whether `mend-postgres.mjs` has mended the PostgreSQL driver that is installed. One that is not may end the process
 * when a connection is lost, hours later and without a word of the reason, so a server does not start on it.
 */
import { readFileSync } from 'node:fs';

/** What mending leaves in each file, in a place that the driver as published does not have. */
const traces = { 'index.js': ', lost = null', 'connection.js': 'chunk = nextWriteTimer = null' };

/** Throws with a sentence that says what to run. `entry` is the URL of the driver's first file. */
export function requireMendedDriver(entry = import.meta.resolve('postgres')): void {
  const mended = Object.entries(traces).every(([file, trace]) =>
    readFileSync(new URL(file, entry), 'utf8').includes(trace),
  );
  if (mended) return;
  throw new Error(
    'The PostgreSQL driver in node_modules is not mended: a lost connection could end the server. ' +
      'Run "npm run build", or "node mend-postgres.mjs" where it is built already.',
  );
}
