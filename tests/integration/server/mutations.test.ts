/** A list's life through the API alone, and what a hostile upload may cost. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyRing } from '../../../src/graphql/access/key-ring.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import type { CreatedKey } from '../../../src/operations/keys/key-operations.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { bearer, makeKey, openKeys } from '../../support/servers/keys.ts';
import { type LiveServer, openLiveServer } from '../../support/servers/live-server.ts';
import { openRaw, postRequest } from '../../support/servers/raw-client.ts';

let database: TestDatabase;
let keys: KeyRing;
let server: LiveServer;
let admin: CreatedKey;
beforeAll(async () => {
  database = await openTestDatabase();
  admin = await makeKey(database, 'ADMIN');
  keys = await openKeys(database);
  server = await openLiveServer(database, { keys });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await keys.close();
  await database[Symbol.asyncDispose]();
});

// Answers are read by path; each test knows what it asked for.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Data = any;

async function ask(query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(server.url, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json', ...bearer(admin) } },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

const head = 'STATE,LAW ENFORCEMENT AGENCY,TYPE,COUNTY,SUPPORT TYPE,SIGNED,MOA';
const csv = (...agencies: string[]): string =>
  [head, ...agencies.map((agency) => `TEXAS,${agency},Municipality,,Task Force Model,3/1/2025,`), ''].join('\n');

const ingest = `mutation ($file: Upload!, $publishedAt: String, $dryRun: Boolean) {
  ingestSnapshot(file: $file, publishedAt: $publishedAt, dryRun: $dryRun) {
    __typename
    ... on Change { revision liveEvents events { kind count } plan { agreementCount agreements { change agency } } }
    ... on SnapshotIngested { status kind why snapshot { id origin fileName status } }
    ... on Refusal { message } } }`;

async function upload(text: string, name: string, variables: object = {}): Promise<Data> {
  const body = new FormData();
  body.set('operations', JSON.stringify({ query: ingest, variables: { file: null, ...variables } }));
  body.set('map', '{"0":["variables.file"]}');
  body.set('0', new Blob([text]), name);
  const response = await fetch(server.url, { method: 'POST', headers: bearer(admin), body });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  expect(errors).toBeUndefined();
  return data.ingestSnapshot;
}

const changeFields = `__typename ... on LedgerChange { revision decisionIds liveEvents plan { agreementCount } }
  ... on Refusal { message }`;

test('a list is tried out, handed in, withdrawn, taken back and given another time', { timeout: 60_000 }, async () => {
  const first = await upload(csv('Amarillo Police'), '2025-03-03pm list.csv');
  const revision = async (): Promise<string> => (await ask('{ ledger { revision } }')).ledger.revision;
  expect(first).toMatchObject({ __typename: 'SnapshotIngested', status: 'ACCEPTED', revision: await revision() });
  expect(first.snapshot).toMatchObject({ origin: 'UPLOAD', fileName: '2025-03-03pm list.csv', status: 'ACCEPTED' });

  const both = csv('Amarillo Police', 'Beeville Police');
  const tried = await upload(both, 'list.csv', { publishedAt: '2025-03-04', dryRun: true });
  expect(tried).toMatchObject({ revision: await revision(), snapshot: null, liveEvents: 1 });
  expect(tried.plan).toEqual({ agreementCount: 1, agreements: [{ change: 'ADDED', agency: 'Beeville Police' }] });
  const second = await upload(both, 'list.csv', { publishedAt: '2025-03-04' });
  expect(second).toMatchObject({ status: 'ACCEPTED', events: [{ kind: 'AGREEMENT_ADDED', count: 1 }], plan: null });
  expect(await upload(both, 'again.csv', { publishedAt: '2025-03-04' })).toMatchObject({
    ...{ status: 'DUPLICATE', liveEvents: 0, snapshot: { id: second.snapshot.id } },
  });

  const { id } = second.snapshot;
  const withdraw = `mutation ($id: ID!, $dryRun: Boolean) {
    done: withdrawSnapshot(id: $id, reason: "not of ICE", dryRun: $dryRun) { ${changeFields} } }`;
  expect((await ask(withdraw, { id, dryRun: true })).done).toMatchObject({
    plan: { agreementCount: 1 },
    decisionIds: [],
  });
  const withdrawn = (await ask(withdraw, { id })).done;
  expect(withdrawn).toMatchObject({ liveEvents: 1, plan: null, revision: await revision() });
  expect((await ask(withdraw, { id })).done).toMatchObject({ __typename: 'NotAcceptedRefusal' });
  const [decision] = withdrawn.decisionIds;
  const revoke = `mutation ($id: ID!) { done: revokeDecision(id: $id, reason: "of ICE") { ${changeFields} } }`;
  expect((await ask(revoke, { id: decision })).done).toMatchObject({
    __typename: 'LedgerChange',
    decisionIds: [decision],
  });
  expect((await ask(revoke, { id: decision })).done).toMatchObject({ __typename: 'AlreadyDecidedRefusal' });
  const redate = `mutation ($id: ID!, $at: String!) {
    done: redateSnapshot(id: $id, publishedAt: $at, reason: "its day") { ${changeFields} } }`;
  expect((await ask(redate, { id, at: '2025-03-05' })).done).toMatchObject({ __typename: 'LedgerChange' });
  for (const at of ['someday', '-009999-01-01', '+020000-01-01', '2025-02-30'])
    expect((await ask(redate, { id, at })).done).toMatchObject({ __typename: 'BadArgumentRefusal' });
  expect((await ask('{ snapshots { nodes { publishedAt } } }')).snapshots.nodes[0].publishedAt).toMatch(/^2025-03-05/);

  const { auditLog } = await ask(
    '{ auditLog(first: 20) { nodes { act actor keyPrefix address reason refusal about } } }',
  );
  const who = { actor: 'the ADMIN', keyPrefix: admin.prefix, address: expect.stringContaining('127.0.0.1') };
  const done = auditLog.nodes.filter(({ refusal }: { refusal: string | null }) => refusal === null);
  expect(done.map(({ act }: { act: string }) => act)).toEqual([
    'REDATE',
    'REVOKE',
    'WITHDRAW',
    'INGEST',
    'INGEST',
    'INGEST',
    'CREATE_KEY',
  ]);
  for (const entry of auditLog.nodes.slice(0, -1)) expect(entry).toMatchObject(who);
  expect(JSON.parse(done[3].about)).toMatchObject({ fileNames: ['again.csv'], lists: [{ status: 'DUPLICATE' }] });
});

test('names are decided, and a word on them taken back', { timeout: 60_000 }, async () => {
  const { agencies } = await ask('{ agencies { nodes { slug name } } }');
  const [{ slug }, { slug: other }] = agencies.nodes;
  const run = async (field: string): Promise<Data> =>
    (await ask(`mutation { done: ${field} { ${changeFields} } }`)).done;
  const why = 'reason: "one office"';
  expect(await run(`renameAgency(slug: "${slug}", name: "Amarillo PD", ${why})`)).toMatchObject({ liveEvents: 1 });
  expect(await run(`renameAgency(slug: "${slug}", name: " ", ${why})`)).toMatchObject({
    __typename: 'BadArgumentRefusal',
  });
  const merged = await run(`mergeAgencies(survivor: "${slug}", merged: "${other}", ${why})`);
  expect(merged).toMatchObject({ __typename: 'LedgerChange' });
  expect(await run(`revokeDecision(id: "${merged.decisionIds[0]}", ${why})`)).toMatchObject({
    __typename: 'LedgerChange',
  });
  expect(await run(`splitAgency(slug: "${slug}", printedNames: ["Nobody"], ${why})`)).toMatchObject({
    message: expect.stringContaining('Nobody'),
  });
  const added = await run(`addSpelling(subject: MODEL, printed: "Street Force", means: "task-force", ${why})`);
  expect(added).toMatchObject({ __typename: 'LedgerChange' });
  expect(await run(`removeSpelling(id: "${added.decisionIds[0]}", ${why})`)).toMatchObject({
    __typename: 'LedgerChange',
  });
  expect(await run(`rejectSnapshot(id: "snapshot_0", ${why})`)).toMatchObject({ __typename: 'BadArgumentRefusal' });
  expect(await run('rejectSnapshot(id: "12345678", reason: "  ")')).toMatchObject({ message: 'reason must say why.' });
});

test('a mutation goes on to its end although its client is gone', async () => {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const holding = database.db.transaction(async (tx) => {
    await tx.execute(sql`select 1 from ledger for update`);
    await released;
  });
  const client = await openRaw(Number(new URL(server.url).port));
  const query =
    'mutation { addSpelling(subject: STATE, printed: "Tejas", means: "TX", reason: "gone") { __typename } }';
  client.socket.write(postRequest(JSON.stringify({ query }), bearer(admin)));
  await expect.poll(() => server.admission.underWay).toBe(1);
  client.socket.destroy();
  await client.closed;
  release();
  await holding;
  const gone = async (): Promise<boolean> =>
    (await createOperations(database).audit(100, 'ADD_SPELLING')).some(({ reason }) => reason === 'gone');
  await expect.poll(gone).toBe(true);
});

describe('a hostile upload', () => {
  const boundary = 'xxxx';
  const part = (name: string, value: string, more = ''): string =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
  const operations = part('operations', JSON.stringify({ query: ingest, variables: {} }));
  const map = part('map', '{"0":["variables.file"]}');
  const file = part('0', csv('Cuero Police'), '; filename="list.csv"');
  const end = `--${boundary}--\r\n`;
  const send = async (body: string, type = `multipart/form-data; boundary=${boundary}`): Promise<Data> => {
    const response = await fetch(server.url, {
      ...{ method: 'POST', headers: { ...bearer(admin), 'content-type': type }, body },
    });
    return { status: response.status, ...((await response.json()) as object) };
  };
  // Others upload at the same time into the folder for all.
  const { TMPDIR } = process.env;
  let own = '';
  beforeAll(async () => {
    own = await mkdtemp(join(tmpdir(), 'accord287-uploads-'));
    process.env.TMPDIR = own;
  });
  afterAll(async () => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    await rm(own, { recursive: true });
  });
  const left = (): Promise<string[]> => readdir(own);

  test.each([
    ['without a boundary', end, 'multipart/form-data; charset=utf-8'],
    ['of nothing', '', undefined],
    ['that is cut off', operations + map + file.slice(0, 40), undefined],
    ['without operations', map + file + end, undefined],
    ['without a map', operations + file + end, undefined],
    ['with a map that is a list', operations + part('map', '[1]') + file + end, undefined],
    ['with a map of another place', operations + part('map', '{"0":["variables.a.b"]}') + file + end, undefined],
    ['with a map to a prototype', operations + part('map', '{"0":["variables.__proto__"]}') + file + end, undefined],
    ['without its file', operations + map + end, undefined],
    ['with two files', operations + map + file + part('1', 'x', '; filename="b.csv"') + end, undefined],
    ['with a third field', operations + map + part('more', 'x') + file + end, undefined],
    ['with a long field', operations + part('map', 'x'.repeat(300_000)) + file + end, undefined],
    ['with a thousand files', operations + map + part('1', 'x', '; filename="b.csv"').repeat(1_000) + end, undefined],
    ['with a thousand fields', operations + map + part('more', 'x').repeat(1_000) + file + end, undefined],
    [
      'with headers of a part without end',
      operations + map + part('0', '', `\r\n${'a: b\r\n'.repeat(50_000)}`),
      undefined,
    ],
    ['with an array of operations', part('operations', '[]') + map + file + end, undefined],
  ])('%s is refused, and nothing of it stays', async (_what, body, type) => {
    const { status, errors } = await send(body, type);
    expect([status, errors[0].extensions.code]).toEqual([expect.any(Number), 'BAD_USER_INPUT']);
    expect(status).toBeLessThan(500);
    expect(await left()).toEqual([]);
  });

  test.each(['../../../etc/cron.d/x', '..', 'a\u0000b.csv', 'x'.repeat(500), '', 'C:\\temp\\list.csv', '\u202e.csv'])(
    'named %j stays in its folder',
    async (name) => {
      const stored = await upload(csv(`Dallas ${name.length} Police`), name, { dryRun: true });
      expect(stored).toMatchObject({ __typename: 'SnapshotIngested' });
      expect(await left()).toEqual([]);
    },
  );

  test('that never ends is one of four, and leaves nothing when it is broken off', async () => {
    const { port } = new URL(server.url);
    const lines = ['host: x', `content-type: multipart/form-data; boundary=${boundary}`, 'content-length: 100000'];
    const begun = `POST /graphql HTTP/1.1\r\n${lines.join('\r\n')}\r\nauthorization: Bearer ${admin.key}\r\n\r\n`;
    const clients = await Promise.all([1, 2, 3, 4].map(() => openRaw(Number(port))));
    for (const { socket } of clients) socket.write(begun + operations + map + file.slice(0, 60));
    await expect.poll(left).toHaveLength(4);
    expect(await send(operations + map + file + end)).toMatchObject({
      ...{ status: 503, errors: [{ extensions: { code: 'RATE_LIMITED' } }] },
    });
    for (const { socket } of clients) socket.destroy();
    await expect.poll(left).toEqual([]);
    expect(await send(operations + map + file + end)).toMatchObject({ status: 200 });
  });
});
