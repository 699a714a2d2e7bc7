/**
 * Mends the PostgreSQL driver where it is installed: when a connection ends under it, it may write to a socket that is
 * gone, which nobody can catch and which ends the process, or leave its buffer so that the connection never writes
 * again. Known and open in postgres.js: issues 1154 and 1208, pull requests 1168 and 1209. To be removed with the
 * first release that has them; until then this fails for any version but the one that it knows.
 * tests/integration/database/lost-connection.test.ts holds it.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const driver = join(dirname(fileURLToPath(import.meta.url)), 'node_modules/postgres');
const known = '3.4.9';
const { version } = JSON.parse(readFileSync(join(driver, 'package.json'), 'utf8'));
if (version !== known) throw new Error(`postgres.js is ${version}: look whether mend-postgres.mjs is still needed.`);

// A transaction does not speak to a connection that is no longer its own, not even to roll back.
mend('src/index.js', [
  ['      , connection\n      , prepare = null\n', '      , connection\n      , lost = null\n      , prepare = null\n'],
  ['connection.onclose = reject)', 'connection.onclose = e => (lost = e, reject(e)))'],
  [
    '        q.catch(e => uncaughtError || (uncaughtError = e))\n',
    '        q.catch(e => uncaughtError || (uncaughtError = e))\n        if (lost)\n          return q.reject(lost)\n\n',
  ],
]);
mend('src/connection.js', [
  // What was buffered for a socket that is gone is dropped with it; its queries are refused there.
  ['    clearImmediate(nextWriteTimer)\n    if (socket)', `${forgotten()}    if (socket)`],
  ['    clearImmediate(nextWriteTimer)\n    socket.remove', `${forgotten()}    socket.remove`],
  // Or closing the pool waits for its answer.
  ['    closedTime = performance.now()\n', '    query = null\n    closedTime = performance.now()\n'],
  [
    '    const x = socket.write(chunk, fn)\n',
    `    if (socket === null) {\n      chunk = nextWriteTimer = null\n      error(Errors.connection('CONNECTION_CLOSED', options))\n      return true\n    }\n\n    const x = socket.write(chunk, fn)\n`,
  ],
]);

function forgotten() {
  return '    clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n';
}

/** Replaces each text, which must be there once; does nothing where that was done before. */
function mend(file, replacements) {
  const path = join(driver, file);
  let text = readFileSync(path, 'utf8');
  for (const [before, after] of replacements) {
    if (text.includes(after)) continue;
    if (text.split(before).length !== 2) throw new Error(`postgres.js ${known} has another ${file}.`);
    text = text.replace(before, after);
  }
  // Others may load it meanwhile.
  writeFileSync(`${path}.mended`, text);
  renameSync(`${path}.mended`, path);
}
