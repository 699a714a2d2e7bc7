/** Subscriptions that come and go for as long as the run lasts: what of them stays. */
import { setTimeout } from 'node:timers/promises';
import type { SiegedServer } from '../../siege/server.ts';
import { openWebSocket, subscribeMessage } from '../../siege/target.ts';
import { atMost, type Figure, megabytes, none } from '../figure.ts';
import { openFiles } from '../processes.ts';

const SOCKETS = 4;
/** Together a hundred a second, and of each address no more than it may ask. */
const PAUSE_MILLISECONDS = 40;
/** What a run of the collector may leave. */
const SLACK_MEGABYTES = 4;

export async function churnSubscriptions(server: SiegedServer, seconds: number): Promise<Figure[]> {
  const files = openFiles(server.pid);
  const churn = async (number: number, until: number): Promise<number> => {
    const socket = await openWebSocket({ port: server.port, address: `127.0.6.${number + 1}` });
    socket.on('message', () => {});
    let rounds = 0;
    while (performance.now() < until) {
      rounds += 1;
      // A selection now and then that nobody had before.
      const query = `subscription { ledgerEvents { cursor ${rounds % 10 === 0 ? `s${rounds}: ` : ''}summary } }`;
      socket.send(subscribeMessage(String(rounds), query));
      await setTimeout(PAUSE_MILLISECONDS);
      socket.send(JSON.stringify({ id: String(rounds), type: 'complete' }));
    }
    socket.close();
    return rounds;
  };
  const all = async (milliseconds: number): Promise<number> => {
    const until = performance.now() + milliseconds;
    const rounds = await Promise.all(Array.from({ length: SOCKETS }, (_, number) => churn(number, until)));
    await setTimeout(1_000);
    return rounds.reduce((sum, each) => sum + each, 0);
  };
  // The first third fills what remembers documents.
  await all((seconds * 1_000) / 3);
  const before = await server.memory();
  const rounds = await all((seconds * 1_000 * 2) / 3);
  const after = await server.memory();
  const response = await fetch(`http://127.0.0.1:${server.port}/readyz`);
  const { watchers, groups } = (await response.json()) as { watchers: number; groups: number };
  const grown = megabytes(after.heap + after.external - before.heap - before.external);
  return [
    atMost(
      'W7',
      `heap and external memory after ${rounds} more subscriptions, beside before`,
      grown,
      SLACK_MEGABYTES,
      'MB',
    ),
    none('W7', 'watchers and groups left', watchers + groups),
    atMost('W7', 'open files beside before', openFiles(server.pid) - files, 2),
  ];
}
