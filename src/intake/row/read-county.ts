/**
 * COUNTY: which county or county equivalent an agency belongs to. The column is blank on one row in eight and
 * misspelt on others; in a name such as "Franklin County Sheriff's Office" the name is the better witness.
 */
import { distance } from 'fastest-levenshtein';
import type { AgencyType } from '../../../schema/enums.ts';
import type { Reading } from '../table/reading.ts';
import { type County, counties, countyByFips } from '../vocabulary/counties.ts';
import { countySpellings } from '../vocabulary/county-spellings.ts';
import { COUNTY_SUFFIX, foldCounty } from '../vocabulary/fold-county.ts';
import { isBlank, tidyText } from '../vocabulary/printed-text.ts';
import { noSpellings, type Spellings } from '../vocabulary/spellings.ts';

export interface CountyWitnesses {
  /** The COUNTY cell; empty when the list has no such column. */
  printed: string;
  placeCode: string;
  agencyName: string;
  agencyType: AgencyType | null;
}

/** FIPS code of the county; null without a problem when nothing is printed and the name says nothing. */
export function readCounty(witnesses: CountyWitnesses, added: Spellings = noSpellings): Reading<string> {
  const { printed, placeCode } = witnesses;
  const atlas = atlasOf(placeCode);
  const named = countyInName(witnesses, atlas);
  if (isBlank(printed)) return named === null ? { value: null } : { value: named.fips, rule: 'county-by-agency-name' };
  const read = locate(printed, atlas, cityHint(witnesses));
  // What a person said of a spelling goes before a guess.
  const located = read?.exact ? read : (addedCounty(printed, placeCode, added) ?? read);
  if (named?.exact && (located === null || located.fips !== named.fips || !located.exact)) {
    return { value: named.fips, rule: 'county-by-agency-name' };
  }
  if (located !== null)
    return located.exact ? { value: located.fips } : { value: located.fips, rule: 'county-spelling' };
  return { value: null, problem: { code: 'UNKNOWN_COUNTY', reason: `Not known as a county of ${placeCode}.` } };
}

/** By a spelling that an operator added, with or without a suffix. */
function addedCounty(printed: string, placeCode: string, { counties: added }: Spellings): Located | null {
  if (added.size === 0) return null;
  const folded = foldCounty(printed);
  const fips = added.get(`${placeCode} ${folded}`) ?? added.get(`${placeCode} ${folded.replace(COUNTY_SUFFIX, '')}`);
  return fips === undefined ? null : { fips, exact: false };
}

/** Whether the text names a county of that place as it is spelt. */
export function hasCounty(placeCode: string, printed: string): boolean {
  if (isBlank(printed)) return false;
  const { byName } = atlasOf(placeCode);
  const folded = foldCounty(printed);
  return byName.has(folded) || byName.has(folded.replace(COUNTY_SUFFIX, ''));
}

/** FIPS code of the county that a spelling is declared to mean in that place; undefined: of none, or of several. */
export function declaredCounty(placeCode: string, printed: string): string | undefined {
  const atlas = atlasOf(placeCode);
  const located = locate(printed, atlas, null);
  const known = atlas.misspellings.get(foldCounty(printed).replace(COUNTY_SUFFIX, ''));
  return located?.exact ? located.fips : known;
}

/** "Clarke County" of "Clarke County Sheriff's Office"; null where a name begins with no county. */
export function countyOfName(agencyName: string): string | null {
  return /^(.+?) (?:county|parish)\b/i.exec(tidyText(agencyName))?.[0] ?? null;
}

interface Located {
  fips: string;
  /** False when a spelling was corrected. */
  exact: boolean;
}

/** The counties of one place by their folded names; a county and a city may share one. */
interface PlaceAtlas {
  byName: ReadonlyMap<string, readonly County[]>;
  misspellings: ReadonlyMap<string, string>;
}

const atlases = new Map<string, PlaceAtlas>();

function atlasOf(placeCode: string): PlaceAtlas {
  let atlas = atlases.get(placeCode);
  if (atlas === undefined) {
    const byName = new Map<string, County[]>();
    for (const county of counties()) {
      if (county.placeCode !== placeCode) continue;
      const name = foldCounty(county.plainName);
      byName.set(name, [...(byName.get(name) ?? []), county]);
    }
    const spellings = countySpellings.filter((each) => each.placeCode === placeCode);
    atlas = { byName, misspellings: new Map(spellings.map((each) => [each.spelling, each.fips])) };
    atlases.set(placeCode, atlas);
  }
  return atlas;
}

function locate(printed: string, atlas: PlaceAtlas, hint: 'city' | 'county' | null): Located | null {
  const folded = foldCounty(printed);
  const bare = folded.replace(COUNTY_SUFFIX, '');
  const suffix = COUNTY_SUFFIX.exec(folded)?.[1];
  const kind = suffix === undefined ? hint : suffix === 'city' ? 'city' : 'county';
  // `James City` is a whole name; so the text is tried before its suffix is taken off.
  const exact = one(atlas.byName.get(folded), kind) ?? one(atlas.byName.get(bare), kind);
  if (exact !== null) return { fips: exact, exact: true };
  const known = atlas.misspellings.get(bare) ?? atlas.misspellings.get(folded);
  if (known !== undefined) return { fips: known, exact: false };
  const near = nearestName(bare, atlas);
  const corrected = near === null ? null : one(atlas.byName.get(near), kind);
  return corrected === null ? null : { fips: corrected, exact: false };
}

function one(candidates: readonly County[] | undefined, kind: 'city' | 'county' | null): string | null {
  const [first, second] = candidates ?? [];
  if (first === undefined) return null;
  if (second === undefined) return first.fips;
  return candidates?.find((county) => kind !== null && county.isCity === (kind === 'city'))?.fips ?? null;
}

/** Short names are near to each other by chance: Fall is as near to Hall as to Falls. */
const SHORTEST_CORRECTED = 5;

/** The only name of the place within one letter added, dropped, changed or swapped with its neighbour. */
function nearestName(bare: string, atlas: PlaceAtlas): string | null {
  if (bare.length < SHORTEST_CORRECTED) return null;
  const near = [...atlas.byName.keys()].filter((name) => distance(bare, name) === 1 || isSwapped(bare, name));
  return near.length === 1 ? (near[0] ?? null) : null;
}

function isSwapped(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  const at = [...left].findIndex((letter, index) => letter !== right[index]);
  return at >= 0 && left.slice(0, at) + left[at + 1] + left[at] + left.slice(at + 2) === right;
}

/** "Clarke County Sheriff's Office", "Lyon's County …", "Roanoke City …": the county that a name begins with. */
function countyInName({ agencyName }: CountyWitnesses, atlas: PlaceAtlas): Located | null {
  const name = tidyText(agencyName);
  const county = countyOfName(name);
  if (county !== null) return locate(county, atlas, 'county');
  // Lake City lies in Columbia County, Florida, not in Lake County: only an independent city is its own county.
  const city = /^(.+?) city\b/i.exec(name)?.[0];
  const located = city === undefined ? null : locate(city, atlas, 'city');
  return located?.exact && countyByFips(located.fips)?.isCity ? located : null;
}

/** Which of two namesakes is meant when the column has no suffix. */
function cityHint({ agencyName, agencyType }: CountyWitnesses): 'city' | 'county' | null {
  if (/\bcity\b/i.test(agencyName)) return 'city';
  return agencyType === 'COUNTY' || /\bcounty\b/i.test(agencyName) ? 'county' : null;
}
