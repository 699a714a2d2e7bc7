import { request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Health, watchHealth } from '../../../src/server/health.ts';
import { closeHttp, createHttpServer, listen } from '../../../src/server/http/http-server.ts';
import { createResponseQueue } from '../../../src/server/http/response-queue.ts';
import { createAddressReader } from '../../../src/server/limits/client-address.ts';
import { createRequestRate } from '../../../src/server/limits/request-rate.ts';
import { createUnsentBytes } from '../../../src/server/limits/unsent-bytes.ts';
import { createLog } from '../../../src/server/log.ts';

/** What reached the GraphQL handler; the API itself is tested with the schema. */
let reached: { body: string; requestId: string | undefined }[] = [];
let logged: string[] = [];
let databaseAnswers = true;
/** Milliseconds since the log was read to its end. */
let behind = 0;
/** The handler reads the request and then never answers. */
let hold = false;
let server: Server;
let health: Health;
let port: number;

const [count, countStrictly] = [createRequestRate(10_000), createRequestRate(2)];

beforeAll(async () => {
  health = watchHealth({
    ping: async () => {
      if (!databaseAnswers) throw new Error('away');
    },
    onChange: () => {},
    readAt: () => performance.now() - behind,
  });
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      logged.push(String(chunk));
      done();
    },
  });
  server = createHttpServer({
    graphql: async (request, response) => {
      const read = 'body' in request ? String(request.body) : await readAll(request);
      reached.push({ body: read, requestId: String(request.headers['x-request-id']) });
      if (hold) return;
      response.setHeader('content-type', 'application/json').end('{"data":{}}');
    },
    readViewer: () => ({ operator: false }),
    count: (request) => (request.headers['x-strict'] ? countStrictly : count)('somebody', null),
    health,
    line: createResponseQueue({ log: createLog('silent') }),
    unsent: createUnsentBytes(),
    readAddress: createAddressReader([]),
    log: createLog('info', destination),
  });
  await listen(server, { host: '127.0.0.1', port: 0 });
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
beforeEach(() => {
  reached = [];
  logged = [];
  databaseAnswers = true;
  hold = false;
});
afterAll(async () => {
  await closeHttp(server, 1_000);
  health.close();
});

const json = { 'content-type': 'application/json' };
const query = '{"query":"{ __typename }"}';

test('hands a JSON request to GraphQL', async () => {
  const answer = await post(json, query);
  expect(answer.status).toBe(200);
  expect(reached).toMatchObject([{ body: query }]);
});

test('hands over a chunked request too', async () => {
  const answer = await post({ ...json, 'transfer-encoding': 'chunked' }, query);
  expect(answer.status).toBe(200);
  expect(reached).toMatchObject([{ body: query }]);
});

test.each([
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['plain text', { 'content-type': 'text/plain' }],
  ['a multipart form', { 'content-type': 'multipart/form-data; boundary=x' }],
  ['no type at all', {}],
])('refuses %s, which a browser would send to a foreign site without asking', async (_name, headers) => {
  const answer = await post(headers, query);
  expect(answer.status).toBe(415);
  expect(reached).toEqual([]);
});

test('refuses a body that says it is too long before reading it', async () => {
  const answer = await post({ ...json, 'content-length': String(300 * 1024) }, '');
  expect(answer.status).toBe(413);
  expect(codeOf(answer)).toBe('DOCUMENT_TOO_LARGE');
});

test('refuses an endless chunked body once it is too long', async () => {
  const answer = await new Promise<Answer>((resolve, reject) => {
    const request = httpRequest({ port, path: '/graphql', method: 'POST', headers: json }, (response) => {
      readAnswer(response).then(resolve, reject);
    });
    request.on('error', () => {});
    const feed = (): void => {
      if (!request.destroyed) request.write('x'.repeat(64 * 1024), () => setImmediate(feed));
    };
    feed();
  });
  expect(answer.status).toBe(413);
  expect(reached).toEqual([]);
});

test('leaves who still sends the time to read why they are refused', async () => {
  const socket = connect(port, '127.0.0.1');
  let [answer, toldAt] = ['', 0];
  socket.on('data', (chunk: Buffer) => {
    answer += chunk;
    toldAt ||= performance.now();
  });
  socket.on('error', () => {});
  const closed = new Promise<number>((resolve) => socket.once('close', () => resolve(performance.now())));
  socket.write(
    'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
  );
  const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const feed = (): void => {
    if (!socket.destroyed) socket.write(piece, () => setImmediate(feed));
  };
  feed();
  // A connection that is closed while bytes arrive is reset, and the answer is lost where the reset is met first.
  expect((await closed) - toldAt).toBeGreaterThan(300);
  expect(answer).toMatch(/^HTTP\/1.1 413 [\s\S]*"DOCUMENT_TOO_LARGE"/);
});

test('refuses a compressed body instead of inflating it', async () => {
  const answer = await post({ ...json, 'content-encoding': 'gzip' }, gzipSync('x'.repeat(10_000_000)));
  expect(answer.status).toBe(415);
  expect(reached).toEqual([]);
});

test('keeps a harmless request id and replaces one that could forge a log line', async () => {
  const kept = await post({ ...json, 'x-request-id': 'abc-123' }, query);
  expect(kept.headers['x-request-id']).toBe('abc-123');
  const replaced = await post({ ...json, 'x-request-id': 'a b"}{"level":"fatal"' }, query);
  expect(replaced.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(reached.map((one) => one.requestId)).toEqual([kept.headers['x-request-id'], replaced.headers['x-request-id']]);
});

test('logs a line a request, without the key that came with it', async () => {
  await post({ ...json, authorization: 'Bearer an-operators-key', 'x-request-id': 'logged-1' }, query);
  await expect.poll(() => logged.length).toBe(1);
  expect(JSON.parse(logged[0] ?? '')).toMatchObject({ requestId: 'logged-1', path: '/graphql', status: 200 });
  expect(logged.join('')).not.toContain('an-operators-key');
});

test('lets any site read, never with credentials', async () => {
  const answer = await post({ ...json, origin: 'https://example.org' }, query);
  expect(answer.headers['access-control-allow-origin']).toBe('*');
  expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
});

test('answers a preflight itself', async () => {
  const answer = await send({ method: 'OPTIONS', path: '/graphql', headers: { origin: 'https://example.org' } });
  expect(answer.status).toBe(204);
  expect(answer.headers['access-control-allow-headers']).toContain('content-type');
  expect(reached).toEqual([]);
});

test('refuses who asked too much with 429, says how long to wait, and answers preflights all the same', async () => {
  const strict = { ...json, 'x-strict': 'yes' };
  const first = await post(strict, query);
  expect(first.headers).toMatchObject({ 'ratelimit-limit': '2', 'ratelimit-remaining': '1', 'ratelimit-reset': '60' });
  await post(strict, query);
  const refused = await post(strict, query);
  expect(refused.status).toBe(429);
  expect(codeOf(refused)).toBe('RATE_LIMITED');
  expect(refused.headers['ratelimit-remaining']).toBe('0');
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(50);
  expect(JSON.parse(refused.body).errors[0].extensions.limit).toEqual({ name: 'points', most: 2, found: null });
  expect(reached).toHaveLength(2);
  expect((await send({ path: '/graphql', method: 'OPTIONS', headers: strict })).status).toBe(204);
  expect((await send({ path: '/graphql', headers: { accept: 'text/html', 'x-strict': 'yes' } })).status).toBe(429);
  expect((await post(json, query)).status).toBe(200);
});

test('says that it lives, and that it is ready only while the database answers', async () => {
  await expect.poll(async () => (await send({ path: '/readyz' })).status, { timeout: 10_000 }).toBe(200);
  databaseAnswers = false;
  const away = await send({ path: '/readyz' });
  expect(away.status).toBe(503);
  expect(JSON.parse(away.body)).toMatchObject({ ready: false, problems: ['the database does not answer'] });
  expect((await send({ path: '/healthz' })).status).toBe(200);
  const refused = await post(json, query);
  expect(refused.status).toBe(503);
  expect(codeOf(refused)).toBe('UNAVAILABLE');
  databaseAnswers = true;
  await expect.poll(async () => (await send({ path: '/readyz' })).status, { timeout: 10_000 }).toBe(200);
  expect((await post(json, query)).status).toBe(200);
});

test('says that it is not ready while it reads the log late', async () => {
  behind = 5_500;
  const late = await send({ path: '/readyz' });
  behind = 0;
  expect(late.status).toBe(503);
  expect(JSON.parse(late.body)).toMatchObject({ problems: ['the log of events is read late'] });
  expect((await send({ path: '/readyz' })).status).toBe(200);
});

test('refuses what waits for the database when the database vanishes', async () => {
  hold = true;
  const waiting = post(json, query);
  await expect.poll(() => reached.length).toBe(1);
  databaseAnswers = false;
  expect(codeOf(await waiting)).toBe('UNAVAILABLE');
  databaseAnswers = true;
  await expect.poll(() => health.databaseAvailable()).toBe(true);
});

test('is not ready while the event loop stalls, and again once it runs', async () => {
  const stall = (): void => {
    const until = performance.now() + 600;
    while (performance.now() < until);
  };
  const stalled = async (): Promise<boolean> => {
    stall();
    return (await health.problems()).includes('the event loop is stalled');
  };
  await expect.poll(stalled, { timeout: 20_000 }).toBe(true);
  await expect.poll(() => health.problems(), { timeout: 20_000 }).toEqual([]);
});

test('closes a connection that speaks no HTTP', async () => {
  const answer = await new Promise<string>((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write('\0\0\0 nonsense\r\n\r\n'));
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    socket.once('close', () => resolve(text));
  });
  expect(answer).toMatch(/^HTTP\/1.1 400/);
});

test('has limits of its own instead of the generous ones of Node', () => {
  expect(server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 30_000, maxConnections: 25_000 });
});

test('answers unknown paths with 404', async () => {
  expect((await send({ path: '/nothing' })).status).toBe(404);
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

function post(headers: Record<string, string>, body: string | Buffer): Promise<Answer> {
  return send({ method: 'POST', path: '/graphql', headers }, body);
}

function send(
  options: { method?: string; path: string; headers?: Record<string, string> },
  body: string | Buffer = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, agent: false, ...options }, (response) => {
      readAnswer(response).then(resolve, reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function readAnswer(
  response: AsyncIterable<Buffer> & { statusCode?: number | undefined; headers: IncomingHttpHeaders },
): Promise<Answer> {
  return { status: response.statusCode ?? 0, headers: response.headers, body: await readAll(response) };
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function codeOf(answer: Answer): unknown {
  // Every refusal has the shape of a GraphQL answer.
  return (JSON.parse(answer.body) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code;
}
