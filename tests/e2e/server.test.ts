/** The server as a process: starting, answering, stopping, and being killed. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { dataDirectory, emptyLedger, startServer } from '../support/processes/program.ts';

async function ask(url: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ __typename }' }),
  });
  return { status: response.status, body: await response.json() };
}

test('serves the API, says that it is ready, and ends with 0 when asked to', async () => {
  await using ledger = await emptyLedger();
  await using server = await startServer(ledger.settings);
  expect(await ask(server.url)).toEqual({ status: 200, body: { data: { __typename: 'Query' } } });
  const ready = new URL('/readyz', server.url);
  await expect.poll(async () => (await fetch(ready)).status, { timeout: 10_000 }).toBe(200);
  server.kill('SIGTERM');
  expect((await server.ended).code).toBe(0);
  expect(server.log.filter((entry) => entry.level === 'error')).toEqual([]);
});

test('finishes a request that is under way when it is asked to stop', async () => {
  await using ledger = await emptyLedger();
  await using server = await startServer(ledger.settings);
  const body = '{"query":"{ __typename }"}';
  // The server answers 100 once it has the headers: from then on the request is under way.
  const headers = { 'content-type': 'application/json', 'content-length': body.length, expect: '100-continue' };
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const request = httpRequest(server.url, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once('error', reject);
    request.once('continue', () => {
      server.kill('SIGTERM');
      expect
        .poll(() => server.log.some((entry) => entry.msg === 'closing'))
        .toBe(true)
        .then(() => request.end(body), reject);
    });
    request.flushHeaders();
  });
  expect(status).toBe(200);
  expect((await server.ended).code).toBe(0);
});

test('reports all mistakes in its settings and does not start', async () => {
  const start = startServer({ PORT: 'many', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://user:hunter2@db/x' });
  await expect(start).rejects.toThrow(/ended with 1[\s\S]*PORT[\s\S]*DATABASE_URL[\s\S]*LOG_LEVEL/);
  await expect(start).rejects.not.toThrow('hunter2');
});

test('refuses to share an embedded ledger and names the process that has it', async () => {
  await using data = await dataDirectory('real');
  await using first = await startServer({ DATA_DIR: data.path, SAMPLE: 'false' });
  await expect(startServer({ DATA_DIR: data.path, SAMPLE: 'false' })).rejects.toThrow(
    new RegExp(`ended with 1[\\s\\S]*process ${first.pid}\\b`),
  );
  expect((await ask(first.url)).status).toBe(200);
});

test('takes over the ledger of a server that was killed', async () => {
  await using data = await dataDirectory('real');
  const settings = { DATA_DIR: data.path, SAMPLE: 'false' };
  await using killed = await startServer(settings);
  killed.kill('SIGKILL');
  await killed.ended;
  expect(existsSync(join(data.path, 'real.lock'))).toBe(true);
  await using next = await startServer(settings);
  expect((await ask(next.url)).status).toBe(200);
  next.kill('SIGTERM');
  expect((await next.ended).code).toBe(0);
  expect(existsSync(join(data.path, 'real.lock'))).toBe(false);
});

test.each([
  ['uncaughtException', "throw new Error('injected')"],
  ['unhandledRejection', "Promise.reject(new Error('injected'))"],
])('logs a fault that nobody caught (%s), closes in order and ends with 1', async (name, statement) => {
  await using ledger = await emptyLedger();
  const fault = `process.on('SIGUSR2', () => { ${statement}; })`;
  await using server = await startServer(ledger.settings, [
    '--import',
    `data:text/javascript,${encodeURIComponent(fault)}`,
  ]);
  server.kill('SIGUSR2');
  expect((await server.ended).code).toBe(1);
  expect(server.log).toContainEqual(expect.objectContaining({ level: 'fatal', msg: name }));
  expect(server.log.at(-1)).toMatchObject({ msg: 'closed' });
});

test('ends with 1 when its port is taken, and says so in a sentence', async () => {
  await using ledger = await emptyLedger();
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const start = startServer({ ...ledger.settings, PORT: String(port) });
  await expect(start).rejects.toThrow(new RegExp(`ended with 1[\\s\\S]*Port ${port} of 127.0.0.1 is taken: .*PORT`));
  await expect(start).rejects.not.toThrow('EADDRINUSE');
});
