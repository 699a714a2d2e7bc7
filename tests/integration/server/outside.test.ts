/** What the server shows to the outside whatever it is asked: headers, methods, its page, and answers to garbage. */
import { request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createGraphql } from '../../../src/graphql/http/yoga.ts';
import { watchHealth } from '../../../src/server/health.ts';
import { closeHttp, createHttpServer, listen } from '../../../src/server/http/http-server.ts';
import { createResponseQueue } from '../../../src/server/http/response-queue.ts';
import { createAddressReader } from '../../../src/server/limits/client-address.ts';
import { createRequestRate } from '../../../src/server/limits/request-rate.ts';
import { createUnsentBytes } from '../../../src/server/limits/unsent-bytes.ts';
import { createLog } from '../../../src/server/log.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';

let ledger: TestDatabase;
let server: Server;
let port: number;
let logged: string[] = [];
const [count, countStrictly] = [createRequestRate(10_000), createRequestRate(1)];

beforeAll(async () => {
  ledger = await openTestDatabase();
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      logged.push(String(chunk));
      done();
    },
  });
  const log = createLog('debug', destination);
  const health = watchHealth({ ping: ledger.ping, onChange: () => {}, readAt: () => performance.now() });
  const graphql = createGraphql({ database: ledger, log });
  server = createHttpServer({
    ...{ health, log, readAddress: createAddressReader([]) },
    graphql: (request, response) => graphql.handle(request, response),
    ...{ line: createResponseQueue({ log }), unsent: createUnsentBytes() },
    readViewer: () => ({ operator: false }),
    count: (request) => (request.headers['x-strict'] ? countStrictly : count)('somebody', null),
  });
  await listen(server, { host: '127.0.0.1', port: 0 });
  // It listens on a port.
  port = (server.address() as AddressInfo).port;
  return async () => {
    await closeHttp(server, 500);
    health.close();
  };
});
afterAll(() => ledger[Symbol.asyncDispose]());
beforeEach(() => {
  logged = [];
});

const paths = ['/', '/healthz', '/readyz', '/graphql'];
const json = { 'content-type': 'application/json' };

describe('every answer', () => {
  test.each([
    ['GET', '/', {}],
    ['GET', '/healthz', {}],
    ['GET', '/readyz', {}],
    ['GET', '/nothing', {}],
    ['GET', '/graphql', { accept: 'text/html' }],
    ['GET', '/graphql?query={__typename}', {}],
    ['GET', '/graphql', {}],
    ['POST', '/graphql', json],
    ['POST', '/graphql', {}],
    ['OPTIONS', '/graphql', {}],
    ['DELETE', '/graphql', {}],
  ])('to %s %s guesses no types and sends no referrer', async (method, path, headers) => {
    const answer = await ask(method, path, headers, method === 'POST' ? '{"query":"{ __typename }"}' : '');
    expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  });
});

describe('a method that a path does not have', () => {
  const others = ['PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'LOCK', 'PURGE'];
  test.each(paths.flatMap((path) => others.map((method) => [method, path] as const)))(
    '%s %s is 405',
    async (method, path) => {
      const answer = await ask(method, path);
      expect(answer.status).toBe(405);
      expect(answer.headers.allow).toBe(path === '/graphql' ? 'GET, HEAD, POST, OPTIONS' : 'GET, HEAD, OPTIONS');
      expect(JSON.parse(answer.text)).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    },
  );

  test('does not take its body', async () => {
    const answer = await ask('PUT', '/graphql', { 'content-length': '1000000000' }, 'x');
    expect(answer).toMatchObject({ status: 405, headers: { connection: 'close' } });
  });

  test.each(['/', '/healthz', '/readyz'])('POST %s is one', async (path) => {
    expect((await ask('POST', path, json, '{}')).status).toBe(405);
  });

  test('CONNECT gets an answer, and no tunnel', async () => {
    expect(await say('CONNECT example.org:443 HTTP/1.1\r\nhost: example.org\r\n\r\n')).toMatch(
      /^HTTP\/1.1 405 .*allow: GET.*nosniff/s,
    );
  });

  test.each(paths)('OPTIONS %s says which there are', async (path) => {
    const { status, headers } = await ask('OPTIONS', path);
    expect(status).toBe(204);
    expect(headers.allow ?? headers['access-control-allow-methods']).toContain('GET');
  });

  test.each(paths)('HEAD %s is what GET is, without the body', async (path) => {
    const accept = { accept: 'text/html' };
    const [head, get] = [await ask('HEAD', path, accept), await ask('GET', path, accept)];
    expect(head).toMatchObject({ status: get.status, text: '' });
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
  });
});

describe("GraphiQL's page", () => {
  const html = { accept: 'text/html' };

  test('is compressed, runs only its own script and is shown in no other page', async () => {
    const { headers, bytes } = await ask('GET', '/graphql', { ...html, 'accept-encoding': 'gzip' });
    expect(headers['content-encoding']).toBe('gzip');
    expect(bytes.length).toBeLessThan(3_000_000);
    expect(gunzipSync(bytes).toString()).toContain('<script>');
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/script-src 'sha256-[\w+/]{43}='/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(headers['x-frame-options']).toBe('DENY');
  });

  test('is not sent again to who has it', async () => {
    const first = await ask('GET', '/graphql', { ...html, 'accept-encoding': 'gzip' });
    const again = { ...html, 'accept-encoding': 'gzip', 'if-none-match': String(first.headers.etag) };
    expect(await ask('GET', '/graphql', again)).toMatchObject({ status: 304, text: '' });
  });

  test('counts for the rate', async () => {
    const strict = { ...html, 'x-strict': 'yes' };
    expect((await ask('HEAD', '/graphql', strict)).status).toBe(200);
    expect((await ask('GET', '/graphql', strict)).status).toBe(429);
  });

  test('is the only answer with a policy: the API stays open to other sites', async () => {
    const { headers } = await ask('GET', '/graphql?query={__typename}', { origin: 'https://example.org' });
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers).not.toHaveProperty('cross-origin-resource-policy');
  });
});

describe("a client's mistake is no error of ours", () => {
  const worse = (): string[] => logged.filter((line) => /"level":"(warn|error|fatal)"|"stack"/.test(line));

  test.each([
    ['no HTTP at all', '\0\0\0 nonsense\r\n\r\n', 400],
    ['a method that nobody knows', 'FROB /graphql HTTP/1.1\r\nhost: x\r\n\r\n', 400],
    [
      'two lengths',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
      400,
    ],
    ['headers without an end', `GET / HTTP/1.1\r\n${'x: y\r\n'.repeat(10_000)}`, 431],
  ])('%s', async (_what, text, status) => {
    const answer = await say(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('x-content-type-options: nosniff');
    expect(worse()).toEqual([]);
  });

  test.each(['{', '[1', 'null', '"text"', '{"query":1}', '{"query":"{"}'])('a body of %s', async (body) => {
    const { status } = await ask('POST', '/graphql', json, body);
    expect(status).toBeGreaterThanOrEqual(200);
    expect(status).toBeLessThan(500);
    expect(worse()).toEqual([]);
  });

  test.each(['content-length: 1000', 'transfer-encoding: chunked'])(
    'an upload with %s that breaks off',
    async (header) => {
      const socket = connect(port, '127.0.0.1');
      const opening = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${header}\r\n\r\n`;
      await new Promise<void>((resolve) => socket.write(`${opening}5\r\n{"que\r\n`, () => resolve()));
      await setTimeout(100);
      socket.destroy();
      await expect.poll(() => logged.filter((line) => line.includes('"path":"/graphql"')).length).toBe(1);
      await setTimeout(100);
      expect(worse()).toEqual([]);
    },
  );

  test('garbage after a request is not answered in the middle of its answer', async () => {
    // The page takes several packets, so its answer is under way.
    const text = await say('GET /graphql HTTP/1.1\r\nhost: x\r\naccept: text/html\r\n\r\n\0garbage\r\n\r\n');
    expect(text.match(/HTTP\/1\.1 /g)?.length ?? 0).toBeLessThanOrEqual(1);
    expect(worse()).toEqual([]);
  });
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  text: string;
}

function ask(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, agent: false, method, path, headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text: bytes.toString('latin1') });
    });
    request.on('error', reject);
    if (headers['content-length'] === undefined) request.end(body);
    else request.write(body);
  });
}

/** Writes bytes as they are, and reads until the server closes. */
function say(text: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.once('close', () => resolve(heard));
  });
}
