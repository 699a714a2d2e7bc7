/** A spelling as an operator gives it, checked: what it is of, what is printed, and what it means in our own words. */
import { agencyTypes, models, type SpellingSubject } from '../../../schema/enums.ts';
import { placeByCode } from '../../../schema/places.ts';
import { declaredType } from '../row/read-agency-type.ts';
import { declaredCounty } from '../row/read-county.ts';
import { declaredModel } from '../row/read-model.ts';
import { declaredPlace } from '../row/read-place.ts';
import { columnFields, fieldOfHeading } from '../table/headings.ts';
import { countyByFips } from './counties.ts';
import { foldCounty } from './fold-county.ts';
import { foldText, isBlank, quoteText, tidySpace } from './printed-text.ts';
import type { Spelling } from './spellings.ts';

/** Or why it is none, in a sentence that begins with the argument. */
export type ReadSpelling = { ok: true; spelling: Spelling } | { ok: false; problem: string };

/** `means` may be a name as well as a code. Refuses what is declared already: a right spelling never changes. */
export function readSpelling({ subject, printed, means }: Spelling): ReadSpelling {
  const text = tidySpace(printed);
  if (isBlank(text)) return refuse(`printed: ${quoteText(printed)} says nothing, so it can mean nothing.`);
  const meant = meaningOf(subject, means);
  if (meant === undefined) return refuse(`means: ${quoteText(means)} is not ${expected[subject]}.`);
  const known = declaredMeaning(subject, text, meant);
  if (known === undefined) return { ok: true, spelling: { subject, printed: text, means: meant } };
  const always = `printed: ${quoteText(text)} is ${describeMeaning(subject, known)}`;
  return refuse(known === meant ? `${always} already.` : `${always} and stays so.`);
}

const refuse = (problem: string): ReadSpelling => ({ ok: false, problem });

const expected: Record<SpellingSubject, string> = {
  STATE: 'a state, a district or a territory, by name or postal code',
  MODEL: `a model: ${models.join(', ')}`,
  TYPE: `a type of agency: ${agencyTypes.join(', ')}`,
  COUNTY: 'a county, by FIPS code or as "Clarke County, GA"',
  HEADING: `what a column holds: ${columnFields.join(', ')}`,
};

/** In our own words; undefined: nothing that is known. */
function meaningOf(subject: SpellingSubject, means: string): string | undefined {
  const word = foldText(means).replace(/[ -]/g, '_');
  if (subject === 'STATE') return declaredPlace(means);
  if (subject === 'MODEL') return models.find((model) => model === word) ?? declaredModel(means);
  if (subject === 'TYPE') return agencyTypes.find((type) => type === word) ?? declaredType(means);
  if (subject === 'HEADING') return columnFields.find((field) => field.toUpperCase() === word) ?? fieldOfHeading(means);
  if (countyByFips(means.trim()) !== undefined) return means.trim();
  const [, name, state] = /^(.+),(.+)$/.exec(means) ?? [];
  const place = state === undefined ? undefined : declaredPlace(state);
  return place === undefined || name === undefined ? undefined : declaredCounty(place, name);
}

function declaredMeaning(subject: SpellingSubject, printed: string, meant: string): string | undefined {
  if (subject === 'STATE') return declaredPlace(printed);
  if (subject === 'MODEL') return declaredModel(printed);
  if (subject === 'TYPE') return declaredType(printed);
  if (subject === 'HEADING') return fieldOfHeading(printed);
  // The same spelling may be of one county here and of another there.
  return declaredCounty(countyByFips(meant)?.placeCode ?? '', printed);
}

/** What two spellings share of which the one says what the other does, or contradicts it. */
export function spellingKey({ subject, printed, means }: Spelling): string {
  if (subject !== 'COUNTY') return `${subject} ${foldText(printed)}`;
  return `${subject} ${countyByFips(means)?.placeCode} ${foldCounty(printed)}`;
}

/** What it means, for people. */
export function describeMeaning(subject: SpellingSubject, means: string): string {
  if (subject === 'STATE') return placeByCode.get(means)?.name ?? means;
  const county = subject === 'COUNTY' ? countyByFips(means) : undefined;
  if (county !== undefined) return `${county.name}, ${county.placeCode} (${county.fips})`;
  return subject === 'HEADING' ? `the column of ${means}` : means;
}
