/** When the source is looked at, where clocks and schedules are not what they were at the look before. */
import { sql } from 'drizzle-orm';
import { afterEach, expect, test, vi } from 'vitest';
import { follower, leases } from '../../../schema/tables/follow.ts';
import { databaseNow } from '../../../src/database/clock.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { openFollowedSource } from '../../support/source/followed-source.ts';
import { agencyNames, workbookOf } from '../../support/source/stub-source.ts';

const { database, source } = await openFollowedSource();
const { db } = database;
source.put('/participating.xlsx', { bytes: await workbookOf(agencyNames(30), '2026-03-01T15:00:00Z') });
source.links('/participating.xlsx');
afterEach(() => void vi.useRealTimers());

const followerOf = (schedule: string) =>
  createOperations(database, {
    follow: { page: source.page, lists: [], schedule, staleHours: 3, userAgent: 'test' },
  });
const usual = '*/10 * * * *';
const look = (schedule = usual) => followerOf(schedule).follow({ onlyIfDue: true });
const DAY = 86_400_000;

test.each([
  ['behind', -1],
  ['ahead', 1],
])('a process whose clock is a day %s looks when the others would', async (_how, days) => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * DAY });
  const { ran, nextAt } = await look();
  const minutes = (Date.parse(nextAt ?? '') - (await databaseNow(db)).getTime()) / 60_000;
  expect(ran).toBe('ROUND');
  expect(minutes).toBeGreaterThan(0);
  expect(minutes).toBeLessThanOrEqual(10);
});

test('what a clock of the future left holds up no look once it is put right', async () => {
  await look();
  const ahead = sql`now() + interval '10 years'`;
  await db.update(follower).set({ startedAt: ahead, nextAt: ahead });
  await db.update(leases).set({ until: ahead });
  expect(await look()).toMatchObject({ ran: 'ROUND' });
  expect(await look()).toMatchObject({ ran: 'NOT_DUE' });
});

test('a schedule that was a yearly one holds up no look of a new one', async () => {
  await look('0 0 1 1 *');
  await db.update(follower).set({ startedAt: sql`now() - interval '21 minutes'` });
  expect(await look('0 0 1 1 *')).toMatchObject({ ran: 'NOT_DUE' });
  expect(await look()).toMatchObject({ ran: 'ROUND' });
});
