/**
 * Real county names for the COUNTY column, so that a map of the sample has something to colour. Counties are public
 * geography; which sample agency is in which is random.
 */
import { createRequire } from 'node:module';

/** The counties of each place by USPS code, as a list prints them; places without counties have none. */
export type CountyNames = ReadonlyMap<string, readonly string[]>;

interface Atlas {
  objects: { counties: { geometries: readonly { id: string; properties: { name: string } }[] } };
}

/** `fipsByCode` gives the two-digit FIPS code of each wanted place. */
export function readCountyNames(fipsByCode: ReadonlyMap<string, string>): CountyNames {
  // JSON modules need an import attribute that Node 20 warns about; `require` reads the same file silently.
  // The cast is true by us-atlas' documented format, fixed by its exact version.
  const atlas = createRequire(import.meta.url)('us-atlas/counties-10m.json') as Atlas;
  const names = new Map<string, string[]>();
  for (const { id, properties } of atlas.objects.counties.geometries) {
    if (isIndependentCity(id)) continue;
    const fips = id.slice(0, 2);
    const known = names.get(fips);
    if (known) known.push(properties.name);
    else names.set(fips, [properties.name]);
  }
  return new Map(
    [...fipsByCode].map(([code, fips]) => [
      code,
      withoutSuffix.has(code) ? [] : (names.get(fips) ?? []).toSorted().map((name) => `${name} ${suffix(code)}`),
    ]),
  );
}

/** Boroughs, municipalities and islands: their lists leave the column empty. */
const withoutSuffix: ReadonlySet<string> = new Set(['AK', 'GU', 'MP']);

const suffix = (code: string): string => (code === 'LA' ? 'Parish' : 'County');

/** Maryland, Missouri, Nevada and Virginia number their independent cities from 510; Texas has real counties there. */
const isIndependentCity = (id: string): boolean => /^(?:24|29|32|51)[5-9]/.test(id);
