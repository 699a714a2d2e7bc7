/**
 * References: as little as a broadcast over WebSockets can do. `raw-server.ts ready` sends one ready frame to every
 * socket; `raw-server.ts spliced` puts the id of each socket's operation into it, as graphql-transport-ws wants.
 */
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { payload } from './payload.ts';

const spliced = process.argv[2] === 'spliced';
const watchers = new Map<WebSocket, string>();
const server = createServer();
const upgrader = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false });

server.on('upgrade', (request, socket, head) => {
  upgrader.handleUpgrade(request, socket, head, (webSocket) => {
    webSocket.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (message.type === 'connection_init') webSocket.send('{"type":"connection_ack"}');
      if (message.type === 'subscribe') watchers.set(webSocket, message.id);
      if (message.type === 'ping') webSocket.send('{"type":"pong"}');
    });
    webSocket.on('close', () => watchers.delete(webSocket));
  });
});

const ready = Buffer.from(`{"type":"next","payload":${payload},"id":"00000000-0000-4000-8000-000000000000"}`);

process.on('message', (message) => {
  if (message !== 'fire') return;
  for (const [webSocket, id] of watchers) {
    if (spliced) webSocket.send(`{"type":"next","payload":${payload},"id":"${id}"}`);
    else webSocket.send(ready, { binary: false });
  }
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}/graphql` })}\n`);
});
