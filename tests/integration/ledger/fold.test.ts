/**
 * The fold on a database: queried once, and replaced by id from live events since, is what a query answers after every
 * act of an operator, lists that come late one by one after an outage of the follower, and, once it was queried again, a
 * restore. The many histories are in the unit test; here the writes and the log itself are tried.
 */
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { EventStanding } from '../../../schema/tables/events.ts';
import { ledger } from '../../../schema/tables/ledger.ts';
import { selectRecords } from '../../../src/database/records.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { CursorError, encodeEventCursor, type LogPosition } from '../../../src/feed/log/cursor.ts';
import { parseRow } from '../../../src/intake/row/parse-row.ts';
import type { ListRow } from '../../../src/intake/table/list.ts';
import { type Applied, applyList } from '../../../src/ledger/apply/apply.ts';
import { recount } from '../../../src/ledger/apply/places/keep-counts.ts';
import { readAgain } from '../../../src/ledger/apply/rows/read-again.ts';
import { spellingsInForce } from '../../../src/ledger/apply/rows/spellings-in-force.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { Refusal, type SpellingGiven } from '../../../src/operations/operations.ts';
import { createQueries } from '../../../src/queries/queries.ts';
import { type KeptLedger, keepLedger, restoreLedger } from '../../support/databases/kept-ledger.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { emptyLedger, identities, keptCounts } from '../../support/ledgers/ledger.ts';
import { rederiveAll } from '../../support/ledgers/rederive-all.ts';
import { playAgain } from '../../support/ledgers/replay-acts.ts';
import { arrival, type ListGiven, type RowGiven } from '../../support/lists/lists.ts';
import { runs } from '../../support/run/long-tests.ts';

const database = await openTestDatabase();
const { db } = database;
const operations = createOperations(database);
afterAll(() => database.close());

const agencies = [
  ...['Alpha Police', 'Alphas Police', 'Police Alpha', 'Bravo County Sheriff', 'Charlie Beach Police', 'Delta Marshal'],
];
const anyRow = fc.record({
  // Some stand in another state on one sheet than on another: a move.
  state: fc.constantFrom('TX', 'TX', 'TX', 'GA'),
  agency: fc.constantFrom(...agencies),
  model: fc.constantFrom('TASK_FORCE' as const, 'JAIL_ENFORCEMENT' as const),
  signed: fc.constantFrom('2025-03-01', '2025-03-02', '2020-01-01', null),
  memorandum: fc.constantFrom(null, 'https://example.org/a.pdf', 'https://example.org/b.pdf'),
});
const anySheets = fc.array(fc.array(anyRow, { maxLength: 4 }), { minLength: 4, maxLength: 4 });
const pick = fc.nat(9);
const anyAct = fc.record({
  act: fc.constantFrom(
    ...(['next', 'next', 'next', 'late', 'late', 'pending', 'held', 'judge', 'judge'] as const),
    ...(['merge', 'split', 'decide', 'revoke', 'revoke', 'unread', 'unread', 'unread late'] as const),
    ...([
      'withdraw',
      'withdraw',
      'redate',
      'redate',
      'rename',
      'rename',
      'spell',
      'spell',
      'unspell',
      'raise',
    ] as const),
    ...(['outage', 'catch up', 'catch up', 'catch up', 'back up', 'restore', 'restore'] as const),
  ),
  pick,
  other: pick,
});

/** One that lists may print yet, and one that they never do. */
const newNames = ['Echo Police', 'Alphas Police', 'Delta Marshals'];

const start = Date.parse('2025-03-01T12:00:00Z');
const on = (day: number): string => new Date(start + day * 86_400_000).toISOString();
/** Read by the spellings that hold. */
async function ingest(list: ListGiven): Promise<Applied> {
  const given = arrival(list);
  const { kind, rows } = given.result.list;
  const { spellings } = await spellingsInForce(db);
  const read = (rows as readonly ListRow[]).map((row) => ({
    ...row,
    ...parseRow(row.cells, { ...row, kind }, spellings),
  }));
  const result = { ...given.result, list: { ...given.result.list, rows: read } };
  return applyList(db, { ...given, result }, { backfill: false });
}

/** A list with more rows that name no state than the guard lets pass. */
function ingestHeld(rows: readonly RowGiven[], day: number): Promise<Applied> {
  const nowhere = Array.from({ length: 4 }, (_, index) => ({ agency: `Nowhere ${index} Police`, state: 'Nowhere' }));
  return ingest({ on: on(day), rows: [...rows, ...nowhere] });
}

/** What the lists print where a cell cannot be read, and what an operator says of it. */
const spellings: readonly SpellingGiven[] = [
  { subject: 'STATE', printed: 'unreadable TX', means: 'TX' },
  { subject: 'STATE', printed: 'Nowhere', means: 'TX' },
  { subject: 'MODEL', printed: 'unreadable Task Force Model', means: 'TASK_FORCE' },
  { subject: 'MODEL', printed: 'unreadable Jail Enforcement Model', means: 'WARRANT_SERVICE_OFFICER' },
];

const cells = ['state', 'agency', 'model'] as const;
/** A row or two of which a cell cannot be read. */
function obscure(rows: readonly RowGiven[], which: number, other: number): RowGiven[] {
  const [cell = 'state'] = [cells[which % 3]];
  return rows.map((row, index) => (index % 2 === other % 2 ? { ...row, unreadable: [cell] } : row));
}

interface Given {
  act: typeof anyAct extends fc.Arbitrary<infer Each> ? Each : never;
  rows: readonly RowGiven[];
  last: Last;
}

interface Last {
  /** Of the newest list. */
  day: number;
  /** Days of lists that were published while nobody looked, and are not there yet. */
  missed: number[];
  /** With the days of then. */
  backup: { kept: KeptLedger; day: number; missed: readonly number[] };
}

async function perform({ act: { act, pick: which, other }, rows, last }: Given): Promise<unknown> {
  if (act === 'back up') {
    last.backup = { kept: await keepLedger(db), day: last.day, missed: [...last.missed] };
    return;
  }
  if (act === 'restore') {
    const { kept, day, missed } = last.backup;
    Object.assign(last, { day, missed: [...missed] });
    return restoreLedger(db, kept);
  }
  if (act === 'outage') {
    // Only what is posted when it is over is found at first.
    const days = Array.from({ length: 1 + (which % 3) }, (_, index) => last.day + (index + 1) * (1 + (other % 6)));
    last.missed.push(...days);
    last.day = (days.at(-1) ?? 0) + 1;
    return ingest({ on: on(last.day), rows });
  }
  if (act === 'catch up') {
    const day = last.missed.shift();
    return day === undefined ? undefined : ingest({ on: on(day), rows });
  }
  if (act === 'next' || act === 'pending' || act === 'held') {
    last.day += 1 + (which % 4);
    if (act === 'held') return ingestHeld(rows, last.day);
    return ingest({ on: on(last.day), kind: act === 'pending' ? 'PENDING' : 'PARTICIPATING', rows });
  }
  if (act === 'unread') {
    last.day += 1 + (which % 4);
    return ingest({ on: on(last.day), rows: obscure(rows, which, other) });
  }
  if (act === 'unread late') {
    return ingest({ on: on(Math.max(0, last.day - which * 3)), rows: obscure(rows, which, other) });
  }
  if (act === 'late') return ingest({ on: on(Math.max(0, last.day - which * 3)), rows });
  if (act === 'spell') {
    const spelling = spellings[which % spellings.length];
    return spelling && operations.addSpelling(spelling, 'so it is');
  }
  if (act === 'unspell') {
    const known = await operations.spellings();
    const spelling = known[which % Math.max(1, known.length)];
    return spelling && operations.removeSpelling(spelling.id, 'not so');
  }
  if (act === 'raise') {
    // As after an update of the program.
    await db.update(ledger).set({ rulesVersion: sql`${ledger.rulesVersion} - 1` });
    return operations.raiseRules();
  }
  const slugs = await selectRecords<{ slug: string }>(
    db,
    sql`select slug from agencies where derived and merged_into is null order by slug`,
  );
  const [left, right] = [slugs[which % slugs.length], slugs[other % slugs.length]];
  if (act === 'merge') return left && right && operations.merge(left.slug, right.slug, 'one');
  if (act === 'split') return left && operations.split(left.slug, [agencies[other % agencies.length] ?? ''], 'two');
  if (act === 'rename') return left && operations.rename(left.slug, newNames[other % newNames.length] ?? '', 'its own');
  if (act === 'withdraw' || act === 'redate') {
    const accepted = await operations.lists('ACCEPTED', null);
    const list = accepted[which % Math.max(1, accepted.length)];
    if (act === 'withdraw') return list && operations.withdraw(list.id, 'not of ICE');
    // At another hour than lists arrive, so that two of a day are told apart.
    return list && operations.redate(list.id, on(other * 2 + 1 / 24), 'its workbook says so');
  }
  if (act === 'judge') {
    const [held] = await operations.lists('HELD', null);
    return held && (other % 3 === 0 ? operations.reject(held.id, 'cut') : operations.release(held.id, 'checked'));
  }
  if (act === 'decide') {
    const [item] = await operations.reviews('OPEN');
    return item && operations.decide(item.id, other % 2 === 0 ? 'SAME_AGENCY' : 'DIFFERENT_AGENCIES', 'known');
  }
  const decisions = (await operations.decisions()).filter(({ revokedAt }) => revokedAt === null);
  const decision = decisions[which % Math.max(1, decisions.length)];
  return decision && operations.revoke(decision.id, 'wrong');
}

type Held = Map<string, EventStanding>;

async function query(): Promise<Held> {
  const rows = await selectRecords<EventStanding & { agreementId: string }>(
    db,
    sql`select agreement.id as "agreementId", false as gone, agreement.status, agreement.signed_on as "signedOn",
      agreement.ended_on as "endedOn", agreement.memorandum_url as "memorandumUrl", agency.id as "agencyId",
      agency.name as "agencyName", agency.place_code as "placeCode"
      from agreements agreement join agencies agency on agency.id = agreement.agency_id
      where agreement.derived and agreement.merged_into is null`,
  );
  return new Map(rows.map((row) => [row.agreementId, row]));
}

const logged = (after: number) =>
  selectRecords<{ sequence: number; kind: string; backfill: boolean; standing: EventStanding | null }>(
    db,
    sql`select sequence, kind, backfill, standing from ledger_events where sequence > ${after} order by sequence`,
  );

/** Whoever queried once and watches since. */
interface Watcher {
  held: Held;
  cursor: string;
}

const queries = createQueries(database);
const cursorAt = ({ epoch, lastSequence, lastHash }: LogPosition): string =>
  encodeEventCursor(epoch, lastSequence, lastHash);

/** Replaces by id from live events; what is told in sum is queried again. Answers whether its cursor was of another log. */
async function follow(watcher: Watcher): Promise<boolean> {
  const position = await queries.ledger();
  const after = await queries.sequenceOf(watcher.cursor, position).catch((error: unknown) => {
    if (error instanceof CursorError && error.code === 'CURSOR_STALE') return null;
    throw error;
  });
  watcher.cursor = cursorAt(position);
  if (after === null) {
    watcher.held = await query();
    return true;
  }
  for (const { kind, backfill, standing } of await logged(Number(after))) {
    const { held } = watcher;
    if (backfill) continue;
    if (kind === 'HISTORY_CHANGED') {
      held.clear();
      for (const [id, row] of await query()) held.set(id, row);
    }
    if (standing === null) continue;
    const { agencyId, agencyName, agreementId } = standing;
    for (const [id, row] of held) if (row.agencyId === agencyId) held.set(id, { ...row, agencyName });
    if (agreementId !== null && standing.gone) held.delete(agreementId);
    if (agreementId !== null && !standing.gone) held.set(agreementId, standing);
  }
  return false;
}

const inOrder = (held: Held): unknown[] => [...held].sort(([a], [b]) => (a < b ? -1 : 1));

test('live events alone lead from what was queried to what is queried, after every act, and all acts again to the same', async () => {
  await fc.assert(
    fc.asyncProperty(anySheets, fc.array(anyAct, { minLength: 6, maxLength: 12 }), async (sheets, acts) => {
      await emptyLedger(db);
      const watcher: Watcher = { held: new Map(), cursor: cursorAt(await queries.ledger()) };
      const last: Last = { day: 0, missed: [], backup: { kept: await keepLedger(db), day: 0, missed: [] } };
      for (const act of acts) {
        const rows = sheets[act.other % sheets.length] ?? [];
        try {
          await perform({ act, rows, last });
        } catch (error) {
          // What cannot be done, such as a merge of one agency with itself, changes nothing.
          if (!(error instanceof Refusal)) throw error;
        }
        expect(await follow(watcher)).toBe(act.act === 'restore');
        expect(inOrder(watcher.held)).toEqual(inOrder(await query()));
      }
      const { spellings: inForce } = await spellingsInForce(db);
      expect(await inTransaction(db, (tx) => readAgain(tx, inForce))).toMatchObject({ rows: 0 });
      const kept = await keptCounts(db);
      await inTransaction(db, recount);
      expect(await keptCounts(db)).toEqual(kept);
      expect((await rederiveAll(db)).changed).toBe(false);
      const before = await identities(db);
      await playAgain(database);
      expect(await identities(db)).toEqual(before);
    }),
    { numRuns: runs(5, 150) },
  );
}, 3_600_000);
