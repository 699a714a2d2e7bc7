/** A ledger played again from what it stores: its lists as printed, and the acts of its operators, in their order. */
import { asc, eq, sql } from 'drizzle-orm';
import { decisions } from '../../../schema/tables/decisions.ts';
import { rowIssues, snapshotRows, snapshots, sourceRows } from '../../../schema/tables/snapshots.ts';
import type { Database, OpenDatabase } from '../../../src/database/database.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { commitRevision } from '../../../src/feed/log/event-log.ts';
import { parseRow } from '../../../src/intake/row/parse-row.ts';
import type { ListRow } from '../../../src/intake/table/list.ts';
import { applyList, lockForChange } from '../../../src/ledger/apply/apply.ts';
import { type Decision, endDecision, recordDecision } from '../../../src/ledger/apply/decisions.ts';
import { settleList } from '../../../src/ledger/apply/lists/change-list.ts';
import { changeListAndJudge } from '../../../src/ledger/apply/lists/judge-again.ts';
import type { Arrival } from '../../../src/ledger/apply/lists/store-list.ts';
import { changeSpelling } from '../../../src/ledger/apply/rows/change-spelling.ts';
import { spellingOf, spellingsInForce } from '../../../src/ledger/apply/rows/spellings-in-force.ts';
import { deriveNames } from '../../../src/operations/decisions/merge-split-rename.ts';
import { emptyLedger } from './ledger.ts';

/** Decisions that one act made together. */
interface Made {
  at: number;
  make: readonly Decision[];
}

/** A list whose rows are all at hand. */
type Stored = Arrival & { result: { ok: true; list: { rows: ListRow[] } } };

/** What happened to the ledger. */
type Act = { at: number; arrival: Stored } | Made | { at: number; revoke: Decision };

/** Empties the ledger and does everything again. */
export async function playAgain({ db }: Pick<OpenDatabase, 'db'>): Promise<void> {
  const acts = await actsOf(db);
  await emptyLedger(db);
  /** Ids of the decisions as they were, and as they are now. */
  const ids = new Map<string, string>();
  for (const act of acts) {
    if ('arrival' in act) await applyList(db, await readNow(db, act.arrival), { backfill: false });
    else if ('make' in act) await make(db, act.make, ids);
    else await revoke(db, { ...act.revoke, id: ids.get(act.revoke.id) ?? '' });
  }
}

/** By the spellings that hold at that moment. */
async function readNow(db: Database, arrival: Stored): Promise<Arrival> {
  const { spellings } = await spellingsInForce(db);
  const { kind, rows } = arrival.result.list;
  const read = rows.map((row) => ({ ...row, ...parseRow(row.cells, { ...row, kind }, spellings) }));
  return { ...arrival, result: { ...arrival.result, list: { ...arrival.result.list, rows: read } } };
}

async function actsOf(db: Database): Promise<Act[]> {
  const acts: Act[] = [];
  for (const list of await db.select().from(snapshots).orderBy(asc(snapshots.number))) {
    acts.push({ at: list.ingestedAt.getTime(), arrival: await arrivalOf(db, list) });
  }
  const made = new Map<number, Decision[]>();
  for (const decision of await db.select().from(decisions)) {
    const at = decision.decidedAt.getTime();
    made.set(at, [...(made.get(at) ?? []), decision]);
    if (decision.revokedAt !== null) acts.push({ at: decision.revokedAt.getTime(), revoke: decision });
  }
  // Of a split, the parting comes first.
  for (const [at, some] of made) acts.push({ at, make: some.sort((a, b) => (a.kind < b.kind ? -1 : 1)) });
  return acts.sort((a, b) => a.at - b.at);
}

async function arrivalOf(db: Database, list: typeof snapshots.$inferSelect): Promise<Stored> {
  const { number, kind, fileName, origin, sha256, publishedAt, postedAt, modifiedAt, tableHash } = list;
  if (kind === null || tableHash === null) throw new Error('a file that is no list is not played again');
  const rows = await db
    .select({ printed: snapshotRows, row: sourceRows })
    .from(snapshotRows)
    .innerJoin(sourceRows, eq(sourceRows.id, snapshotRows.sourceRowId))
    .where(eq(snapshotRows.snapshotNumber, number))
    .orderBy(snapshotRows.rowNumber);
  const issues = await db.select().from(rowIssues).where(eq(rowIssues.snapshotNumber, number));
  return {
    ...{ fileName, origin },
    result: {
      ...{ ok: true, sha256 },
      list: {
        ...{ kind, tableHash, publishedAt: (postedAt ?? publishedAt).toISOString() },
        ...{ publishedAtBasis: list.publishedAtBasis, modifiedAt: modifiedAt?.toISOString() ?? null },
        ...{ worksheet: list.worksheet ?? '', columns: list.columns },
        issues: issues.filter(({ code }) => code !== 'REPEATED_AGREEMENT'),
        rows: rows.map(({ printed: { rowNumber, hidden }, row }) => {
          const { id: _id, nameKey: _key, statePrinted: _s, agencyPrinted: _a, modelPrinted: _m, ...rest } = row;
          const { hash, cells, corrections, ...clean } = rest;
          return { rowNumber, hidden, hash, cells, corrections, clean };
        }),
      },
    },
  };
}

async function make(db: Database, some: readonly Decision[], ids: Map<string, string>): Promise<void> {
  await inTransaction(db, async (tx) => {
    const locked = await lockForChange(tx);
    const made: { id: string; placeCode: string | null; reason: string }[] = [];
    for (const { id: former, decidedAt: _at, revokedAt: _revoked, revokedReason: _why, ...given } of some) {
      const id = await recordDecision(tx, locked, { ...given, reviewItemId: null });
      ids.set(former, id);
      made.push({ id, placeCode: given.placeCode, reason: 'again.' });
    }
    await derive(tx, locked, some[0], made);
  });
}

async function revoke(db: Database, decision: Decision): Promise<void> {
  await inTransaction(db, async (tx) => {
    const locked = await lockForChange(tx);
    await endDecision(tx, locked, decision, decision.revokedReason ?? '');
    const { id, placeCode } = decision;
    await derive(tx, locked, decision, [{ id, placeCode, reason: 'again.' }], decision.kind);
  });
}

async function derive(
  tx: Parameters<typeof deriveNames>[0],
  locked: Parameters<typeof deriveNames>[1],
  decision: Decision | undefined,
  made: Parameters<typeof deriveNames>[2],
  ended?: Decision['kind'],
): Promise<void> {
  const [first] = made;
  if (!first || !decision) throw new Error('an act without a decision');
  const { snapshotNumber } = decision;
  const spelling = spellingOf(decision);
  if (spelling !== null) {
    await commitRevision(tx, (await changeSpelling(tx, locked, spelling, first)).locked);
    return;
  }
  if (snapshotNumber === null) {
    await commitRevision(tx, (await deriveNames(tx, locked, made)).locked);
    return;
  }
  const [list] = await tx.select().from(snapshots).where(sql`number = ${snapshotNumber}`);
  if (!list) throw new Error(`no list has the number ${snapshotNumber}`);
  const changed = await changeListAndJudge(tx, locked, list, first, () => settleList(tx, list, ended));
  await commitRevision(tx, changed.locked);
}
