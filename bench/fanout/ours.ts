/** The program as compiled, with its log in PostgreSQL and somebody who appends events to it. */
import { fileURLToPath } from 'node:url';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { openPublisher, type Publisher } from './publish.ts';

export interface Ours extends AsyncDisposable {
  server: ServerProcess;
  publisher: Publisher;
}

/** `url` is that of a ledger of its own. */
export async function startOurs(url: string, pinned: boolean): Promise<Ours> {
  const publisher = await openPublisher(url);
  const env = {
    DATABASE_URL: url,
    PORT: '0',
    STREAMS_PER_ADDRESS: '1000000',
    POINTS_PER_MINUTE: '1000000',
    LOG_LEVEL: 'info',
  };
  const main = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
  const server = await startServerProcess('ours', [main], env, pinned);
  return {
    server,
    publisher,
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      await publisher[Symbol.asyncDispose]();
    },
  };
}
