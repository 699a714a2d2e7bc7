import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DatabaseEnded, FolderExchanged } from '../../../src/database/embedded/faults.ts';
import { startThread } from '../../../src/database/embedded/start-thread.ts';
import { isUnavailable } from '../../../src/graphql/execution/errors.ts';
import { endlessStatement, openTestEmbedded, readValue } from '../../support/databases/embedded.ts';

const died = (): DatabaseEnded => new DatabaseEnded('The embedded database has failed.');
/** Each file with the hash of its bytes. */
async function contentsOf(folder: string): Promise<string[][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = async (file: string) => [
    file,
    createHash('sha256')
      .update(await readFile(file))
      .digest('hex'),
  ];
  return (await Promise.all(files.map(hash))).sort();
}

const failureOf = (running: Promise<unknown>): Promise<unknown> => running.catch((error: unknown) => error);

test('refuses what ran when the thread died, rolls a transaction back, and opens again', async () => {
  await using database = await openTestEmbedded();
  await database.client.query('create table written (id int)');
  const transaction = failureOf(
    database.client.transaction(async (tx) => {
      await tx.query('insert into written values (1)');
      await tx.query(endlessStatement);
    }),
  );
  const waiting = failureOf(database.client.query('select 1'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  void database.threads.at(-1)?.end(died());
  expect(isUnavailable(await transaction)).toBe(true);
  expect(isUnavailable(await waiting)).toBe(true);
  await database.unlimited.query('select 1');
  expect(await readValue(database.client, 'select count(*)::int from written')).toBe(0);
  expect(database.troubles.map(String)).toEqual(['DatabaseEnded: The embedded database has failed.']);
  database.check();
});

test('never has two threads on one folder', async () => {
  let running = 0;
  let most = 0;
  await using database = await openTestEmbedded({
    start: async (folder) => {
      running += 1;
      most = Math.max(most, running);
      const thread = await startThread(folder);
      void thread.exited.then(() => {
        running -= 1;
      });
      return thread;
    },
  });
  void database.threads[0]?.end(died());
  await database.unlimited.query('select 1');
  expect(database.threads.length).toBe(2);
  expect(most).toBe(1);
});

test('says so while it is away, and is closed for good after failures in a row', async () => {
  let starts = 0;
  await using database = await openTestEmbedded({
    tries: [0, 1_200, 10],
    start: (folder) => {
      starts += 1;
      return starts === 1 ? startThread(folder) : Promise.reject(new Error('the disk is gone'));
    },
  });
  const { client, threads } = database;
  void threads[0]?.end(died());
  await failureOf(client.query('select 1'));
  database.check();
  const transaction = failureOf(client.transaction((tx) => tx.query('select 1')));
  await expect.poll(() => failureOf((async () => database.check())())).toMatchObject({ code: '57P03' });
  expect(await transaction).toMatchObject({ code: '57P01' });
  expect(() => database.check()).toThrow('has failed too often in a row');
  expect(isUnavailable(await failureOf(client.query('select 1')))).toBe(true);
  expect(starts).toBe(3);
});

test('closes for good when it dies again and again as soon as it is open', async () => {
  await using database = await openTestEmbedded({ tries: [0, 0] });
  for (const expected of [1, 2]) {
    await expect.poll(() => database.threads.length).toBe(expected);
    await database.unlimited.query('select 1');
    void database.threads.at(-1)?.end(died());
  }
  expect(await failureOf(database.unlimited.query('select 1'))).toMatchObject({ code: '57P01' });
  expect(database.threads.length).toBe(2);
});

test('does not take a folder that is gone for a new database', async () => {
  await using database = await openTestEmbedded({ tries: [0, 0] });
  await rename(database.directory, `${database.directory}.gone`);
  void database.threads[0]?.end(died());
  await failureOf(database.unlimited.query('select 1'));
  expect(database.troubles).toContainEqual(new FolderExchanged(database.directory));
});

test('commits nothing and closes nothing where another folder is in the place of its own', async () => {
  await using database = await openTestEmbedded();
  const { client, directory } = database;
  await client.query('create table written (id int)');
  await rename(directory, `${directory}.away`);
  await cp(`${directory}.away`, directory, { recursive: true });
  const before = await contentsOf(directory);
  const late = client.transaction((tx) => tx.query('insert into written values (1)'));
  expect(await failureOf(late)).toBeInstanceOf(FolderExchanged);
  expect(isUnavailable(await failureOf(client.query('select 1')))).toBe(true);
  expect(() => database.check()).toThrow(directory);
  await database.close();
  expect(database.troubles).toEqual([new FolderExchanged(directory)]);
  expect(await contentsOf(directory)).toEqual(before);
});

test('does not close into another folder that came since the last look', async () => {
  await using database = await openTestEmbedded();
  const { directory } = database;
  await database.client.query('create table written (id int)');
  await rename(directory, `${directory}.away`);
  await cp(`${directory}.away`, directory, { recursive: true });
  const before = await contentsOf(directory);
  await database.close();
  expect(database.troubles).toEqual([new FolderExchanged(directory)]);
  expect(await contentsOf(directory)).toEqual(before);
});

test('closes behind what was asked for before, once, and refuses what comes after', async () => {
  await using database = await openTestEmbedded();
  const running = database.client.transaction(async (tx) => {
    await tx.query('create table written (id int)');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await tx.query('insert into written values (1)');
  });
  const waiting = readValue(database.client, 'select count(*)::int from written');
  const closing = database.close();
  expect(database.close()).toBe(closing);
  await running;
  expect(await waiting).toBe(1);
  await closing;
  expect(await failureOf(database.client.query('select 1'))).toMatchObject({ code: '57P01' });
  expect(() => database.check()).toThrow('is closed');
});

test('cuts what does not end when it closes', async () => {
  await using database = await openTestEmbedded({ closeMilliseconds: 200 });
  const running = failureOf(database.client.transaction((tx) => tx.query(endlessStatement)));
  const start = performance.now();
  await database.close();
  expect(await running).toMatchObject({ code: '57P01' });
  expect(performance.now() - start).toBeGreaterThan(190);
});
