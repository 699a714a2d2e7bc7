/** Writes what changed of places: set-based, in an order that no constraint trips over. */
import { inArray, sql } from 'drizzle-orm';
import { agencies, agencyNames, agencySlugs } from '../../../../schema/tables/agencies.ts';
import { agreements, listings } from '../../../../schema/tables/agreements.ts';
import type { Transaction } from '../../../database/database.ts';
import { insertRecords } from '../../../database/records.ts';
import { difference, type PlaceRecords } from '../../derive/settle/place-records.ts';
import type { Merge } from '../../derive/settle/settle-ids.ts';
import { keepingCounts } from './keep-counts.ts';

/** True when anything was written. */
export async function writePlaces(
  tx: Transaction,
  before: PlaceRecords,
  after: PlaceRecords,
  merges: readonly Merge[],
): Promise<boolean> {
  const differences = differencesOf(before, after);
  await keepingCounts(tx, countedAgencies(differences, before, after, merges), () =>
    writeDifferences(tx, differences, before, merges),
  );
  return Object.values(differences).some(({ changed, gone }) => changed.length + gone.length > 0);
}

type Differences = ReturnType<typeof differencesOf>;

const differencesOf = (before: PlaceRecords, after: PlaceRecords) => ({
  agency: difference(before.agencies, after.agencies),
  name: difference(before.names, after.names),
  slug: difference(before.slugs, after.slugs),
  agreement: difference(before.agreements, after.agreements),
  listing: difference(before.listings, after.listings),
});

/** The agencies of which anything counted is written: those that were there, and those that are. */
function countedAgencies(
  { agency, agreement, listing }: Differences,
  before: PlaceRecords,
  after: PlaceRecords,
  merges: readonly Merge[],
): { before: string[]; after: string[] } {
  const ownerOf = (agreementId: string): string[] => [
    ...new Set([before, after].flatMap(({ agreements: all }) => all.get(agreementId)?.agencyId ?? [])),
  ];
  const touched = new Set([
    ...agency.changed.map(({ id }) => id),
    ...agency.gone,
    // Where it was too: an agreement may go to another agency.
    ...agreement.changed.flatMap(({ id }) => ownerOf(id)),
    ...agreement.gone.flatMap(ownerOf),
    ...listing.changed.flatMap(({ agreementId }) => ownerOf(agreementId)),
    ...listing.gone.flatMap((key) => ownerOf(before.listings.get(key)?.agreementId ?? '')),
    ...merges.flatMap(({ merged, survivor }) => [merged, survivor]),
  ]);
  const merged = new Set(merges.flatMap((merge) => [merge.merged, merge.survivor]));
  return { before: [...touched].filter((id) => before.agencies.has(id) || merged.has(id)), after: [...touched] };
}

async function writeDifferences(
  tx: Transaction,
  { agency, name, slug, agreement, listing }: Differences,
  before: PlaceRecords,
  merges: readonly Merge[],
): Promise<void> {
  // A slug that changes hands is free before it is taken.
  const renamed = agency.changed.filter(({ id, slug: now }) => (before.agencies.get(id)?.slug ?? now) !== now);
  // So is the place of an agreement that goes to another agency.
  const moved = agreement.changed.filter((each) => hasMoved(each, before.agreements.get(each.id)));
  await retire(tx, [...agency.gone, ...renamed.map(({ id }) => id)], [...agreement.gone, ...moved.map(({ id }) => id)]);
  await forget(tx, name.gone, before.names, listing.gone, before.listings);
  await insertRecords(tx, agencies, agency.changed, {
    ...{ do: 'update', key: ['id'] },
    set: [
      ...(['key', 'name', 'nameKey', 'listedName', 'listedNameKey', 'slug'] as const),
      ...(['respeltKey', 'respeltSince', 'respeltLists'] as const),
      ...(['type', 'typePrinted', 'countyFips', 'firstListedAt', 'mergedInto', 'derived'] as const),
    ],
  });
  await insertRecords(tx, agencyNames, name.changed, {
    ...{ do: 'update', key: ['placeCode', 'nameKey'], set: ['agencyId', 'firstListedAt'] },
  });
  await insertRecords(tx, agencySlugs, slug.changed, { do: 'update', key: ['slug'], set: ['agencyId'] });
  // An agreement that is superseded gives way before its successor becomes the current one.
  const inOrder = agreement.changed.sort((a, b) => a.ordinal - b.ordinal);
  await insertRecords(tx, agreements, inOrder, {
    ...{ do: 'update', key: ['id'] },
    set: [
      ...(['agencyId', 'placeCode', 'ordinal'] as const),
      ...(['status', 'signedOn', 'signedPrinted', 'signedUnlikely'] as const),
      ...(['firstListedAt', 'firstListedIsLowerBound'] as const),
      ...(['lastListedAt', 'unlistedAt', 'endedOn', 'pendingFirstListedAt', 'pendingUnlistedAt'] as const),
      ...(['listsWithout', 'isAsked', 'memorandumUrl', 'addendumUrls', 'supersedes', 'mergedInto', 'derived'] as const),
    ],
  });
  await insertRecords(tx, listings, listing.changed, {
    ...{ do: 'update', key: ['agreementId', 'kind', 'listedAt'], set: ['unlistedAt'] },
  });
  await redirect(tx, merges);
}

type AgreementRecord = typeof agreements.$inferInsert;

const hasMoved = (now: AgreementRecord, before: AgreementRecord | undefined): boolean =>
  before !== undefined && (before.agencyId !== now.agencyId || before.ordinal !== now.ordinal);

/** What is no longer derived stays for its id, out of every list. */
async function retire(tx: Transaction, agencyIds: readonly string[], agreementIds: readonly string[]): Promise<void> {
  if (agencyIds.length > 0)
    await tx
      .update(agencies)
      .set({ derived: false })
      .where(inArray(agencies.id, [...agencyIds]));
  if (agreementIds.length > 0) {
    await tx
      .update(agreements)
      .set({ derived: false })
      .where(inArray(agreements.id, [...agreementIds]));
  }
}

/** Names and stretches are conclusions, not facts that were printed: wrong ones go. */
async function forget(
  tx: Transaction,
  names: readonly string[],
  nameRecords: PlaceRecords['names'],
  stretches: readonly string[],
  listingRecords: PlaceRecords['listings'],
): Promise<void> {
  if (names.length > 0) {
    const keys = JSON.stringify(names.flatMap((key) => nameRecords.get(key) ?? []));
    await tx.execute(sql`delete from ${agencyNames} name
      using jsonb_to_recordset(${keys}::text::jsonb) as gone("placeCode" text, "nameKey" text)
      where name.place_code = gone."placeCode" and name.name_key = gone."nameKey"`);
  }
  if (stretches.length > 0) {
    const keys = JSON.stringify(stretches.flatMap((key) => listingRecords.get(key) ?? []));
    await tx.execute(sql`delete from ${listings} listing
      using jsonb_to_recordset(${keys}::text::jsonb) as gone("agreementId" uuid, kind text, "listedAt" timestamptz)
      where listing.agreement_id = gone."agreementId" and listing.kind::text = gone.kind
        and listing.listed_at = gone."listedAt"`);
  }
}

/** A merged agency answers with its survivor, and each of its agreements with the survivor's latest of the model. */
async function redirect(tx: Transaction, merges: readonly Merge[]): Promise<void> {
  if (merges.length === 0) return;
  const pairs = JSON.stringify(merges);
  await tx.execute(sql`update ${agencies} agency set merged_into = pair.survivor, derived = false
    from jsonb_to_recordset(${pairs}::text::jsonb) as pair(merged uuid, survivor uuid) where agency.id = pair.merged`);
  await tx.execute(sql`update ${agreements} agreement set derived = false, merged_into = (
      select heir.id from ${agreements} heir
      where heir.agency_id = pair.survivor and heir.model = agreement.model and heir.derived
      order by heir.ordinal desc limit 1)
    from jsonb_to_recordset(${pairs}::text::jsonb) as pair(merged uuid, survivor uuid)
    where agreement.agency_id = pair.merged`);
  await tx.execute(sql`update ${agencySlugs} slug set agency_id = pair.survivor
    from jsonb_to_recordset(${pairs}::text::jsonb) as pair(merged uuid, survivor uuid)
    where slug.agency_id = pair.merged`);
}
