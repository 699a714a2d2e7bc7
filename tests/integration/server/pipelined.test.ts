/** Requests that a client sends without waiting for answers, over bare connections. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createResponseQueue, type ResponseQueue } from '../../../src/server/http/response-queue.ts';
import { createLog } from '../../../src/server/log.ts';
import { getRequest, openRaw, postRequest, type RawClient } from '../../support/servers/raw-client.ts';

let line: ResponseQueue;
let server: Server;
let port: number;
let clients: RawClient[];
/** Those whose turn has come. */
let started: { request: IncomingMessage; response: ServerResponse }[];

beforeEach(async () => {
  started = [];
  clients = [];
  await serve(createResponseQueue({ log: createLog('silent') }));
});

afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  await close();
});

async function serve(given: ResponseQueue): Promise<void> {
  line = given;
  server = createServer((request, response) => line.join(response, () => started.push({ request, response })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
}

async function close(): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  line.close();
}

async function open(options?: { reads: boolean }): Promise<RawClient> {
  const client = await openRaw(port, options);
  clients.push(client);
  return client;
}

const nothingOpen = (): Promise<void> => expect.poll(() => [line.making, line.waiting]).toEqual([0, 0]);

test('the next request of a connection starts when the answer before it has been taken', async () => {
  const client = await open();
  client.socket.write(['/1', '/2', '/3'].map((path) => getRequest(path)).join(''));
  for (const path of ['/1', '/2', '/3']) {
    await expect.poll(() => started.at(-1)?.request.url).toBe(path);
    expect([line.making, line.waiting]).toEqual([1, 3 - started.length]);
    started.at(-1)?.response.end(`answer to ${path}`);
  }
  await expect.poll(() => client.received()).toMatch(/answer to \/1[\s\S]*answer to \/2[\s\S]*answer to \/3/);
  await nothingOpen();
});

test('connections do not wait for one another', async () => {
  const [first, second] = [await open(), await open()];
  first.socket.write(getRequest('/first'));
  second.socket.write(getRequest('/second'));
  await expect.poll(() => started.length).toBe(2);
});

test('eight wait, and who sends a ninth is cut, though a thousand come in one segment', async () => {
  const patient = await open();
  patient.socket.write(getRequest('/').repeat(9));
  await expect.poll(() => [line.making, line.waiting]).toEqual([1, 8]);
  const greedy = await open();
  greedy.socket.write(getRequest('/').repeat(1_000));
  await greedy.closed;
  expect(started).toHaveLength(2);
  await expect.poll(() => [line.making, line.waiting]).toEqual([1, 8]);
});

test('four hundred connections that are cut for it leave nothing', async () => {
  const all = await Promise.all(Array.from({ length: 400 }, () => open()));
  for (const { socket } of all) socket.write(getRequest('/').repeat(440));
  await Promise.all(all.map(({ closed }) => closed));
  await nothingOpen();
  expect(started.length).toBeLessThanOrEqual(400);
});

test('of a segment that is cut nothing more is parsed', async () => {
  let handedOver = 0;
  server.on('request', () => {
    handedOver += 1;
  });
  const client = await open();
  client.socket.write(getRequest('/').repeat(2_000));
  await client.closed;
  await nothingOpen();
  expect(handedOver).toBeLessThanOrEqual(10);
});

test('what waits is dropped with its connection, and never starts', async () => {
  const client = await open();
  client.socket.write(getRequest('/').repeat(6));
  await expect.poll(() => line.waiting).toBe(5);
  let told = 0;
  started[0]?.response.once('close', () => {
    told += 1;
  });
  client.socket.destroy();
  await nothingOpen();
  expect([started.length, told]).toEqual([1, 1]);
});

test('the body of a request that waits is not read', async () => {
  const bytesRead = new Promise<() => number>((resolve) => {
    server.once('connection', (socket) => resolve(() => socket.bytesRead));
  });
  const client = await open();
  client.socket.write(getRequest('/'));
  await expect.poll(() => started.length).toBe(1);
  client.socket.write(postRequest('x'.repeat(4_000_000)));
  await expect.poll(() => line.waiting).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect((await bytesRead)()).toBeLessThan(200_000);
});

test.each([
  ['that was written whole', (response: ServerResponse) => response.end('x'.repeat(16_000_000)), false],
  ['that is still being written', (response: ServerResponse) => response.write('x'.repeat(16_000_000)), false],
  ['of an ended stream', (response: ServerResponse) => response.end('x'.repeat(16_000_000)), true],
])(
  'an answer %s, and is not taken in time, ends its connection and what waits behind it',
  async (_what, answer, isStream) => {
    await close();
    line = createResponseQueue({ log: createLog('silent'), deadline: 300, look: 20 });
    server = createServer((request, response) =>
      line.join(response, (made) => {
        made.isStream = isStream;
        started.push({ request, response });
        answer(response);
      }),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    const client = await open({ reads: false });
    client.socket.write(getRequest('/').repeat(3));
    await expect.poll(() => line.waiting).toBe(2);
    await nothingOpen();
    expect(started).toHaveLength(1);
  },
);

test('an open stream has no deadline', async () => {
  await close();
  line = createResponseQueue({ log: createLog('silent'), deadline: 50, look: 10 });
  server = createServer((_request, response) =>
    line.join(response, (made) => {
      made.isStream = true;
      response.write('first');
      setTimeout(() => response.end('last'), 300);
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  const client = await open();
  client.socket.write(getRequest('/'));
  await expect.poll(() => client.received()).toContain('last');
});
