/** A person's word on names: the same agency or different ones. Every word is kept, and can be taken back. */
import { and, eq, inArray, isNull, ne, or, sql } from 'drizzle-orm';
import type { ReviewVerdict } from '../../../schema/enums.ts';
import { agencies, agencyNames, agencySlugs } from '../../../schema/tables/agencies.ts';
import { type ReviewEvidence, reviewItems } from '../../../schema/tables/reviews.ts';
import type { Database, Transaction } from '../../database/database.ts';
import { inTransaction } from '../../database/transaction.ts';
import type { LockedLedger } from '../../feed/log/event-log.ts';
import { readAgencyName } from '../../intake/row/read-agency-name.ts';
import { lockForChange } from '../../ledger/apply/apply.ts';
import { type DecisionGiven, decisionsInForce, recordDecision } from '../../ledger/apply/decisions.ts';
import { acceptedLists } from '../../ledger/apply/lists/publication.ts';
import { type Rederived, rederiveAndAppend } from '../../ledger/apply/rederive.ts';
import { countEvents } from '../../ledger/apply/told.ts';
import { canonicalName } from '../../ledger/derive/names/canonical-name.ts';
import { identityLinks } from '../../ledger/derive/names/identity-links.ts';
import { commitChange } from '../lists/report-change.ts';
import { type ChangeReport, Refusal } from '../operations.ts';
import { findId } from '../read-id.ts';

type Agency = typeof agencies.$inferSelect;

/** Answers a review item. Throws {@link Refusal} where it is not open, or asks something else. */
export async function decideItem(
  db: Database,
  given: string,
  kind: ReviewVerdict,
  reason: string,
): Promise<ChangeReport> {
  return judge(db, async (tx, locked) => {
    const id = await findId(tx, given, 'review');
    const [item] = await tx.select().from(reviewItems).where(eq(reviewItems.id, id));
    if (!item) throw new Refusal('NOT_FOUND', `There is no review item ${id}.`);
    if (item.status !== 'OPEN')
      throw new Refusal('ALREADY_DECIDED', `The review item ${id} is ${notOpen[item.status]}.`);
    const { placeCode, evidence, leftKey } = item;
    if ((item.kind === 'UNREADABLE_ROW') !== (kind === 'SET_ASIDE')) {
      const fitting =
        item.kind === 'UNREADABLE_ROW' ? 'about a row: set it aside' : 'about two names: same or different';
      throw new Refusal('BAD_ARGUMENT', `The review item ${id} is ${fitting}.`);
    }
    await tx.update(reviewItems).set({ status: 'DECIDED' }).where(eq(reviewItems.id, id));
    if (kind === 'SET_ASIDE' || placeCode === null) {
      const leftKeys = leftKey === '' ? [] : [leftKey];
      return [await decide(tx, locked, { kind, placeCode, leftKeys, reviewItemId: id, reason })];
    }
    const [left, right] = keysOf(evidence);
    const names =
      kind === 'SAME_AGENCY'
        ? { leftKeys: await namesOf(tx, placeCode, left), rightKeys: await namesOf(tx, placeCode, right) }
        : { leftKeys: [left], rightKeys: [right] };
    return [await decide(tx, locked, { kind, placeCode, ...names, reviewItemId: id, reason })];
  });
}

/** What the question compared: its printed names say it to people. Old evidence has the canonical names in their place. */
const keysOf = ({ vanishedKey, newKey, vanishedName, newName }: ReviewEvidence): [string, string] => [
  vanishedKey ?? vanishedName ?? '',
  newKey ?? newName,
];

const notOpen = {
  DECIDED: 'DECIDED: revoke its decision to decide it anew',
  OBSOLETE: 'OBSOLETE: the lists and decisions no longer raise it',
} as const;

/** Two agencies of one place are one; the first gives it its name and its id. */
export function mergeAgencies(db: Database, survivor: string, merged: string, reason: string): Promise<ChangeReport> {
  return judge(db, async (tx, locked) => {
    const left = await agencyNamed(tx, survivor);
    const right = await agencyNamed(tx, merged);
    if (left.id === right.id) throw new Refusal('BAD_ARGUMENT', `${survivor} and ${merged} are one agency already.`);
    if (left.placeCode !== right.placeCode) {
      throw new Refusal('BAD_ARGUMENT', `${survivor} and ${merged} are in different states: they stay apart.`);
    }
    const { placeCode } = left;
    const leftKeys = await namesOf(tx, placeCode, left.key);
    const rightKeys = await namesOf(tx, placeCode, right.key);
    return [await decide(tx, locked, { kind: 'SAME_AGENCY', placeCode, leftKeys, rightKeys, reason })];
  });
}

/** Printed names of an agency that belong to another one from now on. */
export function splitAgency(
  db: Database,
  slug: string,
  printedNames: readonly string[],
  reason: string,
): Promise<ChangeReport> {
  return judge(db, async (tx, locked) => {
    const agency = await agencyNamed(tx, slug);
    const names = await namesOf(tx, agency.placeCode, agency.key);
    const leaving = [...new Set(printedNames.map(canonicalName))];
    for (const [index, key] of leaving.entries()) {
      if (!names.includes(key)) {
        throw new Refusal(
          'BAD_ARGUMENT',
          `"${printedNames[index]}" is not a name of ${slug}. It has: ${names.join('; ')}.`,
        );
      }
    }
    if (leaving.length === 0) throw new Refusal('BAD_ARGUMENT', 'Name at least one printed name to split off.');
    if (leaving.includes(agency.key)) {
      throw new Refusal('BAD_ARGUMENT', `"${agency.key}" gave ${slug} its identity: split off the other names.`);
    }
    const { placeCode } = agency;
    const staying = names.filter((name) => !leaving.includes(name));
    const parted = { kind: 'DIFFERENT_AGENCIES', placeCode, leftKeys: staying, rightKeys: leaving, reason } as const;
    const made = [await decide(tx, locked, parted)];
    if (leaving.length > 1) {
      made.push(await decide(tx, locked, { kind: 'SAME_AGENCY', placeCode, leftKeys: leaving, reason }));
    }
    return made;
  });
}

/** The agency goes by this name until that is revoked, whatever lists print; its former slugs answer. */
export function renameAgency(db: Database, slug: string, given: string, reason: string): Promise<ChangeReport> {
  const read = readAgencyName(given);
  const name = read.value;
  const nameKey = name === null ? '' : canonicalName(name);
  if (name === null || nameKey === '') {
    const why = 'problem' in read ? read.problem?.reason : undefined;
    throw new Refusal('BAD_ARGUMENT', `"${given}" is no name of an agency. ${why ?? 'It has no word.'}`);
  }
  return judge(db, async (tx, locked) => {
    const { placeCode, key, id, name: current } = await agencyNamed(tx, slug);
    if (name === current) throw new Refusal('BAD_ARGUMENT', `${slug} goes by the name "${name}" already.`);
    const meant = identityLinks(placeCode, await decisionsInForce(tx, placeCode)).group(nameKey);
    const [other] = await tx
      .select({ slug: agencies.slug })
      .from(agencies)
      .leftJoin(agencyNames, eq(agencyNames.agencyId, agencies.id))
      .where(
        and(
          ...[eq(agencies.placeCode, placeCode), ne(agencies.id, id), eq(agencies.derived, true)],
          ...[
            isNull(agencies.mergedInto),
            or(inArray(agencyNames.nameKey, [...meant]), inArray(agencies.nameKey, [...meant])),
          ],
        ),
      )
      .limit(1);
    if (other) {
      const instead = `Merge the two where they are one ("accord287 review merge"), or choose another name.`;
      throw new Refusal('BAD_ARGUMENT', `"${name}" is a name of ${other.slug}. ${instead}`);
    }
    return [
      await decide(tx, locked, { kind: 'RENAMING', placeCode, leftKeys: [key], rightKeys: [nameKey], name, reason }),
    ];
  });
}

/** Decisions about names or rows that one act made elsewhere, made again under the ids that they had. */
export function decideAgain(db: Database, made: readonly DecisionGiven[]): Promise<ChangeReport> {
  return judge(db, async (tx, locked) => {
    const again: Decided[] = [];
    for (const given of made) {
      const [item] = await tx
        .update(reviewItems)
        .set({ status: 'DECIDED' })
        .where(sql`${reviewItems.id} = ${given.reviewItemId ?? null}`)
        .returning({ id: reviewItems.id });
      again.push(await decide(tx, locked, { ...given, reviewItemId: item?.id ?? null }));
    }
    return again;
  });
}

/** A decision that was made or revoked, and why, for people. */
export interface Decided {
  id: string;
  placeCode: string | null;
  reason: string;
}

/** Locks, records, derives the place again, and appends what that changes. */
function judge(
  db: Database,
  record: (tx: Transaction, locked: LockedLedger) => Promise<Decided[]>,
): Promise<ChangeReport> {
  return inTransaction(
    db,
    async (tx) => {
      const locked = await lockForChange(tx);
      const made = await record(tx, locked);
      const outcome = await deriveNames(tx, locked, made);
      const ids = made.map(({ id }) => id);
      return commitChange(tx, outcome.locked, [countEvents(outcome.events)], ids);
    },
    { long: true },
  );
}

/** Derives again the places that these decisions are about. The caller writes the counters. */
export async function deriveNames(
  tx: Transaction,
  locked: LockedLedger,
  made: readonly Decided[],
): Promise<Rederived & { locked: LockedLedger }> {
  const [first] = made;
  if (!first) throw new Error('a judgement without a decision');
  const places = [...new Set(made.flatMap(({ placeCode }) => placeCode ?? []))];
  return rederiveAndAppend(tx, locked, places, await acceptedLists(tx), await decisionsInForce(tx), {
    ...{ kind: 'DECISION', id: first.id, snapshotNumber: null, occurredAt: locked.now, reason: first.reason },
    ...{ lists: [], history: null },
  });
}

async function decide(tx: Transaction, locked: LockedLedger, given: DecisionGiven): Promise<Decided> {
  const id = await recordDecision(tx, locked, given);
  return { id, placeCode: given.placeCode ?? null, reason: `a person decided: ${given.reason}` };
}

/** By its slug, or by a name of it, in any spelling, that no other agency has. */
async function agencyNamed(tx: Transaction, given: string): Promise<Agency> {
  const isThere = and(eq(agencies.derived, true), isNull(agencies.mergedInto));
  const [row] = await tx
    .select({ agency: agencies })
    .from(agencySlugs)
    .innerJoin(agencies, eq(agencies.id, agencySlugs.agencyId))
    .where(and(eq(agencySlugs.slug, given), isThere));
  if (row) return row.agency;
  const named = tx
    .select({ id: agencyNames.agencyId })
    .from(agencyNames)
    .where(eq(agencyNames.nameKey, canonicalName(given)));
  const found = await tx
    .select()
    .from(agencies)
    .where(and(isThere, or(sql`lower(${agencies.name}) = lower(${given})`, inArray(agencies.id, named))))
    .orderBy(agencies.slug);
  const [agency, ...others] = found;
  if (agency === undefined) throw new Refusal('NOT_FOUND', `No agency has the slug or the name "${given}".`);
  if (others.length === 0) return agency;
  const slugs = found.map(({ slug }) => slug).join(', ');
  throw new Refusal('BAD_ARGUMENT', `Several agencies have the name "${given}"; give the slug of one: ${slugs}.`);
}

/** All names of the agency that this one means, itself first: a person means the agency, not one spelling of it. */
async function namesOf(tx: Transaction, placeCode: string, nameKey: string): Promise<string[]> {
  const sameAgency = tx
    .select({ id: agencyNames.agencyId })
    .from(agencyNames)
    .where(and(eq(agencyNames.placeCode, placeCode), eq(agencyNames.nameKey, nameKey)));
  const rows = await tx
    .select({ nameKey: agencyNames.nameKey })
    .from(agencyNames)
    .where(inArray(agencyNames.agencyId, sameAgency))
    .orderBy(agencyNames.nameKey);
  return [nameKey, ...rows.map((row) => row.nameKey).filter((name) => name !== nameKey)];
}
