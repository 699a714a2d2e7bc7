/** Answers and streams that clients leave unread: what they may hold, over bare connections that read nothing. */
import { request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { type Health, watchHealth } from '../../../src/server/health.ts';
import { closeHttp, createHttpServer, type GraphqlHandler, listen } from '../../../src/server/http/http-server.ts';
import { createResponseQueue, type ResponseQueue } from '../../../src/server/http/response-queue.ts';
import { createAddressReader } from '../../../src/server/limits/client-address.ts';
import { createRequestRate } from '../../../src/server/limits/request-rate.ts';
import { createUnsentBytes, type UnsentBytes, type UnsentLimits } from '../../../src/server/limits/unsent-bytes.ts';
import { createLog } from '../../../src/server/log.ts';
import { openRaw, postRequest, type RawClient } from '../../support/servers/raw-client.ts';

/** Above what the network between two sockets of one machine takes by itself. */
const LARGE = 12 * 1024 * 1024;
const MB = 1024 * 1024;

let server: Server;
let line: ResponseQueue;
let unsent: UnsentBytes;
let health: Health;
let port: number;
let clients: RawClient[] = [];

afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  clients = [];
  await closeHttp(server, 0);
  health.close();
});

async function serve(graphql: GraphqlHandler, limits?: UnsentLimits): Promise<void> {
  const log = createLog('silent');
  health = watchHealth({ ping: async () => {}, onChange: () => {}, readAt: () => performance.now() });
  line = createResponseQueue({ log });
  unsent = createUnsentBytes(limits);
  const count = createRequestRate(10_000);
  const readAddress = createAddressReader(['127.0.0.1']);
  server = createHttpServer({
    ...{ graphql, health, line, unsent, readAddress, log },
    readViewer: () => ({ operator: false }),
    count: (request) => count(readAddress(request), null),
  });
  await listen(server, { host: '127.0.0.1', port: 0 });
  port = (server.address() as AddressInfo).port;
}

/** Asks and reads nothing; its connection stays. */
async function askUnread(from: string): Promise<RawClient> {
  const client = await openRaw(port, { reads: false });
  clients.push(client);
  client.socket.write(postRequest('{}', { 'x-forwarded-for': from }));
  return client;
}

function ask(from: string): Promise<{ status: number; body: string; headers: IncomingMessage['headers'] }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': from };
    const asked = httpRequest({ port, agent: false, path: '/graphql', method: 'POST', headers }, async (response) => {
      let body = '';
      for await (const chunk of response) body += chunk;
      resolve({ status: response.statusCode ?? 0, body, headers: response.headers });
    });
    asked.on('error', reject);
    asked.end('{}');
  });
}

const text = 'x'.repeat(LARGE);

/** The ways in which answers are written: ours, yoga's, and node's own. */
const ways: [string, GraphqlHandler][] = [
  ['at once', (_request, response) => response.writeHead(200, { 'content-length': LARGE }).end(text)],
  [
    'after its head',
    (_request, response) => {
      response.setHeader('content-type', 'text/plain');
      response.writeHead(200, 'OK');
      response.write(text);
      response.end(null);
    },
  ],
  ['without a head', (_request, response) => response.end(text)],
];

describe.each(ways)('an answer that is written %s', (_how, graphql) => {
  test('is given whole to who reads it', async () => {
    await serve(graphql);
    expect(await ask('1.1.1.1')).toMatchObject({ status: 200, body: text });
    await expect.poll(() => [unsent.total, line.making]).toEqual([0, 0]);
  });

  test('is refused to an address that leaves others unread, and to nobody else, until they are gone', async () => {
    await serve(graphql);
    const first = await askUnread('1.1.1.1');
    await expect.poll(() => unsent.total).toBeGreaterThanOrEqual(LARGE - 8 * MB);
    const refused = await ask('1.1.1.1');
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '5']);
    expect(JSON.parse(refused.body).errors[0].extensions.code).toBe('RATE_LIMITED');
    expect((await ask('2.2.2.2')).status).toBe(200);
    first.socket.destroy();
    await expect.poll(() => unsent.total).toBe(0);
    expect((await ask('1.1.1.1')).status).toBe(200);
  });

  test('is refused to all where the process holds too much', async () => {
    await serve(graphql, { perAddress: 16 * MB, perProcess: 20 * MB });
    await askUnread('1.1.1.1');
    await expect.poll(() => unsent.total).toBeGreaterThan(0);
    const refused = await ask('2.2.2.2');
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
    expect(JSON.parse(refused.body).errors[0].extensions.code).toBe('UNAVAILABLE');
  });
});

test('a hundred that read nothing hold no more than their address may', async () => {
  await serve((_request, response) => response.writeHead(200).end('x'.repeat(5 * MB)));
  await Promise.all(Array.from({ length: 100 }, () => askUnread('1.1.1.1')));
  await expect.poll(() => line.making).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(unsent.total).toBeLessThanOrEqual(16 * MB);
  for (const { socket } of clients) socket.destroy();
  await expect.poll(() => [unsent.total, line.making]).toEqual([0, 0]);
});

test('addresses of one /64 are one', async () => {
  await serve((_request, response) => response.end(text));
  await askUnread('2001:db8:0:7::1');
  await expect.poll(() => unsent.total).toBeGreaterThan(0);
  expect((await ask('2001:db8:0:7:ffff::2')).status).toBe(429);
  expect((await ask('2001:db8:0:8::1')).status).toBe(200);
});

test('an answer that is written as it is read goes on, whatever its length', async () => {
  const piece = Buffer.alloc(MB, 'x');
  await serve(async (_request, response) => {
    response.writeHead(200);
    await pipeline(Readable.from(Array.from({ length: 40 }, () => piece)), response);
  });
  expect((await ask('1.1.1.1')).body.length).toBe(40 * MB);
});

test('what has no headers and no end is measured too', async () => {
  await serve((_request, response) => {
    response.write(text);
  });
  await askUnread('1.1.1.1');
  await expect.poll(() => unsent.total).toBeGreaterThan(0);
  expect((await ask('1.1.1.1')).status).toBe(429);
});
