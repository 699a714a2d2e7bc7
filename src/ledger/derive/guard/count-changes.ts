/** What a list changes today, by place, as the guard judges it: from the records before it and after it. Pure. */
import type { PlaceRecords } from '../settle/place-records.ts';

export interface PlaceCounts {
  /** Agreements in force before. */
  listed: number;
  missing: number;
  added: number;
  restored: number;
  /** SIGNED differs: corrected, or signed anew. */
  signed: number;
  /** Another memorandum in the place of one. */
  memoranda: number;
  /** Names that agencies known before are printed under for the first time. */
  respelt: number;
  /** In force in another state before. */
  moved: number;
  /** Agencies in force that were not known before. */
  founded: number;
  /** Agency, model and SIGNED of what is missing, and of what is added. */
  gone: string[];
  come: string[];
}

export const noCounts = (): PlaceCounts => ({
  ...{ listed: 0, missing: 0, added: 0, restored: 0, signed: 0, memoranda: 0, respelt: 0, moved: 0, founded: 0 },
  ...{ gone: [], come: [] },
});

/** Adds what differs. A late list brings names of the past along, which are no respellings of today. */
export function countChanges(
  counts: Map<string, PlaceCounts>,
  before: PlaceRecords,
  after: PlaceRecords,
  isNewest: boolean,
): void {
  const countsOf = (placeCode: string): PlaceCounts => {
    const known = counts.get(placeCode) ?? noCounts();
    counts.set(placeCode, known);
    return known;
  };
  for (const id of new Set([...before.agreements.keys(), ...after.agreements.keys()])) {
    countAgreement(countsOf, id, before, after);
  }
  const inForce = new Set(
    [...after.agreements.values()].flatMap(({ status, agencyId }) => (status === 'ACTIVE' ? [agencyId] : [])),
  );
  for (const { id, placeCode } of after.agencies.values()) {
    if (!before.agencies.has(id) && inForce.has(id)) countsOf(placeCode).founded += 1;
  }
  if (!isNewest) return;
  for (const [name, { agencyId, placeCode }] of after.names) {
    if (!before.names.has(name) && before.agencies.has(agencyId)) countsOf(placeCode).respelt += 1;
  }
}

function countAgreement(
  countsOf: (placeCode: string) => PlaceCounts,
  id: string,
  before: PlaceRecords,
  after: PlaceRecords,
): void {
  const [was, is] = [before.agreements.get(id), after.agreements.get(id)];
  const place = is?.placeCode ?? was?.placeCode;
  if (place === undefined) return;
  const own = countsOf(place);
  const identity = (agencyId: string, model: string, signedOn: string | null | undefined): string => {
    const agency = after.agencies.get(agencyId) ?? before.agencies.get(agencyId);
    return [agency?.nameKey ?? '', model, signedOn ?? ''].join('\n');
  };
  if (was?.status === 'ACTIVE' && is?.status !== 'ACTIVE' && is?.status !== 'SUPERSEDED') {
    own.missing += 1;
    own.gone.push(identity(was.agencyId, was.model, was.signedOn));
  }
  if (is?.status !== 'ACTIVE') return;
  if (was?.status === 'ACTIVE') {
    if (was.placeCode !== is.placeCode) own.moved += 1;
    if (was.signedOn != null && was.signedOn !== is.signedOn) own.signed += 1;
    if (was.memorandumUrl != null && was.memorandumUrl !== is.memorandumUrl) own.memoranda += 1;
    return;
  }
  if (was?.status === 'UNLISTED' || was?.status === 'ENDED' || was?.status === 'SUPERSEDED') {
    own.restored += 1;
    return;
  }
  const superseded = is.supersedes == null ? undefined : before.agreements.get(is.supersedes);
  if (superseded !== undefined && superseded.status !== 'SUPERSEDED') own.signed += 1;
  else {
    own.added += 1;
    own.come.push(identity(is.agencyId, is.model, is.signedOn));
  }
}
