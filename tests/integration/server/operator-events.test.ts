/** What operators are told of: all that waits, then each thing as it comes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyRole } from '../../../schema/enums.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { commitRevision, lockLedger } from '../../../src/feed/log/event-log.ts';
import type { KeyRing } from '../../../src/graphql/access/key-ring.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { putReviewItem, putSnapshot } from '../../support/databases/builders.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { bearer, makeKey, openKeys } from '../../support/servers/keys.ts';
import { type LiveServer, openLiveServer } from '../../support/servers/live-server.ts';
import { type StreamClient, transports } from '../../support/servers/stream-clients.ts';
import { fillSmallLedger } from '../graphql/small-ledger.ts';

let database: TestDatabase;
let keys: KeyRing;
let server: LiveServer;
const headers: Partial<Record<KeyRole, Record<string, string>>> = {};
beforeAll(async () => {
  database = await openTestDatabase();
  await fillSmallLedger(database.db);
  for (const role of ['READ', 'INGEST', 'ADMIN'] as const) headers[role] = bearer(await makeKey(database, role));
  keys = await openKeys(database);
  server = await openLiveServer(database, { keys });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await keys.close();
  await database[Symbol.asyncDispose]();
});

const query = `subscription { operatorEvents { __typename since
  ... on SnapshotHeld { snapshot { fileName status rows { totalCount } } }
  ... on ReviewItemOpened { reviewItem { leftKey status } }
  ... on SourceStale { kind reason } } }`;

const told = async (client: StreamClient): Promise<Record<string, unknown>> =>
  (await client.next())?.data?.operatorEvents ?? { nothing: true };

/** What stands in the tables, as a commit that readers of the log are woken by. */
const commit = (): Promise<unknown> =>
  inTransaction(database.db, async (tx) => commitRevision(tx, await lockLedger(tx)));

describe.each(transports)('over %s', (name, open) => {
  test('an operator is told of all that waits, then of each thing as it comes', { timeout: 40_000 }, async () => {
    await using first = open(server.url, { query, headers: headers.ADMIN ?? {} });
    const atFirst = [await told(first)];
    const waits = (): number => server.live.operators.notices.waitingAfter(0, 100).length;
    while (atFirst.length < waits()) atFirst.push(await told(first));
    expect(new Set(atFirst.map(({ __typename }) => __typename))).toEqual(
      new Set(['ReviewItemOpened', 'SnapshotHeld', 'SourceStale']),
    );
    const held = atFirst.find(({ __typename }) => __typename === 'SnapshotHeld');
    expect(held).toMatchObject({ snapshot: { status: 'HELD', rows: { totalCount: 2 } } });

    await putReviewItem(database.db, `austin ${name}`);
    await commit();
    expect(await told(first)).toMatchObject({ reviewItem: { leftKey: `austin ${name} a`, status: 'OPEN' } });
    const { id } = await putSnapshot(database.db, '2025-03-20T16:00:00Z', { status: 'HELD', fileName: `${name}.xlsx` });
    await commit();
    expect(await told(first)).toMatchObject({ snapshot: { fileName: `${name}.xlsx` } });

    await using second = open(server.url, { query, headers: headers.ADMIN ?? {} });
    const again = new Set<unknown>();
    while (again.size < waits()) again.add(JSON.stringify(await told(second)));
    await createOperations(database).reject(id, 'seen');
  });

  test('nobody else may watch', async () => {
    for (const [role, code] of [
      [null, 'UNAUTHENTICATED'],
      ['READ', 'FORBIDDEN'],
      ['INGEST', 'FORBIDDEN'],
    ] as const) {
      await using client = open(server.url, { query, headers: (role && headers[role]) ?? {} });
      expect((await client.next())?.errors).toMatchObject([{ extensions: { code } }]);
    }
  });
});

test('nothing is looked at while nobody watches', async () => {
  await expect.poll(() => server.live.operators.feed.watchers).toBe(0);
  const before = server.live.operators.notices.tail.lastSequence;
  await putReviewItem(database.db, 'unwatched');
  const { lastSequence } = server.live.tail.head;
  await commit();
  await expect.poll(() => server.live.tail.head.revision).not.toBe('0');
  expect(server.live.tail.head.lastSequence).toBe(lastSequence);
  expect(server.live.operators.notices.tail.lastSequence).toBe(before);
});
