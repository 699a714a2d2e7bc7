/** A port for a server that goes away and comes back: the system gives none of these to outgoing connections. */
import { createServer } from 'node:net';

const LOWEST = 20_000;
/** Below what Linux (from 32768) and others (from 49152) take for the near end of a connection. */
const HIGHEST = 32_000;
const MOST_TRIES = 100;

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port between ${LOWEST} and ${HIGHEST} was found.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
