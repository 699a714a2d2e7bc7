/** A person's word on what a printed text means: added, and taken back. What is stored is read again by it at once. */
import { sql } from 'drizzle-orm';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import type { Database, Transaction } from '../../database/database.ts';
import { selectRecords } from '../../database/records.ts';
import { inTransaction } from '../../database/transaction.ts';
import type { LockedLedger } from '../../feed/log/event-log.ts';
import { fieldOfHeading } from '../../intake/table/headings.ts';
import { quoteText } from '../../intake/vocabulary/printed-text.ts';
import { describeMeaning, readSpelling, spellingKey } from '../../intake/vocabulary/read-spelling.ts';
import { prints, type Spelling } from '../../intake/vocabulary/spellings.ts';
import { lockForChange } from '../../ledger/apply/apply.ts';
import { recordDecision } from '../../ledger/apply/decisions.ts';
import { changeSpelling } from '../../ledger/apply/rows/change-spelling.ts';
import { spellingsInForce } from '../../ledger/apply/rows/spellings-in-force.ts';
import { commitChange } from '../lists/report-change.ts';
import { type ChangeReport, Refusal, type SpellingEntry, type SpellingGiven } from '../operations.ts';

/** Those that hold, in the order in which they were added. */
export async function listSpellings(db: Database): Promise<SpellingEntry[]> {
  const { each } = await spellingsInForce(db);
  return each.map(({ id, spelling, reason, decidedAt }) => ({
    ...{ id, ...spelling, reason, decidedAt: decidedAt.toISOString() },
  }));
}

/** Throws {@link Refusal} for what means nothing, contradicts what is known, or is known already. */
export function addSpelling(db: Database, given: SpellingGiven, reason: string, known?: string): Promise<ChangeReport> {
  const read = readSpelling(given);
  if (!read.ok) throw new Refusal('BAD_ARGUMENT', read.problem);
  const { spelling } = read;
  return inTransaction(
    db,
    async (tx) => {
      const locked = await lockForChange(tx);
      await refuseKnown(tx, spelling);
      await refuseDoubled(tx, spelling);
      const id = await recordDecision(tx, locked, { kind: 'SPELLING', ...spelling, reason, id: known });
      const report = await take(tx, locked, { id, spelling, reason: `${describe(spelling)} from now on: ${reason}` });
      const ingestAgain = spelling.subject === 'HEADING' ? await rejectedForHeaders(tx) : [];
      const isUnused = report.rowsReadAgain === 0 && ingestAgain.length === 0;
      return { ...report, ingestAgain, notes: isUnused ? [unused] : [] };
    },
    { long: true },
  );
}

/** Once its decision has ended: what it made readable is unreadable again. */
export function undoSpelling(
  tx: Transaction,
  locked: LockedLedger,
  { id, spelling, reason }: Judged,
): Promise<ChangeReport> {
  return take(tx, locked, { id, spelling, reason: `${describe(spelling)} no longer: ${reason}` });
}

/** As of a word with a letter wrong, which would otherwise look like one that helped. */
const unused = 'No stored row is read otherwise by it; it holds for lists to come.';

const describe = ({ subject, printed, means }: Spelling): string =>
  `the ${subject.toLowerCase()} ${quoteText(printed)} means ${describeMeaning(subject, means)}`;

async function refuseKnown(tx: Transaction, spelling: Spelling): Promise<void> {
  const key = spellingKey(spelling);
  const known = (await spellingsInForce(tx)).each.find((each) => spellingKey(each.spelling) === key);
  if (known === undefined) return;
  const { subject, printed, means } = known.spelling;
  throw new Refusal(
    'BAD_ARGUMENT',
    `printed: ${quoteText(printed)} means ${describeMeaning(subject, means)} by decision ${known.id}; to change that, remove it first.`,
  );
}

/** A list with two columns of one kind cannot be read, so the heading is of something else. */
async function refuseDoubled(tx: Transaction, spelling: Spelling): Promise<void> {
  if (spelling.subject !== 'HEADING') return;
  const { headings } = (await spellingsInForce(tx)).spellings;
  const lists = await tx.select({ fileName: snapshots.fileName, columns: snapshots.columns }).from(snapshots);
  for (const { fileName, columns } of lists) {
    const other = columns.find((name) => fieldOfHeading(name, headings) === spelling.means);
    if (other === undefined || !columns.some((name) => prints(spelling, name))) continue;
    throw new Refusal(
      'BAD_ARGUMENT',
      `printed: ${fileName} has a column ${quoteText(spelling.printed)} beside ${quoteText(other)}, which is ${describeMeaning('HEADING', spelling.means)}.`,
    );
  }
}

interface Judged {
  id: string;
  spelling: Spelling;
  /** For people: why events are retracted. */
  reason: string;
}

/** Reads and derives again, and appends what that changes. */
async function take(tx: Transaction, locked: LockedLedger, { id, spelling, reason }: Judged): Promise<ChangeReport> {
  const changed = await changeSpelling(tx, locked, spelling, { id, reason });
  const { rows: rowsReadAgain, accepted, held } = changed;
  return commitChange(tx, changed.locked, changed.told, [id], { rowsReadAgain, accepted, held });
}

/** Of a file that was rejected nothing is stored but why. */
async function rejectedForHeaders(tx: Transaction): Promise<string[]> {
  const rows = await selectRecords<{ fileName: string }>(
    tx,
    sql`select list.file_name as "fileName" from ${snapshots} list
      where list.rejection ->> 'code' in ('NO_KNOWN_HEADER', 'MISSING_COLUMN')
        and not exists (select 1 from ${snapshots} read where read.sha256 = list.sha256 and read.kind is not null)
      order by list.published_at, list.number`,
  );
  return rows.map(({ fileName }) => fileName);
}
