/**
 * A spelling comes into force, or goes out of it: the rows that print it are read again, what follows from them is
 * derived again, and held lists are judged again.
 */
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { decisions } from '../../../../schema/tables/decisions.ts';
import { snapshots, sourceRows } from '../../../../schema/tables/snapshots.ts';
import type { Transaction } from '../../../database/database.ts';
import { selectRecords, valueList } from '../../../database/records.ts';
import type { LockedLedger } from '../../../feed/log/event-log.ts';
import { fieldOfHeading } from '../../../intake/table/headings.ts';
import { prints, type Spelling, type Spellings } from '../../../intake/vocabulary/spellings.ts';
import { reasonsOfReading } from '../../derive/guard/guard-itself.ts';
import { decisionsInForce } from '../decisions.ts';
import { judgeHeldAgain, type NamedList } from '../lists/judge-again.ts';
import { allPlaces, placesTheyCanChange } from '../lists/late-list.ts';
import { storedFacts } from '../lists/list-facts.ts';
import { acceptedLists, byPublication, heldLists, type Publication } from '../lists/publication.ts';
import { rederiveAndAppend } from '../rederive.ts';
import { countEvents, type Told } from '../told.ts';
import { type ReadAgain, readAgain } from './read-again.ts';
import { readColumnsAgain, settleIssues } from './row-issues.ts';
import { spellingsInForce } from './spellings-in-force.ts';

export interface SpellingChanged {
  locked: LockedLedger;
  /** Stored rows that are read otherwise. */
  rows: number;
  /** Lists that were held and are accepted now, and the other way round. */
  accepted: NamedList[];
  held: NamedList[];
  told: Told[];
}

/** The caller has recorded the decision, or ended it, and writes the counters. `reason` is for people. */
export async function changeSpelling(
  tx: Transaction,
  locked: LockedLedger,
  spelling: Spelling,
  { id, reason }: { id: string; reason: string },
): Promise<SpellingChanged> {
  const { spellings } = await spellingsInForce(tx);
  const columns = await columnsOf(tx, spelling, spellings);
  const reread = await readAgain(tx, spellings, await rowsThatPrint(tx, spelling, columns));
  if (spelling.subject === 'HEADING') await readHeadersAgain(tx, spellings, columns, reread);
  const accepted = await acceptedLists(tx);
  const held = await holdUnreadable(tx, accepted, reread);
  const lists = await acceptedLists(tx);
  const places = new Set<string | null>([...reread.places, ...(await placesTheyCanChange(tx, held, accepted))]);
  const outcome = await rederiveAndAppend(
    tx,
    locked,
    // A row whose state cannot be read may be of any.
    places.has(null) ? await allPlaces(tx) : [...places].flatMap((place) => place ?? []).sort(),
    lists,
    await decisionsInForce(tx),
    {
      ...{ kind: 'DECISION', id, snapshotNumber: null, occurredAt: locked.now, reason },
      ...{ lists: [], history: null },
    },
  );
  await settleIssues(tx, reread.lists, lists);
  const [first] = [...accepted, ...(await heldLists(tx))]
    .filter(({ number }) => reread.lists.has(number))
    .sort(byPublication);
  const judged = first && (await judgeHeldAgain(tx, outcome.locked, first.publishedAt));
  return {
    ...{ locked: judged?.locked ?? outcome.locked, rows: reread.rows, accepted: judged?.accepted ?? [], held },
    told: [countEvents(outcome.events), ...(judged?.told ?? [])],
  };
}

/** The headings under which it may be printed; of a heading, those that are it. */
async function columnsOf(tx: Transaction, spelling: Spelling, { headings }: Spellings): Promise<string[]> {
  const rows = await selectRecords<{ name: string }>(
    tx,
    sql`select distinct unnest(${snapshots.columns}) as name from ${snapshots}`,
  );
  const names = rows.map(({ name }) => name);
  if (spelling.subject === 'HEADING') return names.filter((name) => prints(spelling, name));
  const field = spelling.subject.toLowerCase();
  return names.filter((name) => fieldOfHeading(name, headings) === field);
}

/** Chooses the rows of `source_rows` that print it under one of these headings. */
async function rowsThatPrint(tx: Transaction, spelling: Spelling, columns: readonly string[]): Promise<SQL> {
  const under = sql`jsonb_array_elements(${sourceRows.cells}) cell
    where cell ->> 'column' in ${valueList(columns)}`;
  if (spelling.subject === 'HEADING') return sql`exists (select 1 from ${under})`;
  const texts = await selectRecords<{ text: string }>(
    tx,
    sql`select distinct cell ->> 'text' as text from ${sourceRows}, ${under}`,
  );
  const printed = texts.flatMap(({ text }) => (prints(spelling, text) ? text : []));
  return sql`exists (select 1 from ${under} and cell ->> 'text' in ${valueList(printed)})`;
}

/** Which columns are known, of the lists that have one of these. */
async function readHeadersAgain(
  tx: Transaction,
  spellings: Spellings,
  columns: readonly string[],
  reread: ReadAgain,
): Promise<void> {
  const lists = await tx
    .select({ number: snapshots.number, columns: snapshots.columns })
    .from(snapshots)
    .where(sql`${snapshots.columns} && array${valueList(columns)}`);
  await readColumnsAgain(tx, spellings, lists);
  for (const { number } of lists) reread.lists.add(number);
}

/**
 * Lists that only a spelling made readable wait for a person once it is taken back, but for those that a person
 * released.
 */
async function holdUnreadable(
  tx: Transaction,
  accepted: readonly Publication[],
  reread: ReadAgain,
): Promise<(Publication & NamedList)[]> {
  const held: (Publication & NamedList)[] = [];
  const released = await tx
    .select({ number: decisions.snapshotNumber })
    .from(decisions)
    .where(and(eq(decisions.kind, 'RELEASE'), isNull(decisions.revokedAt)));
  for (const list of accepted) {
    if (!reread.lists.has(list.number) || released.some(({ number }) => number === list.number)) continue;
    const holdReasons = reasonsOfReading(await storedFacts(tx, list));
    if (holdReasons.length === 0) continue;
    const [named] = await tx
      .update(snapshots)
      .set({ status: 'HELD', holdReasons })
      .where(eq(snapshots.number, list.number))
      .returning({ fileName: snapshots.fileName });
    if (named) held.push({ ...list, ...named });
  }
  return held;
}
