/** Makes the agencies of the sample on demand: a placeholder name, a type and a county. */
import type { AgencyType, Model } from '../../../schema/enums.ts';
import { placeByCode } from '../../../schema/places.ts';
import { createChance } from '../random.ts';
import type { Agency, Recruit } from './agreement.ts';
import { type CountyNames, readCountyNames } from './county-names.ts';
import { createNameSource } from './placeholder-names.ts';

export function createRecruit(seed: string): Recruit {
  const chance = createChance(`${seed}/agencies`);
  const names = createNameSource(seed);
  const counties: CountyNames = readCountyNames(new Map([...placeByCode].map(([code, { fips }]) => [code, fips])));
  /** Counties that still have no sheriff, shuffled once for each place. */
  const withoutSheriff = new Map<string, string[]>();
  let number = 0;
  return (placeCode: string, model: Model): Agency => {
    const known = counties.get(placeCode) ?? [];
    const free = withoutSheriff.get(placeCode) ?? chance.shuffle(known);
    withoutSheriff.set(placeCode, free);
    const type = typeFor(model, free.length > 0, chance.next());
    number += 1;
    return {
      number,
      placeCode,
      type,
      name: names.nameFor(placeCode, type),
      county: countyFor(type, free, known, chance.below(Math.max(1, known.length))),
      agreements: [],
    };
  };
}

/** Jail models go to sheriffs, one for each county; task forces as often to towns. Shares as on the lists of early 2026. */
function typeFor(model: Model, sheriffFree: boolean, draw: number): AgencyType {
  if (draw < 0.05) return 'STATE';
  if (!sheriffFree) return 'MUNICIPALITY';
  return model === 'TASK_FORCE' && draw < 0.5 ? 'MUNICIPALITY' : 'COUNTY';
}

/** A sheriff takes a free county, a town any county, an agency of the state none. */
function countyFor(type: AgencyType, free: string[], known: readonly string[], any: number): string {
  if (type === 'COUNTY') return free.pop() ?? '';
  return type === 'MUNICIPALITY' ? (known[any] ?? '') : '';
}
