/**
 * The worker thread that owns the embedded database. It passes bytes of PostgreSQL's protocol in and out, and knows
 * nothing of statements: one message there and one back is all that a statement costs. Loaded anywhere else it does
 * nothing. In JavaScript, because a worker of Node 20 cannot load TypeScript: with tsx in it, each database of a test
 * would open in half a second more.
 *
 * @import { MessagePort } from 'node:worker_threads'
 * @import { FromThread, ThreadData, ToThread } from './thread-messages.ts'
 */
// @ts-check
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';

if (parentPort !== null) await serve(parentPort, workerData);

/**
 * A fault of PGlite rejects, here or below, which ends the thread with an error that its owner hears.
 *
 * @param {MessagePort} port
 * @param {ThreadData} data
 */
async function serve(port, { directory, module }) {
  /** @param {FromThread} message */
  const send = (message) => port.postMessage(message);
  // Contrib extensions must be named on opening, whether or not the database uses them yet.
  const database = new PGlite({ dataDir: directory, extensions: { pg_trgm }, pgliteWasmModule: module });
  await database.waitReady;
  port.on('message', async (/** @type {ToThread} */ message) => {
    if (message === 'close') {
      await database.close();
      return send('closed');
    }
    const answer = await run(database, message);
    port.postMessage(answer, [answer.buffer]);
  });
  send('opened');
}

/**
 * Without PGlite's own parsing, which would keep every message; files are written as it runs, so none need syncing.
 *
 * @param {PGlite} database
 * @param {Uint8Array} message
 */
async function run(database, message) {
  /** @type {Uint8Array[]} */
  const chunks = [];
  let length = 0;
  await database.execProtocolRawStream(message, {
    syncToFs: false,
    onRawData: (chunk) => {
      // A view into the memory of the database, which goes on using it.
      chunks.push(chunk.slice());
      length += chunk.length;
    },
  });
  const answer = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    answer.set(chunk, offset);
    offset += chunk.length;
  }
  return answer;
}
