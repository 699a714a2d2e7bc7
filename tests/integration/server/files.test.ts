import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { type LiveServer, openLiveServer } from '../../support/servers/live-server.ts';
import { asOperator } from '../graphql/api.ts';

const database = await openTestDatabase();
const folder = await mkdtemp(join(tmpdir(), 'accord287-'));
let server: LiveServer;
const head = 'STATE,LAW ENFORCEMENT AGENCY,TYPE,COUNTY,SUPPORT TYPE,SIGNED,MOA';
const files: Record<'accepted' | 'held' | 'rejected', { name: string; bytes: Buffer; sha256: string }> = {
  accepted: await write('2025-03-01_o’clock (1).csv', 20),
  held: await write('2025-03-02_participating.csv', 3),
  rejected: await write('2025-03-03_notes.csv', 3, 'no,known,header,,,,'),
};

async function write(name: string, count: number, header = head) {
  const rows = Array.from(
    { length: count },
    (_, index) =>
      `Texas,${String.fromCharCode(65 + index).repeat(5)} Police,Municipality,,Task Force Model,2025-02-20,`,
  );
  await writeFile(join(folder, name), [header, ...rows, ''].join('\n'));
  const bytes = await readFile(join(folder, name));
  return { name, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

beforeAll(async () => {
  await createOperations(database).ingest({ paths: Object.values(files).map(({ name }) => join(folder, name)) });
  server = await openLiveServer(database, { pointsPerMinute: 500 });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await database.close();
  await rm(folder, { recursive: true });
});

const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(new URL(path, server.url), init);
const pathOf = ({ sha256, name }: { sha256: string; name: string }) => `/files/${sha256}/${encodeURIComponent(name)}`;

test('gives an accepted list’s file to anybody, as a download that never changes', async () => {
  const { accepted } = files;
  const answer = await ask(pathOf(accepted));
  expect(Buffer.from(await answer.arrayBuffer()).equals(accepted.bytes)).toBe(true);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    ...{ 'content-type': 'text/csv', 'content-length': String(accepted.bytes.length) },
    ...{ 'cache-control': 'public, max-age=31536000, immutable', etag: `"${accepted.sha256}"` },
    'content-disposition': `attachment; filename="2025-03-01_o_clock (1).csv"; filename*=UTF-8''2025-03-01_o%E2%80%99clock%20%281%29.csv`,
    ...{ 'x-content-type-options': 'nosniff', 'access-control-allow-origin': '*' },
  });
  const again = await ask(pathOf(accepted), { headers: { 'if-none-match': `"${accepted.sha256}"` } });
  expect(again.status).toBe(304);
  const heads = await ask(pathOf(accepted), { method: 'HEAD' });
  expect([heads.status, heads.headers.get('content-length')]).toEqual([200, String(accepted.bytes.length)]);
});

test('gives a held and a rejected list’s file to operators only', async () => {
  for (const file of [files.held, files.rejected]) {
    const stranger = await ask(pathOf(file));
    expect([stranger.status, await stranger.json()]).toMatchObject([
      401,
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
    expect((await ask(pathOf(file), { headers: { authorization: 'Bearer nobodys-key' } })).status).toBe(401);
    const operator = await ask(pathOf(file), { headers: asOperator });
    expect(operator.headers.get('cache-control')).toBe('private, no-store');
    expect(Buffer.from(await operator.arrayBuffer()).equals(file.bytes)).toBe(true);
  }
});

test('gives nothing under another name, hash or path', async () => {
  const { accepted } = files;
  const wrong = [
    ...[`/files/${accepted.sha256}/invoice.exe`, `/files/${'0'.repeat(64)}/${accepted.name}`, '/files/', '/files/x'],
    ...[`/files/${accepted.sha256}/%00`, `/files/${accepted.sha256}/%ff`, `/files/${accepted.sha256}/..%2fx`],
  ];
  for (const path of wrong) expect((await ask(path)).status, path).toBe(404);
  expect((await ask(pathOf(accepted), { method: 'POST' })).status).toBe(405);
  expect((await ask(pathOf(accepted), { method: 'OPTIONS' })).status).toBe(204);
});

test('the API names each file to who may have it', async () => {
  const query = '{ snapshots { nodes { status file { sha256 bytes mediaType url } } } }';
  const read = async (headers: Record<string, string>): Promise<unknown> => {
    const body = JSON.stringify({ query });
    const answer = await fetch(server.url, {
      ...{ method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } },
    });
    return ((await answer.json()) as { data: { snapshots: { nodes: unknown } } }).data.snapshots.nodes;
  };
  const told = (status: string, file: { sha256: string; bytes: Buffer; name: string }) => ({
    status,
    file: { sha256: file.sha256, bytes: file.bytes.length, mediaType: 'text/csv', url: pathOf(file) },
  });
  const { accepted, held, rejected } = files;
  expect(await read({})).toEqual([
    told('ACCEPTED', accepted),
    { status: 'REJECTED', file: null },
    { status: 'HELD', file: null },
  ]);
  expect(await read(asOperator)).toEqual([told('ACCEPTED', accepted), told('REJECTED', rejected), told('HELD', held)]);
});

test('costs points', async () => {
  for (let asked = 0; asked < 600; asked += 1) {
    const answer = await ask(pathOf(files.accepted), { method: 'HEAD' });
    if (answer.status === 200) continue;
    expect([answer.status, Number(answer.headers.get('retry-after')) > 0]).toEqual([429, true]);
    return;
  }
  throw new Error('nobody was refused');
});
