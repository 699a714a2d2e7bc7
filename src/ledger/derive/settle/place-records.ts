/** A place's state as rows of the tables: what is written of it, and what two states differ in. Pure. */
import type { Model } from '../../../../schema/enums.ts';
import type { agencies, agencyNames, agencySlugs } from '../../../../schema/tables/agencies.ts';
import type { agreements, listings } from '../../../../schema/tables/agreements.ts';
import { canonicalName } from '../names/canonical-name.ts';
import type { PlaceState } from '../place-state.ts';
import { placeKey } from './settle-agreements.ts';

export interface PlaceRecords {
  agencies: Map<string, typeof agencies.$inferInsert>;
  names: Map<string, typeof agencyNames.$inferInsert>;
  slugs: Map<string, typeof agencySlugs.$inferInsert>;
  agreements: Map<string, typeof agreements.$inferInsert>;
  listings: Map<string, typeof listings.$inferInsert>;
}

export const emptyRecords = (): PlaceRecords => ({
  agencies: new Map(),
  names: new Map(),
  slugs: new Map(),
  agreements: new Map(),
  listings: new Map(),
});

/** `fl-bay-county-sheriff`: unique because a canonical name means one agency of its place. */
export const slugOf = (placeCode: string, nameKey: string): string =>
  `${placeCode.toLowerCase()}-${nameKey.replaceAll(' ', '-')}`;

const instant = (text: string | null): Date | null => (text === null ? null : new Date(text));

/** Adds the records of one place. `idOf` gives the id of an agency by its key, `agreementIds` ids by `placeKey`. */
export function addRecords(
  records: PlaceRecords,
  placeCode: string,
  state: PlaceState,
  idOf: (key: string) => string,
  agreementIds: ReadonlyMap<string, string>,
): void {
  const agreementOf = (agency: string, model: Model, ordinal: number): string => {
    const id = agreementIds.get(placeKey({ agency, model, ordinal }));
    if (id === undefined) throw new Error(`no id for agreement ${ordinal} of ${agency}`);
    return id;
  };
  for (const { agreements: own, firstListedAt, chosenName, ...agency } of state.agencies.values()) {
    const id = idOf(agency.key);
    const names = namesOf(agency, chosenName);
    const slug = slugOf(placeCode, names.nameKey);
    records.agencies.set(id, {
      ...{ id, placeCode, slug, ...agency, ...names, firstListedAt: new Date(firstListedAt) },
      respeltSince: instant(agency.respeltSince),
      ...{ mergedInto: null, derived: true },
    });
    records.slugs.set(slug, { slug, agencyId: id });
    for (const { listings: stretches, supersedes, ...agreement } of own) {
      const agreed = agreementOf(agency.key, agreement.model, agreement.ordinal);
      records.agreements.set(agreed, {
        ...agreement,
        ...{ id: agreed, agencyId: id, placeCode, addendumUrls: [...agreement.addendumUrls] },
        firstListedAt: instant(agreement.firstListedAt),
        lastListedAt: instant(agreement.lastListedAt),
        unlistedAt: instant(agreement.unlistedAt),
        pendingFirstListedAt: instant(agreement.pendingFirstListedAt),
        pendingUnlistedAt: instant(agreement.pendingUnlistedAt),
        supersedes: supersedes === null ? null : agreementOf(agency.key, agreement.model, supersedes),
        ...{ mergedInto: null, derived: true },
      });
      for (const { kind, listedAt, unlistedAt } of stretches) {
        const key = `${agreed} ${kind} ${listedAt}`;
        const stretch = { agreementId: agreed, kind, listedAt: new Date(listedAt), unlistedAt: instant(unlistedAt) };
        records.listings.set(key, stretch);
      }
    }
  }
  for (const [nameKey, { agency, firstListedAt }] of state.names) {
    const name = { placeCode, nameKey, agencyId: idOf(agency), firstListedAt: new Date(firstListedAt) };
    records.names.set(`${placeCode}\n${nameKey}`, name);
  }
}

/** What is shown, and what lists call the agency where that is another name. */
function namesOf({ name, nameKey }: { name: string; nameKey: string }, chosenName: string | null) {
  if (chosenName === null) return { name, nameKey, listedName: null, listedNameKey: null };
  return { name: chosenName, nameKey: canonicalName(chosenName), listedName: name, listedNameKey: nameKey };
}

/** Records of `after` that `before` has not, or has otherwise; and the keys that only `before` has. */
export function difference<T extends object>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): { changed: T[]; gone: string[] } {
  const changed = [...after]
    .filter(([key, record]) => !sameRecord(before.get(key), record))
    .map(([, record]) => record);
  return { changed, gone: [...before.keys()].filter((key) => !after.has(key)) };
}

function sameRecord(left: object | undefined, right: object): boolean {
  if (left === undefined) return false;
  const text = (record: object): string => JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  return text(left) === text(right);
}
