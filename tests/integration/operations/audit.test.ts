/** Keys and the audit log: what is kept of each act, with it or not at all. */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { operatorKeys } from '../../../schema/tables/keys.ts';
import { localUser } from '../../../src/operations/audit/actor.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { hashKey } from '../../../src/operations/keys/keep-keys.ts';
import { putSnapshot } from '../../support/databases/builders.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
afterEach(async () => {
  await database.db.execute(sql`drop trigger if exists refuse_for_now on audit_entries`);
});

test('a key is told once, and kept as a hash with its beginning', async () => {
  const operations = createOperations(database);
  const { key, ...entry } = await operations.createKey({ name: ' uploads ', role: 'INGEST', expiresAt: '2999-01-01' });
  expect(key).toMatch(/^a287_[a-z2-9]{8}_[\w-]{43}$/);
  expect(entry).toMatchObject({ name: 'uploads', role: 'INGEST', revokedAt: null, lastUsedAt: null });
  expect(key.startsWith(`${entry.prefix}_`)).toBe(true);
  const rows = await database.db.select().from(operatorKeys);
  expect(rows).toMatchObject([{ id: entry.id, hash: hashKey(key) }]);
  expect(JSON.stringify([rows, await operations.audit(10, null)])).not.toContain(key);
  expect(await operations.keys()).toEqual([entry]);
});

test.each([
  [{ name: '  ', role: 'READ' }, 'name must have'],
  [{ name: 'x'.repeat(101), role: 'READ' }, 'name must have'],
  [{ name: 'a\0b', role: 'READ' }, 'name holds a character that is none'],
  [{ name: 'late', role: 'READ', expiresAt: '2020-01-01' }, '2020-01-01 is past'],
  [{ name: 'never', role: 'READ', expiresAt: 'tomorrow' }, '"tomorrow" is neither'],
  [{ name: 'far', role: 'READ', expiresAt: '+099999-01-01T00:00Z' }, 'is not of a year'],
] as const)('no key is made of %j', async (given, why) => {
  const refusal = { name: 'Refusal', code: 'BAD_ARGUMENT', message: expect.stringContaining(why) };
  await expect(createOperations(database).createKey(given)).rejects.toMatchObject(refusal);
});

test('a key is revoked by its beginning, by itself or by its id, once', async () => {
  const operations = createOperations(database);
  const made = [];
  for (const name of ['one', 'two', 'three']) made.push(await operations.createKey({ name, role: 'READ' }));
  const [one, two, three] = made;
  if (!one || !two || !three) throw new Error('no keys');
  for (const given of [one.prefix, two.key, three.id]) {
    expect(await operations.revokeKey(given, 'lost')).toMatchObject({ revokedReason: 'lost' });
    await expect(operations.revokeKey(given, 'lost')).rejects.toMatchObject({ code: 'ALREADY_DECIDED' });
  }
  await expect(operations.revokeKey('a287_nothing', 'lost')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(operations.revokeKey(one.prefix, ' ')).rejects.toMatchObject({ message: 'reason must say why.' });
  const entries = await operations.audit(10_000, 'REVOKE_KEY');
  expect(JSON.stringify(entries)).not.toContain(two.key);
  expect(entries.filter(({ refusal }) => refusal === null).map(({ about }) => about)).toEqual(
    [three, two, one].map(({ prefix }) => ({ prefix })),
  );
});

test('an act has its row, with who, why, from where and the revision after it; a refused one too', async () => {
  const list = await putSnapshot(database.db, '2025-04-02T16:00:00Z', { status: 'HELD' });
  const { id: keyId } = await createOperations(database).createKey({ name: 'desk', role: 'ADMIN' });
  const operations = createOperations(database, undefined, { name: 'desk', keyId, address: '203.0.113.7' });
  // By the beginning of its id, which another list may have tomorrow: the row has the whole.
  const { revision } = await operations.reject(list.id.slice(0, 12), 'cut off');
  await expect(operations.reject(list.id, 'again')).rejects.toMatchObject({ code: 'NOT_HELD' });
  const [refused, done] = await operations.audit(2, 'REJECT');
  const who = { actor: 'desk', keyPrefix: expect.stringMatching(/^a287_/), address: '203.0.113.7', act: 'REJECT' };
  expect(done).toMatchObject({ ...who, reason: 'cut off', about: { list: list.id }, refusal: null, revision });
  expect(refused).toMatchObject({ ...who, reason: 'again', refusal: 'NOT_HELD', revision });
});

test('a dry run leaves no row', async () => {
  const operations = createOperations(database);
  const list = await putSnapshot(database.db, '2025-04-03T16:00:00Z', { status: 'ACCEPTED' });
  const before = await operations.audit(10_000, null);
  await operations.withdraw(list.id, 'only trying', { dryRun: true });
  expect(await operations.audit(10_000, null)).toEqual(before);
});

test('where no row can be written, nothing is done', async () => {
  await database.db.execute(sql`create or replace function refuse_for_now() returns trigger language plpgsql
    as $$ begin raise exception 'disk full'; end $$`);
  await database.db.execute(sql`create trigger refuse_for_now before insert on audit_entries
    for each row execute function refuse_for_now()`);
  await expect(createOperations(database).createKey({ name: 'lost', role: 'READ' })).rejects.toThrow();
  expect(await database.db.$count(operatorKeys, sql`name = 'lost'`)).toBe(0);
});

test.each(["update audit_entries set actor = 'nobody'", 'delete from audit_entries', 'truncate audit_entries'])(
  'the database refuses: %s',
  async (statement) => {
    const failure = await database.db.execute(sql.raw(statement)).then(
      () => null,
      (error: Error) => `${error.message} ${error.cause}`,
    );
    expect(failure).toContain('Nothing in the audit log is changed or deleted.');
  },
);

test('a command says which user of the machine it was', async () => {
  const name = `removed-${randomUUID()}`;
  await expect(createOperations(database).removeFigure(name)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const [entry] = await createOperations(database).audit(1, null);
  expect(entry).toMatchObject({ actor: localUser(), address: null, act: 'REMOVE_FIGURE', about: { figure: name } });
});
