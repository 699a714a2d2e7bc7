/** The WebSocket as a surface: the protocol's closings, limits, keys, silent peers, and the end of an instance. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { putAgency } from '../../support/databases/builders.ts';
import { logEvents } from '../../support/databases/events.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { type LiveOptions, type LiveServer, openLiveServer } from '../../support/servers/live-server.ts';
import { operatorKey } from '../graphql/api.ts';

let ledger: TestDatabase;
let agencyId: string;
let server: LiveServer;
let sockets: WebSocket[] = [];

beforeAll(async () => {
  ledger = await openTestDatabase();
  agencyId = await putAgency(ledger.db, 'Bay County Sheriff');
  return () => ledger[Symbol.asyncDispose]();
});

beforeEach(async () => {
  server = await openLiveServer(ledger);
});

afterEach(async () => {
  for (const socket of sockets) socket.terminate();
  sockets = [];
  await server[Symbol.asyncDispose]();
});

async function restart(options: LiveOptions): Promise<void> {
  await server[Symbol.asyncDispose]();
  server = await openLiveServer(ledger, options);
}

/** Messages as they come, kept until a test asks for them. */
class RawClient {
  readonly socket: WebSocket;
  readonly #received: Record<string, unknown>[] = [];
  #wake = (): void => {};

  constructor(socket: WebSocket) {
    this.socket = socket;
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('message', (data) => {
      this.#received.push(JSON.parse(String(data)));
      this.#wake();
    });
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  async next(): Promise<Record<string, unknown>> {
    for (;;) {
      const message = this.#received.shift();
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async closed(): Promise<number> {
    if (this.socket.readyState === WebSocket.CLOSED) throw new Error('It closed before anybody waited.');
    const [code] = await once(this.socket, 'close');
    return Number(code);
  }
}

const socketUrl = (): string => server.url.replace('http', 'ws');

async function openSocket(headers: Record<string, string> = {}): Promise<RawClient> {
  const client = new RawClient(new WebSocket(socketUrl(), 'graphql-transport-ws', { headers }));
  await once(client.socket, 'open');
  return client;
}

async function acknowledged(payload?: object, headers?: Record<string, string>): Promise<RawClient> {
  const client = await openSocket(headers);
  client.send({ type: 'connection_init', ...(payload && { payload }) });
  expect((await client.next()).type).toBe('connection_ack');
  return client;
}

const subscribe = (client: RawClient, id: string, query = 'subscription { ledgerEvents { summary } }'): void =>
  client.send({ type: 'subscribe', id, payload: { query } });

const watching = (count: number): Promise<void> => expect.poll(() => server.live.feed.watchers).toBe(count);

describe('the protocol', () => {
  test('a socket that says nothing is closed with 4408 (W1)', async () => {
    expect(await (await openSocket()).closed()).toBe(4408);
  });

  test.each<[string, number, (client: RawClient) => void]>([
    ['a subscription before the handshake', 4401, (client) => subscribe(client, '1')],
    ['garbage', 4400, (client) => client.socket.send('garbage')],
    ['a binary frame', 4400, (client) => client.socket.send(Buffer.from('{"type":"ping"}'))],
    ['a frame of 100 kB', 1009, (client) => client.socket.send('x'.repeat(100_000))],
    [
      'a second handshake',
      4429,
      (client) => {
        client.send({ type: 'connection_init' });
        client.send({ type: 'connection_init' });
      },
    ],
  ])('%s closes with %i (W2)', async (_what, code, act) => {
    const client = await openSocket();
    const closed = client.closed();
    act(client);
    expect(await closed).toBe(code);
  });

  test('an id that is in use closes with 4409 (W2)', async () => {
    const client = await acknowledged();
    const closed = client.closed();
    subscribe(client, '1');
    await watching(1);
    subscribe(client, '1');
    expect(await closed).toBe(4409);
    await watching(0);
  });

  test('a client without the protocol is closed with 4406', async () => {
    const client = new RawClient(new WebSocket(socketUrl()));
    expect(await client.closed()).toBe(4406);
  });

  test('a bad operation is an error of its id, and the others go on (W3)', async () => {
    const client = await acknowledged();
    subscribe(client, 'good');
    await watching(1);
    for (const [query, code] of [
      ['subscription {', 'GRAPHQL_PARSE_FAILED'],
      ['{ nobody }', 'GRAPHQL_VALIDATION_FAILED'],
      [
        '{ states { agencies(first: 100) { nodes { agreements(first: 100) { nodes { id } } } } } }',
        'QUERY_TOO_COMPLEX',
      ],
    ] as const) {
      subscribe(client, 'bad', query);
      expect(await client.next()).toMatchObject({ type: 'error', id: 'bad', payload: [{ extensions: { code } }] });
    }
    await logEvents(ledger.db, [{ agencyId, summary: 'still here' }]);
    expect(await client.next()).toMatchObject({
      id: 'good',
      payload: { data: { ledgerEvents: { summary: 'still here' } } },
    });
  });

  test('a query is answered like over HTTP, then completed', async () => {
    const client = await acknowledged();
    subscribe(client, 'q', '{ state(code: "FL") { name } }');
    expect(await client.next()).toEqual({ type: 'next', id: 'q', payload: { data: { state: { name: 'Florida' } } } });
    expect(await client.next()).toEqual({ type: 'complete', id: 'q' });
  });

  test('one subscription of several is completed alone', async () => {
    const client = await acknowledged();
    subscribe(client, 'a');
    subscribe(client, 'b');
    await watching(2);
    client.send({ type: 'complete', id: 'a' });
    await watching(1);
    await logEvents(ledger.db, [{ agencyId, summary: 'for b' }]);
    expect((await client.next()).id).toBe('b');
  });
});

describe('limits', () => {
  test('a socket has at most twenty operations, and the twenty-first leaves them alone (W2)', async () => {
    const client = await acknowledged();
    for (let id = 1; id <= 21; id += 1) subscribe(client, String(id));
    expect(await client.next()).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'RATE_LIMITED' } }] });
    await watching(20);
    client.send({ type: 'complete', id: '1' });
    await watching(19);
    subscribe(client, 'again');
    await watching(20);
  });

  test('an address asks so much a minute over both transports, and who asked more keeps the socket', async () => {
    await restart({ pointsPerMinute: 3 });
    const ask = () =>
      fetch(server.url, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
        body: JSON.stringify({ query: '{ __typename }' }),
      });
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
    const client = await acknowledged();
    subscribe(client, 'third');
    await watching(1);
    subscribe(client, 'fourth');
    expect(await client.next()).toMatchObject({ id: 'fourth', payload: [{ extensions: { code: 'RATE_LIMITED' } }] });
    expect((await ask()).status).toBe(429);
    await watching(1);
  });

  test('an address has so many streams over both transports, and an ended one makes room', async () => {
    await restart({ limits: { perAddress: 2, perProcess: 10 } });
    const first = await acknowledged();
    const aborting = new AbortController();
    const stream = () =>
      fetch(`${server.url}?query=subscription{ledgerEvents{id}}`, {
        headers: { accept: 'text/event-stream' },
        signal: aborting.signal,
      });
    expect((await stream()).status).toBe(200);
    const refused = new WebSocket(socketUrl(), 'graphql-transport-ws');
    const [, response] = await once(refused, 'unexpected-response');
    expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '5']);
    const busy = await stream();
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '5']);
    first.socket.close();
    await expect.poll(() => server.slots.taken).toBe(1);
    await acknowledged();
    aborting.abort();
    await expect.poll(() => server.slots.taken).toBe(1);
  });

  test('a handshake that is broken off gives its slot back', async () => {
    const port = Number(new URL(server.url).port);
    const broken = connect(port, '127.0.0.1');
    broken.on('error', () => {}).resume();
    broken.write('GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await once(broken, 'close');
    await expect.poll(() => server.slots.taken).toBe(0);
  });

  test('another path is not a WebSocket', async () => {
    const elsewhere = new WebSocket(socketUrl().replace('/graphql', '/other'), 'graphql-transport-ws');
    const [, response] = await once(elsewhere, 'unexpected-response');
    expect(response.statusCode).toBe(404);
  });
});

describe('keys', () => {
  const operators = '{ reviewItems { totalCount } }';

  test.each<[string, object | undefined, Record<string, string>]>([
    ['in the payload of connection_init', { authorization: `Bearer ${operatorKey}` }, {}],
    ['in the header', undefined, { authorization: `Bearer ${operatorKey}` }],
  ])('an operator’s key counts %s', async (_where, payload, headers) => {
    const client = await acknowledged(payload, headers);
    subscribe(client, '1', operators);
    expect(await client.next()).toMatchObject({ payload: { data: { reviewItems: { totalCount: 0 } } } });
  });

  test('without one the operators’ fields are refused', async () => {
    const client = await acknowledged();
    subscribe(client, '1', operators);
    expect(JSON.stringify(await client.next())).toContain('UNAUTHENTICATED');
  });

  test('a key that is nobody’s closes with 4403, after which clients may come back', async () => {
    const client = await openSocket();
    const closed = client.closed();
    client.send({ type: 'connection_init', payload: { authorization: 'Bearer nobody' } });
    expect(await closed).toBe(4403);
  });
});

describe('coming and going', () => {
  test('a peer that answers no ping is cut (W6)', async () => {
    await restart({ look: 50 });
    const silent = await acknowledged();
    silent.socket.pause();
    const good = await acknowledged();
    await expect.poll(() => server.webSockets.size).toBe(1);
    expect(good.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('a thousand subscriptions that come and go leave nothing behind', { timeout: 60_000 }, async () => {
    const client = await acknowledged();
    for (let round = 0; round < 100; round += 1) {
      for (let each = 0; each < 10; each += 1) subscribe(client, `${round} ${each}`);
      await watching(10);
      for (let each = 0; each < 10; each += 1) client.send({ type: 'complete', id: `${round} ${each}` });
      await watching(0);
    }
    expect(server.live.feed.groups).toBe(0);
    client.socket.close();
    await expect.poll(() => [server.webSockets.size, server.slots.taken]).toEqual([0, 0]);
  });

  test('an instance that ends tells its sockets 1012, all of them in time', async () => {
    const clients = await Promise.all(Array.from({ length: 60 }, () => acknowledged()));
    const closed = clients.map((client) => client.closed());
    server.health.drain();
    await server.webSockets.close(500);
    expect(await Promise.all(closed)).toEqual(clients.map(() => 1012));
    const late = new WebSocket(socketUrl(), 'graphql-transport-ws');
    const [, response] = await once(late, 'unexpected-response');
    expect(response.statusCode).toBe(503);
  });

  test('an instance that ends cuts a client that does not answer', async () => {
    const deaf = await acknowledged();
    deaf.socket.pause();
    await server.webSockets.close(100);
    await expect.poll(() => server.webSockets.size).toBe(0);
  });
});
