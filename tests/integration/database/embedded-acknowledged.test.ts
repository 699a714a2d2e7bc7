import { expect, test } from 'vitest';
import { DatabaseEnded } from '../../../src/database/embedded/faults.ts';
import { openTestEmbedded } from '../../support/databases/embedded.ts';

const ENDINGS = 5;

test('loses nothing that was acknowledged, and keeps no half transaction, however often it is ended', async () => {
  // Each ending comes soon after the opening, which else counts as a failure.
  await using database = await openTestEmbedded({ tries: Array.from({ length: ENDINGS + 1 }, () => 0) });
  const { client, unlimited, threads } = database;
  await client.query('create table written (id int primary key, half int, filler text)');
  const acknowledged = new Set<number>();
  let next = 0;
  let isOver = false;
  const write = async (): Promise<void> => {
    while (!isOver) {
      next += 1;
      const id = next;
      const insert = 'insert into written select $1::int, $2::int, repeat(md5($1::text), 100)';
      const work =
        id % 2 === 0
          ? unlimited.query(insert, [id, 0])
          : client.transaction(async (tx) => {
              await tx.query(insert, [id, 1]);
              await tx.query(insert, [-id, 2]);
            });
      await work.then(
        () => acknowledged.add(id),
        () => {},
      );
    }
  };
  const writers = [write(), write(), write()];
  for (let ending = 1; ending <= ENDINGS; ending += 1) {
    const before = acknowledged.size;
    await expect.poll(() => acknowledged.size, { interval: 1 }).toBeGreaterThan(before + 5 + ending);
    void threads.at(-1)?.end(new DatabaseEnded('Ended in the middle.'));
    await expect.poll(() => threads.length, { interval: 10 }).toBe(ending + 1);
  }
  isOver = true;
  await Promise.all(writers);
  const { rows } = await unlimited.query('select id, half from written', [], { rowMode: 'array' });
  // Asked for as arrays of these two columns.
  const ids = new Set((rows as [number, number][]).map(([id]) => id));
  expect([...acknowledged].filter((id) => !ids.has(id))).toEqual([]);
  expect([...ids].filter((id) => id % 2 !== 0 && !ids.has(-id))).toEqual([]);
  expect(acknowledged.size).toBeGreaterThan(ENDINGS * 6);
}, 120_000);
