/** A watcher of a server that is gone without closing its connections: it says so once, and that it is back once. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { watchFeed } from '../../../src/cli/watch-feed.ts';

test('a server that stands still is lost until it answers again', { timeout: 60_000 }, async () => {
  let isThere = true;
  let refused = 0;
  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request, socket, head) => {
    if (isThere) sockets.handleUpgrade(request, socket, head, answer);
    else refused += 1;
  });
  const answer = (socket: WebSocket): void => {
    socket.on('message', (text) => {
      const { type, id, payload } = JSON.parse(String(text));
      if (!isThere) return;
      const answers: Record<string, object[]> = {
        connection_init: [{ type: 'connection_ack' }],
        ping: [{ type: 'pong' }],
        subscribe: [
          { type: 'next', id, payload: { data: { ledgerEvents: { position: 'here' } } } },
          { type: 'complete', id },
        ],
      };
      // No event comes.
      if (payload?.query.startsWith('subscription')) return;
      for (const each of answers[type] ?? []) socket.send(JSON.stringify(each));
    });
  };
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/graphql`;
  const notes: string[] = [];
  const stopping = new AbortController();
  const request = { url, after: null, includeBackfill: false, filter: {} };
  const watching = watchFeed(
    request,
    stopping.signal,
    (text) => notes.push(text),
    () => {},
    200,
  ).next();
  const begun = [`Watching ${url}.`, 'Following from here'];
  await expect.poll(() => notes, { timeout: 10_000 }).toEqual(begun);
  isThere = false;
  await expect.poll(() => refused, { timeout: 20_000 }).toBeGreaterThan(1);
  begun.push(`The connection to ${url} is lost; trying again.`);
  expect(notes).toEqual(begun);
  isThere = true;
  await expect.poll(() => notes, { timeout: 20_000 }).toEqual([...begun, `Connected to ${url} again.`]);
  stopping.abort();
  await watching;
  http.closeAllConnections();
  sockets.close();
  http.close();
});
