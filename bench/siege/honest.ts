/** Honest clients, each from an address of its own: one query a second, and a watcher that must never be closed. */
import { Agent, request as httpRequest } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { WebSocket } from 'ws';

export interface HonestClient {
  answers: Answer[];
  watched: Watched[];
  /** Why the watcher's socket was closed, refused or told an error, each time. */
  losses: string[];
  stop(): void;
}

export interface Answer {
  /** `performance.now()` when it was asked. */
  at: number;
  milliseconds: number;
  /** Null: data without errors. */
  refusal: string | null;
}

export interface Watched {
  id: string;
  /** `performance.now()` at the receipt. */
  at: number;
}

const pages = [
  '{ agreements(first: 20) { nodes { model signedOn agency { name county { name } state { code } } } } }',
  '{ states { code statistics { agreements agencies } } }',
  '{ statistics { agreements agencies states byModel { model agreements } } }',
  '{ state(code: "FL") { agencies(first: 20) { totalCount nodes { name agreements { nodes { model status } } } } } }',
  '{ search(text: "county sheriff", first: 10) { __typename } }',
  '{ timeline(interval: MONTH) { start agreements agencies } }',
  '{ ledgerEvents(last: 20) { nodes { kind summary occurredAt } } }',
  '{ snapshots(first: 10) { nodes { publishedAt rowCount } } }',
];
const EVERY_MILLISECONDS = 1_000;

export function startHonestClient(port: number, number: number): HonestClient {
  const localAddress = `127.0.1.${number + 1}`;
  const client: HonestClient = { answers: [], watched: [], losses: [], stop: () => {} };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const socket = watch(client, port, localAddress);
  let stopped = false;
  client.stop = () => {
    stopped = true;
    socket.removeAllListeners('close');
    socket.close();
    agent.destroy();
  };
  void (async () => {
    await setTimeout((EVERY_MILLISECONDS * number) / 50);
    for (let turn = number; !stopped; turn += 1) {
      const at = performance.now();
      const refusal = await ask(agent, port, localAddress, pages[turn % pages.length] ?? '');
      const milliseconds = performance.now() - at;
      if (!stopped) client.answers.push({ at, milliseconds, refusal });
      await setTimeout(Math.max(0, EVERY_MILLISECONDS - milliseconds));
    }
  })();
  return client;
}

function watch(client: HonestClient, port: number, localAddress: string): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', { localAddress });
  socket.on('error', () => {});
  socket.once('open', () => socket.send('{"type":"connection_init"}'));
  socket.on('close', (code) => client.losses.push(`closed ${code}`));
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as {
      type: string;
      payload?: { data?: { ledgerEvents?: { id: string } } };
    };
    if (message.type === 'connection_ack') {
      const query = 'subscription { ledgerEvents { id cursor kind summary agency { name } } }';
      socket.send(JSON.stringify({ id: 'all', type: 'subscribe', payload: { query } }));
    } else if (message.type === 'ping') socket.send('{"type":"pong"}');
    else if (message.payload?.data?.ledgerEvents) {
      client.watched.push({ id: message.payload.data.ledgerEvents.id, at: performance.now() });
    } else client.losses.push(JSON.stringify(message).slice(0, 300));
  });
  return socket;
}

function ask(agent: Agent, port: number, localAddress: string, query: string): Promise<string | null> {
  return new Promise((resolve) => {
    const body = JSON.stringify({ query });
    const request = httpRequest(
      {
        ...{ agent, host: '127.0.0.1', port, localAddress, path: '/graphql', method: 'POST' },
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk;
        });
        response.once('close', () => {
          const isWhole = response.statusCode === 200 && text.startsWith('{"data":');
          resolve(isWhole ? null : `${response.statusCode} ${text.slice(0, 200)}`);
        });
      },
    );
    request.once('error', (error) => resolve(error.message));
    request.end(body);
  });
}
