/**
 * Asks a person about rows that cannot be read and are none of the agreements missing: they may be new ones. Judged by
 * the newest list of each kind on what is stored, so that any way to one ledger leads to the same questions.
 */
import { eq, sql } from 'drizzle-orm';
import { type Model, snapshotKinds } from '../../../../schema/enums.ts';
import { agencyNames } from '../../../../schema/tables/agencies.ts';
import { agreements } from '../../../../schema/tables/agreements.ts';
import { reviewItems } from '../../../../schema/tables/reviews.ts';
import type { Transaction } from '../../../database/database.ts';
import { insertRecords, selectRecords } from '../../../database/records.ts';
import { shieldOf } from '../../derive/lists/shield.ts';
import { identityLinks, type NameDecision } from '../../derive/names/identity-links.ts';
import { wordsOf } from '../../derive/names/name-similarity.ts';
import { reviewItemId } from '../../derive/settle/ids.ts';
import type { Publication } from '../lists/publication.ts';
import { turnItems } from '../review-items.ts';
import { notPrinted, type PrintedUnread, printedUnread } from './unreadable-rows.ts';

/** An agreement that may stand in an unreadable row of the newest list. */
interface Missing {
  agencyId: string;
  placeCode: string;
  model: Model;
  signedOn: string | null;
  memorandumUrl: string | null;
  names: readonly string[];
}

/** Raises what is to be asked today; what was asked and no longer arises is obsolete. */
export async function settleUnread(
  tx: Transaction,
  lists: readonly Publication[],
  decisions: readonly NameDecision[],
  now: string,
): Promise<void> {
  const asked: (typeof reviewItems.$inferInsert)[] = [];
  const newest = snapshotKinds.flatMap((kind) => lists.findLast((each) => each.kind === kind) ?? []);
  const unread = await printedUnread(
    tx,
    newest.map(({ number }) => number),
  );
  for (const list of newest) {
    const rows = unread.filter(({ number }) => number === list.number);
    if (rows.length === 0) continue;
    const missing = new Map<string, Missing[]>();
    for (const each of await missingFrom(tx, list)) {
      missing.set(each.placeCode, [...(missing.get(each.placeCode) ?? []), each]);
    }
    const places = [...missing].map(([code, here]) => placeOf(code, here, decisions));
    const isNone = (row: PrintedUnread): boolean => !places.some((place) => mayBe(row, place, list));
    asked.push(...rows.filter(isNone).map((row) => itemOf(row, list, now)));
  }
  const { id, status, kind } = reviewItems;
  const known = await tx.select({ id, status }).from(reviewItems).where(eq(kind, 'UNREADABLE_ROW'));
  await turnItems(tx, known, new Set(asked.map((item) => item.id)));
  await insertRecords(tx, reviewItems, asked, { do: 'nothing' });
}

/** What the list does not print of what is listed, or waits to be confirmed as gone. */
function missingFrom(tx: Transaction, { kind, number }: Publication): Promise<Missing[]> {
  const waiting =
    kind === 'PARTICIPATING' ? sql`status = 'UNLISTED'` : sql`status = 'PENDING' and pending_unlisted_at is not null`;
  return selectRecords(
    tx,
    sql`select agreement.agency_id as "agencyId", agreement.place_code as "placeCode", agreement.model,
      agreement.signed_on as "signedOn", agreement.memorandum_url as "memorandumUrl",
      (select json_agg(name.name_key) from ${agencyNames} name where name.agency_id = agreement.agency_id) as names
      from (${notPrinted(kind, number)} union
        select * from ${agreements} where derived and merged_into is null and ${waiting}) agreement`,
  );
}

/** What is missing in one place, and the agencies of it by their names. */
interface Place {
  code: string;
  missing: readonly Missing[];
  agencyOf: (nameKey: string) => string | null;
}

function placeOf(code: string, missing: readonly Missing[], decisions: readonly NameDecision[]): Place {
  const links = identityLinks(code, decisions);
  const agencies = new Map(missing.flatMap(({ agencyId, names }) => names.map((name) => [name, agencyId] as const)));
  const byWords = new Map([...agencies].map(([name, agencyId]) => [wordsOf(name), agencyId]));
  const agencyOf = (nameKey: string): string | null => {
    const known = links.group(nameKey).find((name) => agencies.has(name));
    return (known === undefined ? byWords.get(wordsOf(nameKey)) : agencies.get(known)) ?? null;
  };
  return { code, missing, agencyOf };
}

/** Whether the row may be one of those that are missing in the place. */
function mayBe(row: PrintedUnread, { code, missing, agencyOf }: Place, { publishedAt }: Publication): boolean {
  if (row.placeCode !== null && row.placeCode !== code) return false;
  const isShielded = shieldOf([row], agencyOf, publishedAt);
  return missing.some((each) => isShielded(each.agencyId, each));
}

const itemOf = (row: PrintedUnread, { publishedAt }: Publication, now: string): typeof reviewItems.$inferInsert => ({
  id: reviewItemId(row.placeCode ?? '', row.nameKey ?? '', row.hash),
  ...{ kind: 'UNREADABLE_ROW', status: 'OPEN', placeCode: row.placeCode, raisedAt: new Date(now) },
  ...{ leftKey: row.nameKey ?? '', rightKey: row.hash },
  evidence: {
    ...{ vanishedName: null, newName: row.agencyPrinted ?? '', model: row.model },
    ...{ vanishedSignedOn: null, newSignedOn: row.signedOn, sameMemorandum: false, similarity: 0, publishedAt },
    ...{ printedState: row.statePrinted, printedModel: row.modelPrinted, rowNumber: row.rowNumber },
  },
});
