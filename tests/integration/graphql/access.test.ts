/** Who may see what, and what nobody is told. */

import { GraphQLError } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../src/database/open.ts';
import { toPublicError } from '../../../src/graphql/execution/errors.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { type Api, asOperator, codeOf, openApi } from './api.ts';
import { fillSmallLedger } from './small-ledger.ts';

let ledger: TestDatabase;
let api: Api;

beforeAll(async () => {
  ledger = await openTestDatabase();
  await fillSmallLedger(ledger.db);
  api = await openApi(ledger);
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await ledger[Symbol.asyncDispose]();
});

const held = `{ snapshots(filter: { statuses: [HELD] }) { nodes {
  status holdReasons { rule message } rows { totalCount nodes { rowNumber } } issues { nodes { code } } } } }`;

describe('a held list', () => {
  test('shows its status and its reason to everyone, and its rows to nobody', async () => {
    const { data } = await api.ask(held);
    const holdReasons = [{ rule: 'AGREEMENTS_MISSING', message: 'Too many are missing.' }];
    expect(data).toEqual({ snapshots: { nodes: [{ status: 'HELD', holdReasons, rows: null, issues: null }] } });
  });

  test('stands after those that are accepted, however late its day', async () => {
    const { data } = await api.ask('{ snapshots { nodes { status publishedAt } } }');
    const accepted = ['2025-04-01T16', '2025-03-04T16', '2025-03-03T17'].map((hour) => ({
      ...{ status: 'ACCEPTED', publishedAt: `${hour}:00:00.000Z` },
    }));
    const others = [
      { status: 'REJECTED', publishedAt: '2025-04-03T16:00:00.000Z' },
      { status: 'HELD', publishedAt: '2025-04-02T16:00:00.000Z' },
    ];
    expect(data).toEqual({ snapshots: { nodes: [...accepted, ...others] } });
  });

  test('shows its rows to operators', async () => {
    const { data } = await api.ask(held, null, asOperator);
    expect(data).toMatchObject({
      snapshots: { nodes: [{ rows: { totalCount: 2 }, issues: { nodes: [{ code: 'UNREADABLE_DATE' }] } }] },
    });
  });
});

test('printed rows of an agreement come from accepted lists only', async () => {
  const query =
    '{ agreements(filter: { models: [TASK_FORCE] }) { nodes { printedRows { totalCount nodes { snapshot { status publishedAt } } } } } }';
  const { data } = await api.ask(query, null, asOperator);
  const nodes = [
    { snapshot: { status: 'ACCEPTED', publishedAt: '2025-04-01T16:00:00.000Z' } },
    { snapshot: { status: 'ACCEPTED', publishedAt: '2025-03-03T17:00:00.000Z' } },
  ];
  expect(data).toEqual({ agreements: { nodes: [{ printedRows: { totalCount: 2, nodes } }] } });
});

describe('review items', () => {
  const query = '{ reviewItems { totalCount nodes { leftKey evidence { similarity publishedAt } verdict } } }';

  test('are refused to anybody without a key', async () => {
    expect(codeOf(await api.ask(query))).toBe('UNAUTHENTICATED');
    expect(codeOf(await api.ask(query, null, { authorization: 'Basic b3BlcmF0b3I=' }))).toBe('UNAUTHENTICATED');
  });

  test('leave the rest of a page as it is, which a public connection does not', async () => {
    const refused = await api.ask('{ ledger { sample } reviewItems { totalCount } }');
    expect(refused.data).toEqual({ ledger: { sample: false }, reviewItems: null });
    expect(refused.errors).toMatchObject([{ path: ['reviewItems'], extensions: { code: 'UNAUTHENTICATED' } }]);
    const wrong = await api.ask('{ ledger { sample } newest: agreements(after: "x") { totalCount } }');
    expect(wrong.data).toBeNull();
    expect(wrong.errors).toMatchObject([{ path: ['newest'], extensions: { code: 'BAD_CURSOR' } }]);
  });

  test('are answered to operators', async () => {
    const { data } = await api.ask(query, null, asOperator);
    expect(data).toMatchObject({ reviewItems: { totalCount: 1, nodes: [{ leftKey: 'dallas a', verdict: null }] } });
  });
});

test.each(['Bearer wrong', 'Bearer', 'bearer a b'])(
  'the key in "%s" is refused even for what is public',
  async (authorization) => {
    const answer = await api.ask('{ ledger { revision } }', null, { authorization });
    expect([answer.status, codeOf(answer)]).toEqual([401, 'UNAUTHENTICATED']);
  },
);

describe('a fault', () => {
  const secret = 'postgres://someone:hunter2@127.0.0.1:9/secret';

  test('of the connection is UNAVAILABLE with HTTP 503 and tells no address', async () => {
    const database = await openDatabase({ kind: 'postgres', url: secret });
    await using away = await openApi(database);
    const answer = await away.ask('{ agencies { nodes { name } } }');
    expect([answer.status, codeOf(answer)]).toEqual([503, 'UNAVAILABLE']);
    expect(answer.text).not.toMatch(/hunter2|127\.0\.0\.1|postgres/);
    await database.close();
  });

  test('of a full disk is UNAVAILABLE, says so, and names no file', () => {
    const full = Object.assign(new Error('could not extend file "base/5/16500": No space left on device'), {
      code: '53100',
    });
    const logged: unknown[] = [];
    const log = { error: () => {}, warn: (fields: { err: unknown }) => logged.push(fields.err) };
    const failed = new Error('Failed query: insert into snapshots', { cause: full });
    // As the work of a resolver fails, and as graphql-js hands it on.
    for (const each of [
      failed,
      new GraphQLError(failed.message, { originalError: failed, path: ['ingestSnapshot'] }),
    ]) {
      const error = toPublicError(each, log);
      expect([error.message, error.extensions]).toEqual([
        'The disk is full: nothing of what was being written is kept.',
        expect.objectContaining({ code: 'UNAVAILABLE', http: expect.objectContaining({ status: 503 }) }),
      ]);
    }
    expect(logged).toEqual([failed, failed]);
  });

  test('of the program is INTERNAL with an id that the log has too', async () => {
    await using broken = await openTestDatabase();
    const logged: { err: unknown; errorId: string }[] = [];
    const log = { error: (fields: { err: unknown; errorId: string }) => logged.push(fields), warn: () => {} };
    await using faulty = await openApi(broken, { log });
    await broken.db.execute('drop table agency_slugs');
    const answer = await faulty.ask('{ agency(slug: "nobody") { name } }');
    expect(codeOf(answer)).toBe('INTERNAL');
    expect(answer.text).not.toMatch(/agency_slugs|select/);
    expect(logged.map(({ errorId }) => errorId)).toEqual([answer.errors[0]?.extensions.errorId]);
  });
});
