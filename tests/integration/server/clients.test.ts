/** What clients of frontends send beside a query: headers of tracers, names of persisted queries, half a request. */
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { type LiveServer, openLiveServer } from '../../support/servers/live-server.ts';
import { readAnswer } from '../graphql/api.ts';

let ledger: TestDatabase;
let server: LiveServer;

beforeAll(async () => {
  ledger = await openTestDatabase();
  server = await openLiveServer(ledger);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await ledger[Symbol.asyncDispose]();
});

const json = { 'content-type': 'application/json' };
const persistedQuery = { version: 1, sha256Hash: 'ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38' };

const post = async (body: unknown, headers: Record<string, string> = {}) =>
  readAnswer(await fetch(server.url, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) }));

describe('a browser lets a page of another site send', () => {
  /** As the Fetch standard reads the header, for requests without credentials. */
  async function allows(name: string): Promise<boolean> {
    const headers = {
      origin: 'https://example.org',
      'access-control-request-method': 'POST',
      'access-control-request-headers': name,
    };
    const preflight = await fetch(server.url, { method: 'OPTIONS', headers });
    const allowed = (preflight.headers.get('access-control-allow-headers') ?? '').split(/,\s*/);
    return preflight.ok && (allowed.includes(name) || (allowed.includes('*') && name !== 'authorization'));
  }

  test.each([
    'apollo-require-preflight',
    'apollographql-client-name',
    'authorization',
    'baggage',
    'content-type',
    'if-none-match',
    'last-event-id',
    'sentry-trace',
    'traceparent',
    'x-of-a-client-to-come',
  ])('%s', async (name) => {
    expect(await allows(name)).toBe(true);
  });
});

describe('a persisted query is refused in the words that clients know', () => {
  const refused = {
    status: 200,
    errors: [{ message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }],
  };

  test.each([
    ['the hash of Apollo and urql', { extensions: { persistedQuery } }],
    ['the hash beside an empty document', { query: '', extensions: { persistedQuery } }],
    ['documentId of GraphQL over HTTP', { documentId: `sha256:${persistedQuery.sha256Hash}` }],
    ['doc_id of Relay', { doc_id: '123', variables: {} }],
  ])('%s', async (_name, body) => {
    expect(await post(body)).toMatchObject(refused);
    expect(await post(body, { accept: 'application/graphql-response+json' })).toMatchObject(refused);
  });

  test('by GET', async () => {
    const given = new URLSearchParams({ operationName: 'A', extensions: JSON.stringify({ persistedQuery }) });
    expect(await readAnswer(await fetch(`${server.url}?${given}`))).toMatchObject(refused);
  });

  test('over a WebSocket', async () => {
    const client = createClient({ url: server.url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
    const result = client.iterate({ query: '', extensions: { persistedQuery } }).next();
    await expect(result).rejects.toMatchObject(refused.errors);
    await client.dispose();
  });

  test('and answered where the document comes along', async () => {
    const body = { query: '{ __typename }', extensions: { persistedQuery } };
    expect(await post(body)).toMatchObject({ status: 200, data: { __typename: 'Query' }, errors: [] });
  });
});

describe('what is no request is 400 with either media type', () => {
  test.each([
    ['no document', {}],
    ['a document that is no text', { query: 1 }],
    ['variables that are no object', { query: '{ __typename }', variables: [1] }],
    ['extensions that are no object', { query: '{ __typename }', extensions: 'x' }],
    ['an operation name that is no text', { query: '{ __typename }', operationName: 1 }],
    ['a parameter that there is not', { query: '{ __typename }', batch: true }],
    ['a batch', [{ query: '{ __typename }' }]],
    ['null', null],
    ['a text', 'text'],
  ])('%s', async (_name, body) => {
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const answer = await post(body, { accept });
      expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    }
  });

  test.each(['variables', 'extensions'])('a GET with %s that are no JSON, as a stream too', async (name) => {
    for (const query of ['{ __typename }', 'subscription { ledgerEvents { cursor } }']) {
      const given = new URLSearchParams({ query, [name]: '{' });
      for (const accept of ['application/json', 'text/event-stream']) {
        const answer = await fetch(`${server.url}?${given}`, { headers: { accept } });
        expect(await answer.text()).toContain(
          `{"message":"${name} must be JSON.","extensions":{"code":"BAD_USER_INPUT"}}`,
        );
        if (accept === 'application/json') expect(answer.status).toBe(400);
      }
    }
  });

  test('a GET without a document', async () => {
    const answer = await readAnswer(await fetch(server.url, { headers: { accept: 'application/json' } }));
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});

test('says to a client of graphql-sse that reserves a stream that each operation has its own', async () => {
  const answer = await readAnswer(await fetch(server.url, { method: 'PUT' }));
  expect(answer.status).toBe(405);
  expect(answer.errors[0]?.message).toContain('singleConnection');
});
