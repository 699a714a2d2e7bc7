/** Keys at a running server: from when on they hold, until when, and what ends with them. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { KeyRing } from '../../../src/graphql/access/key-ring.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { bearer, makeKey, openKeys } from '../../support/servers/keys.ts';
import { type LiveServer, openLiveServer } from '../../support/servers/live-server.ts';
import { overEventStream } from '../../support/servers/stream-clients.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

async function statusOf({ url }: LiveServer, headers: Record<string, string>): Promise<number> {
  const response = await fetch(url, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
    body: JSON.stringify({ query: '{ ledger { revision } }' }),
  });
  await response.text();
  return response.status;
}

/** A connection that was let in; resolves to the code with which it is closed. */
async function connect({ url }: LiveServer, headers: Record<string, string>): Promise<Promise<number>[]> {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(JSON.stringify({ type: 'connection_init', payload: headers }));
  await new Promise((resolve) => socket.once('message', resolve));
  return [closed];
}

describe.each([
  ['woken by a notification', true],
  ['by the clock alone', false],
])('two instances, %s', (_how, notify) => {
  const rings: KeyRing[] = [];
  const servers: LiveServer[] = [];
  beforeAll(async () => {
    for (let instance = 0; instance < 2; instance += 1) {
      const keys = await openKeys(database, notify);
      rings.push(keys);
      servers.push(await openLiveServer(database, { keys }));
    }
  });
  afterAll(async () => {
    for (const server of servers) await server[Symbol.asyncDispose]();
    for (const ring of rings) await ring.close();
  });

  test('take a new key and refuse it once it is revoked, with what was opened with it', async () => {
    const made = await makeKey(database, 'ADMIN');
    const headers = bearer(made);
    for (const server of servers) await expect.poll(() => statusOf(server, headers)).toBe(200);
    const [first, second] = servers;
    if (!first || !second) throw new Error('no servers');
    const [closed] = await connect(first, headers);
    await using watcher = overEventStream(second.url, { query: 'subscription { ledgerEvents { id } }', headers });
    const ended = watcher.next();
    await expect.poll(() => second.eventStreams.size).toBe(1);
    await createOperations(database).revokeKey(made.prefix, 'lost');
    for (const server of servers) await expect.poll(() => statusOf(server, headers)).toBe(401);
    expect(await closed).toBe(4403);
    expect((await ended)?.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    await expect.poll(() => second.eventStreams.size).toBe(0);
  });
});

describe('a key', () => {
  let keys: KeyRing;
  let server: LiveServer;
  beforeAll(async () => {
    keys = await openKeys(database, false);
    server = await openLiveServer(database, { keys, pointsPerMinute: 7 });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await keys.close();
  });

  test('that expires is refused from then on, and what was opened with it ends', async () => {
    const made = await makeKey(database, 'READ', new Date(Date.now() + 4_000).toISOString());
    // Each look costs one of its seven points.
    await expect.poll(() => statusOf(server, bearer(made)), { interval: 200 }).toBe(200);
    const [closed] = await connect(server, bearer(made));
    expect(await closed).toBe(4403);
    expect(await statusOf(server, bearer(made))).toBe(401);
  });

  test('that is revoked while a file comes with it changes nothing', async () => {
    const made = await makeKey(database, 'INGEST');
    const headers = bearer(made);
    await expect.poll(() => keys.readViewer(headers.authorization)).not.toBeNull();
    const part = (name: string, value: string): string =>
      `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const query = 'mutation ($file: Upload!) { ingestSnapshot(file: $file) { __typename } }';
    const fields = part('operations', JSON.stringify({ query })) + part('map', '{"0":["variables.file"]}');
    const request = httpRequest(server.url, {
      ...{ method: 'POST', headers: { ...headers, 'content-type': 'multipart/form-data; boundary=x' } },
    });
    const answered = once(request, 'response');
    request.write(fields + part('0"; filename="list.csv', 'STATE,LAW ENFORCEMENT AGENCY'));
    await createOperations(database).revokeKey(made.prefix, 'lost');
    await expect.poll(() => keys.readViewer(headers.authorization)).toBeNull();
    request.end('--x--\r\n');
    expect(JSON.parse(await text((await answered)[0]))).toMatchObject({
      errors: [{ message: 'The key no longer holds.', extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect(await createOperations(database).lists(null, null)).toEqual([]);
  });

  test('of the role READ has a rate of its own, and sees what anybody sees', async () => {
    const made = await makeKey(database, 'READ');
    await expect.poll(() => statusOf(server, bearer(made))).toBe(200);
    const response = await fetch(server.url, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json', ...bearer(made) } },
      body: JSON.stringify({ query: '{ reviewItems { totalCount } }' }),
    });
    expect(response.headers.get('ratelimit-limit')).toBe('70');
    const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
    expect(errors[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('that was used says so', async () => {
    const made = await makeKey(database, 'READ');
    const lastUsed = async (): Promise<string | null | undefined> =>
      (await createOperations(database).keys()).find(({ id }) => id === made.id)?.lastUsedAt;
    expect(await lastUsed()).toBeNull();
    await expect.poll(() => statusOf(server, bearer(made))).toBe(200);
    await expect.poll(lastUsed).toMatch(/^\d{4}-/);
  });
});
