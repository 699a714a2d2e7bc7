/**
 * Every mutation, and all that is not public, against every role over HTTP and WebSocket: complete by the schema. The
 * files of lists are beside it.
 */
import { createHash } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { SnapshotStatus } from '../../../schema/enums.ts';
import { auditEntries } from '../../../schema/tables/audit.ts';
import { ledger } from '../../../schema/tables/ledger.ts';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import { type KeyRing, openKeyRing } from '../../../src/graphql/access/key-ring.ts';
import { schema } from '../../../src/graphql/schema/schema.ts';
import { hashKey, heldKeys } from '../../../src/operations/keys/keep-keys.ts';
import { uuidOf } from '../../support/databases/builders.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { bearer, makeKey } from '../../support/servers/keys.ts';
import { type LiveServer, openLiveServer } from '../../support/servers/live-server.ts';
import { fillSmallLedger } from '../graphql/small-ledger.ts';

let database: TestDatabase;
let keys: KeyRing;
let server: LiveServer;
const headers: Record<string, Record<string, string>> = {};
const settingsKey = 'a-key-of-the-settings-of-this-test';

beforeAll(async () => {
  database = await openTestDatabase();
  await fillSmallLedger(database.db);
  headers.anybody = {};
  headers['an unknown key'] = { authorization: 'Bearer a287_nobodyxx_nothing' };
  for (const role of ['READ', 'INGEST', 'ADMIN'] as const) headers[role] = bearer(await makeKey(database, role));
  headers.OPERATOR_KEYS = { authorization: `Bearer ${settingsKey}` };
  keys = await openKeyRing([hashKey(settingsKey)], {
    ...{ read: () => heldKeys(database.db), noteUse: async () => {}, listen: null, onTrouble: () => {} },
  });
  server = await openLiveServer(database, { keys });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await keys.close();
  await database[Symbol.asyncDispose]();
});

type Answer = { data?: Record<string, unknown> | null; errors?: { extensions: { code: string } }[] };
type Ask = (query: string, role: string) => Promise<Answer>;

const overHttp: Ask = async (query, role) => {
  const response = await fetch(server.url, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json', ...headers[role] } },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Answer;
};

const overWebSocket: Ask = async (query, role) => {
  const client = createClient({
    ...{ url: server.url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 },
    connectionParams: headers[role] ?? {},
  });
  try {
    const { value } = await client.iterate({ query }).next();
    return value as Answer;
  } catch (error) {
    if (Array.isArray(error)) return { errors: error };
    // A connection with an unknown key is closed before anything is asked.
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 4403)
      return { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] };
    throw error;
  } finally {
    await client.dispose();
  }
};

const transports: readonly [string, Ask][] = [
  ['HTTP', overHttp],
  ['WebSocket', overWebSocket],
];

const roles = ['anybody', 'an unknown key', 'READ', 'INGEST', 'ADMIN', 'OPERATOR_KEYS'] as const;
const isOperator = (role: string): boolean => role === 'ADMIN' || role === 'OPERATOR_KEYS';
const refusalOf = (role: string): string =>
  role === 'anybody' || role === 'an unknown key' ? 'UNAUTHENTICATED' : 'FORBIDDEN';

const none = uuidOf('nothing at all');
/** Arguments under which nothing is there to be changed. */
const mutations: Record<string, string> = {
  releaseSnapshot: `(id: "${none}", reason: "why")`,
  rejectSnapshot: `(id: "${none}", reason: "why")`,
  withdrawSnapshot: `(id: "${none}", reason: "why")`,
  redateSnapshot: `(id: "${none}", publishedAt: "2025-02-02", reason: "why")`,
  decideReviewItem: `(id: "${none}", verdict: SET_ASIDE, reason: "why")`,
  revokeDecision: `(id: "${none}", reason: "why")`,
  mergeAgencies: '(survivor: "no-one", merged: "no-two", reason: "why")',
  splitAgency: '(slug: "no-one", printedNames: ["Nobody"], reason: "why")',
  renameAgency: '(slug: "no-one", name: "Nobody", reason: "why")',
  addSpelling: '(subject: MODEL, printed: "Task", means: "no model", reason: "why")',
  removeSpelling: `(id: "${none}", reason: "why")`,
};

async function state(): Promise<unknown> {
  const [{ revision } = { revision: 0n }] = await database.db.select({ revision: ledger.revision }).from(ledger);
  return [revision, await database.db.$count(auditEntries)];
}

test('the matrix has every mutation; ingestSnapshot, which needs a body of its own, is below', () => {
  const all = Object.keys(schema.getMutationType()?.getFields() ?? {});
  expect(Object.keys(mutations).sort()).toEqual(all.filter((name) => name !== 'ingestSnapshot').sort());
});

describe.each(transports)('over %s', (_transport, ask) => {
  describe.each(roles)('with %s', (role) => {
    test.each(Object.entries(mutations))('%s', async (name, args) => {
      const before = await state();
      const { data, errors } = await ask(`mutation { done: ${name}${args} { __typename } }`, role);
      if (isOperator(role)) {
        const expected = name === 'addSpelling' ? 'BadArgumentRefusal' : 'NotFoundRefusal';
        expect(data).toEqual({ done: { __typename: expected } });
      } else {
        expect(errors?.map(({ extensions }) => extensions.code)).toEqual([refusalOf(role)]);
        expect(data ?? null).toBeNull();
        expect(await state()).toEqual(before);
      }
    });

    test('a held list shows its rows, its issues and its counts to operators alone', async () => {
      const query = `{ snapshots(filter: { statuses: [HELD, REJECTED] }) { nodes {
        status rows { totalCount } issues { totalCount } asPrinted { agreements } } } }`;
      const { data, errors } = await ask(query, role);
      if (role === 'an unknown key') {
        expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
        return;
      }
      const { nodes } = (data as { snapshots: { nodes: Record<string, unknown>[] } }).snapshots;
      expect(nodes.map(({ status }) => status)).toEqual(['REJECTED', 'HELD']);
      for (const { status: _status, ...rest } of nodes) {
        for (const value of Object.values(rest)) expect(value !== null).toBe(isOperator(role));
      }
    });

    test.each(['reviewItems', 'auditLog'])('%s, whose refusal leaves the rest of a page', async (name) => {
      const { data, errors } = await ask(`{ ${name} { totalCount } ledger { sample } }`, role);
      const ledger = { sample: false };
      if (isOperator(role)) expect(data).toEqual({ [name]: { totalCount: expect.any(Number) }, ledger });
      else {
        expect(errors?.map(({ extensions }) => extensions.code)).toEqual([refusalOf(role)]);
        if (role !== 'an unknown key') expect(data).toEqual({ [name]: null, ledger });
      }
    });

    test('a review item and an entry of the audit log by its id are there for operators alone', async () => {
      const [entry] = await database.db
        .select({ id: auditEntries.id })
        .from(auditEntries)
        .orderBy(sql`number`)
        .limit(1);
      const ids = [`review_${uuidOf('review dallas')}`, `audit_${entry?.id}`];
      const { data, errors } = await ask(`{ nodes(ids: ${JSON.stringify(ids)}) { __typename } }`, role);
      if (role === 'an unknown key') expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
      else if (isOperator(role))
        expect(data).toEqual({ nodes: [{ __typename: 'ReviewItem' }, { __typename: 'AuditEntry' }] });
      else expect(data).toEqual({ nodes: [null, null] });
    });
  });
});

test.each(roles)('by GET, which a link can send, nothing is changed with %s', async (role) => {
  const before = await state();
  for (const [name, args] of Object.entries(mutations)) {
    const query = encodeURIComponent(`mutation { ${name}${args} { __typename } }`);
    const response = await fetch(`${server.url}?query=${query}`, { headers: headers[role] ?? {} });
    await response.text();
    expect([name, response.status]).toEqual([name, role === 'an unknown key' ? 401 : 405]);
  }
  expect(await state()).toEqual(before);
});

describe.each(roles)('the file of a list with %s', (role) => {
  test.each(['ACCEPTED', 'HELD', 'REJECTED'] as const)('%s', async (status) => {
    const { path, text } = await fileOf(status);
    for (const method of ['GET', 'HEAD']) {
      const response = await fetch(new URL(path, server.url), { method, headers: headers[role] ?? {} });
      const body = await response.text();
      const isRefused = role === 'an unknown key' || (status !== 'ACCEPTED' && !isOperator(role));
      const expected = refusalOf(role) === 'FORBIDDEN' ? 403 : 401;
      expect([method, response.status]).toEqual([method, isRefused ? expected : 200]);
      if (method === 'HEAD') continue;
      if (isRefused) expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: { code: refusalOf(role) } }] });
      else expect(body).toBe(text);
    }
  });
});

/** A list of this verdict with a file, and where that is. */
async function fileOf(status: SnapshotStatus): Promise<{ path: string; text: string }> {
  const text = `the file of a list that is ${status}`;
  const sha256 = createHash('sha256').update(text).digest('hex');
  const [list] = await database.db.select().from(snapshots).where(eq(snapshots.status, status)).limit(1);
  if (list === undefined) throw new Error(`no list is ${status}`);
  await database.db.transaction(async (tx) => {
    await database.originals.keep(tx, { sha256, bytes: Buffer.from(text), mediaType: 'text/csv' });
    await tx.update(snapshots).set({ sha256 }).where(eq(snapshots.number, list.number));
  });
  return { path: `/files/${sha256}/${encodeURIComponent(list.fileName)}`, text };
}

/** A request with a file, which never comes where it is refused by its headers. */
async function upload(role: string, dryRun: boolean): Promise<{ status: number; answer: Answer }> {
  const body = new FormData();
  const query = `mutation ($file: Upload!) { ingestSnapshot(file: $file, dryRun: ${dryRun}) {
    __typename ... on SnapshotIngested { status revision plan { agreementCount } } } }`;
  body.set('operations', JSON.stringify({ query, variables: { file: null } }));
  body.set('map', '{"0":["variables.file"]}');
  body.set('0', new Blob(['no,known,header\n1,2,3\n']), `notes ${role}.csv`);
  const response = await fetch(server.url, { method: 'POST', headers: headers[role] ?? {}, body });
  return { status: response.status, answer: (await response.json()) as Answer };
}

test.each([
  ['anybody', 415, 'BAD_USER_INPUT'],
  ['an unknown key', 401, 'UNAUTHENTICATED'],
  ['READ', 403, 'FORBIDDEN'],
] as const)('a file with %s is refused with %s before it is read', async (role, status, code) => {
  const before = await state();
  const { status: answered, answer } = await upload(role, false);
  expect([answered, answer.errors?.[0]?.extensions.code]).toEqual([status, code]);
  expect(await state()).toEqual(before);
});

test.each(['INGEST', 'ADMIN', 'OPERATOR_KEYS'])('a file with %s is taken', async (role) => {
  const before = await state();
  expect((await upload(role, true)).answer.data).toMatchObject({
    ingestSnapshot: { __typename: 'SnapshotIngested', status: 'REJECTED', plan: { agreementCount: 0 } },
  });
  expect(await state()).toEqual(before);
  const { status, answer } = await upload(role, false);
  expect(status).toBe(200);
  const verdict = role === 'INGEST' ? 'REJECTED' : expect.stringMatching(/REJECTED|DUPLICATE/);
  expect(answer.data).toMatchObject({ ingestSnapshot: { status: verdict, plan: null } });
});

test.each(transports)('without a file ingestSnapshot says over %s how one comes', async (_transport, ask) => {
  for (const role of ['INGEST', 'ADMIN']) {
    const { errors } = await ask('mutation { ingestSnapshot(file: "x") { __typename } }', role);
    expect(errors).toMatchObject([{ message: expect.stringContaining('multipart/form-data') }]);
  }
});
