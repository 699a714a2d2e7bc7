/** States and counties, which live in memory: they are reference data of the program, not of the ledger. */
import type { StateKind } from '../../schema/enums.ts';
import { type Place, places } from '../../schema/places.ts';
import { type County, counties } from '../intake/vocabulary/counties.ts';

export interface StateRow extends Place {
  typename: 'State';
}

export interface CountyRow extends County {
  typename: 'County';
}

const states: readonly StateRow[] = places.map((place) => ({ ...place, typename: 'State' }));
const stateByCode: ReadonlyMap<string, StateRow> = new Map(states.map((state) => [state.code, state]));

/** All of these kinds, or all 56, in order of code. */
export function statesOf(kinds: readonly StateKind[] | null): readonly StateRow[] {
  return kinds === null ? states : states.filter((state) => kinds.includes(state.kind));
}

/** By USPS code, in capitals or not. */
export function findState(code: string): StateRow | null {
  return stateByCode.get(code.toUpperCase()) ?? null;
}

/** The place with a code that the ledger stores; a code it doesn't know is a fault of ours. */
export function stateOf(code: string): StateRow {
  const state = stateByCode.get(code);
  if (state === undefined) throw new Error(`The ledger holds an unknown place code: ${code}`);
  return state;
}

let byFips: ReadonlyMap<string, CountyRow> | undefined;

export function findCounty(fips: string): CountyRow | null {
  byFips ??= new Map(allCounties().map((county) => [county.fips, county]));
  return byFips.get(fips) ?? null;
}

let all: readonly CountyRow[] | undefined;

export function allCounties(): readonly CountyRow[] {
  all ??= counties().map((county) => ({ ...county, typename: 'County' }));
  return all;
}

let byPlace: ReadonlyMap<string, readonly CountyRow[]> | undefined;

/** The counties of a place in order of FIPS code. */
export function countiesOf(placeCode: string): readonly CountyRow[] {
  byPlace ??= groupByPlace();
  return byPlace.get(placeCode) ?? [];
}

function groupByPlace(): Map<string, CountyRow[]> {
  const groups = new Map<string, CountyRow[]>(places.map((place) => [place.code, []]));
  for (const county of allCounties()) groups.get(county.placeCode)?.push(county);
  return groups;
}
