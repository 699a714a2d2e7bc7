/** Adds up groups of agencies of the same standing. Pure: what each number counts is defined here and nowhere else. */
import { type AgencyType, agencyTypes, type Model, models } from '../../schema/enums.ts';
import { placeByCode } from '../../schema/places.ts';
import { awaited, bitOf, inForce } from '../../schema/standing.ts';

/** How many agencies of one place and type have the same standing. */
export interface StandingGroup {
  placeCode: string;
  agencyType: AgencyType | null;
  standing: number;
  agencies: number;
}

/** Agreements in force, and the agencies that have at least one of them. */
export interface Counted {
  agreements: number;
  agencies: number;
}

export interface Tally extends Counted {
  /** Of the fifty states and the District of Columbia, without territories. */
  states: number;
  /** With territories. */
  places: number;
  /** On the pending list and not in force. */
  pending: number;
  byModel: (Counted & { model: Model })[];
  byAgencyType: (Counted & { type: AgencyType | null })[];
  /** Places with an agreement in force, by code. */
  byState: (Counted & { placeCode: string })[];
}

/** Counts under the models of the mask. */
export function tally(groups: readonly StandingGroup[], mask: number): Tally {
  const total: Counted = { agreements: 0, agencies: 0 };
  const perModel = models.map((model) => ({ model, agreements: 0, agencies: 0 }));
  const perType = new Map<AgencyType | null, Counted>();
  const perPlace = new Map<string, Counted>();
  let pending = 0;
  for (const { placeCode, agencyType, standing, agencies } of groups) {
    pending += awaited(standing, mask) * agencies;
    const agreements = inForce(standing, mask) * agencies;
    if (agreements === 0) continue;
    for (const counted of [total, entry(perType, agencyType), entry(perPlace, placeCode)]) {
      counted.agreements += agreements;
      counted.agencies += agencies;
    }
    for (const counted of perModel) {
      const own = inForce(standing, mask & bitOf(counted.model)) * agencies;
      counted.agreements += own;
      counted.agencies += own;
    }
  }
  const placeCodes = [...perPlace.keys()].sort();
  return {
    ...total,
    states: placeCodes.filter((code) => placeByCode.get(code)?.kind !== 'TERRITORY').length,
    places: placeCodes.length,
    pending,
    byModel: perModel,
    byAgencyType: [...agencyTypes, null].flatMap((type) => {
      const counted = perType.get(type);
      return counted === undefined ? [] : [{ type, ...counted }];
    }),
    byState: placeCodes.map((placeCode) => ({ placeCode, ...entry(perPlace, placeCode) })),
  };
}

/** Agreements and agencies alone, for each of many keys; those without an agreement in force are left out. */
export function countBy<Group extends StandingGroup, Key>(
  groups: readonly Group[],
  mask: number,
  keyOf: (group: Group) => Key,
): Map<Key, Counted> {
  const counts = new Map<Key, Counted>();
  for (const group of groups) {
    const agreements = inForce(group.standing, mask) * group.agencies;
    if (agreements === 0) continue;
    const counted = entry(counts, keyOf(group));
    counted.agreements += agreements;
    counted.agencies += group.agencies;
  }
  return counts;
}

function entry<Key>(counts: Map<Key, Counted>, key: Key): Counted {
  const known = counts.get(key);
  if (known !== undefined) return known;
  const fresh = { agreements: 0, agencies: 0 };
  counts.set(key, fresh);
  return fresh;
}

export const stateCountFields = ['AGREEMENTS', 'AGENCIES', 'CODE'] as const;
export type StateCountField = (typeof stateCountFields)[number];

/** Orders counts of places; equal ones by code. */
export function orderStates(counts: Tally['byState'], field: StateCountField, descending: boolean): Tally['byState'] {
  const sign = descending ? -1 : 1;
  const byCode = (a: { placeCode: string }, b: { placeCode: string }): number => (a.placeCode < b.placeCode ? -1 : 1);
  if (field === 'CODE') return counts.toSorted((a, b) => sign * byCode(a, b));
  const key = field === 'AGREEMENTS' ? 'agreements' : 'agencies';
  return counts.toSorted((a, b) => sign * (a[key] - b[key]) || byCode(a, b));
}
