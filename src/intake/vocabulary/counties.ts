/** The counties and county equivalents of the United States, from us-atlas: names and FIPS codes, no shapes. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { places } from '../../../schema/places.ts';

export interface County {
  /** Five digits; the first two are the place's. */
  fips: string;
  /** Without a suffix, but for the six names that a county and a city of one place share: `Fairfax City`. */
  name: string;
  /** As the atlas has it: never with a suffix, so that a city and a county may share it. */
  plainName: string;
  /** USPS code of the place. */
  placeCode: string;
  /** An independent city, which no county holds. */
  isCity: boolean;
}

let loaded: readonly County[] | undefined;
let byFips: ReadonlyMap<string, County> | undefined;

/** All 3,231 of them in order of FIPS code. Read from the package when first asked for. */
export function counties(): readonly County[] {
  loaded ??= readAtlas();
  return loaded;
}

export function countyByFips(fips: string): County | undefined {
  byFips ??= new Map(counties().map((county) => [county.fips, county]));
  return byFips.get(fips);
}

interface Atlas {
  objects: { counties: { geometries: readonly { id: string; properties: { name: string } }[] } };
}

function readAtlas(): County[] {
  const path = createRequire(import.meta.url).resolve('us-atlas/counties-10m.json');
  // The package's version is pinned and a test reads the file, so its shape is known.
  const atlas = JSON.parse(readFileSync(path, 'utf8')) as Atlas;
  const codes = new Map(places.map((place) => [place.fips, place.code]));
  const shapes = atlas.objects.counties.geometries;
  const namesakes = new Map<string, number>();
  for (const { id, properties } of shapes) {
    const key = id.slice(0, 2) + properties.name;
    namesakes.set(key, (namesakes.get(key) ?? 0) + 1);
  }
  const found = shapes.flatMap(({ id, properties: { name } }): County[] => {
    const placeCode = codes.get(id.slice(0, 2));
    if (placeCode === undefined) return [];
    const suffix = namesakes.get(id.slice(0, 2) + name) === 1 ? '' : isCity(id) ? ' City' : ' County';
    return [{ fips: id, name: name + suffix, plainName: name, placeCode, isCity: isCity(id) }];
  });
  return found.sort((left, right) => (left.fips < right.fips ? -1 : 1));
}

/** Independent cities have codes from 510 on in Maryland, Missouri, Nevada and Virginia. */
function isCity(fips: string): boolean {
  return ['24', '29', '32', '51'].includes(fips.slice(0, 2)) && Number(fips.slice(2)) >= 510;
}
