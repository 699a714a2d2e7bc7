/**
 * Spellings that an operator added to the vocabularies of intake: what the lists print, and what it means. Data, not
 * rules: a row is read again with them from its printed cells alone.
 */
import { type AgencyType, agencyTypes, type Model, models, type SpellingSubject } from '../../../schema/enums.ts';
import { placeByCode } from '../../../schema/places.ts';
import { type ColumnField, columnFields } from '../table/headings.ts';
import { countyByFips } from './counties.ts';
import { COUNTY_SUFFIX, foldCounty } from './fold-county.ts';
import { foldText } from './printed-text.ts';

/** One spelling as an operator gives it. */
export interface Spelling {
  subject: SpellingSubject;
  printed: string;
  /** USPS code, model, type of agency, five-digit FIPS code of a county, or the field of a column. */
  means: string;
}

/** By the folded spelling; those of counties by the place's code too. */
export interface Spellings {
  states: ReadonlyMap<string, string>;
  models: ReadonlyMap<string, Model>;
  types: ReadonlyMap<string, AgencyType>;
  /** Keys are `<place code> <folded name>`. */
  counties: ReadonlyMap<string, string>;
  headings: ReadonlyMap<string, ColumnField>;
}

export const noSpellings: Spellings = {
  states: new Map(),
  models: new Map(),
  types: new Map(),
  counties: new Map(),
  headings: new Map(),
};

/** The later of two that differ wins. Throws a RangeError for one that means nothing known: the caller's to check. */
export function spellingsOf(given: Iterable<Spelling>): Spellings {
  const [states, counties] = [new Map<string, string>(), new Map<string, string>()];
  const [models, types] = [new Map<string, Model>(), new Map<string, AgencyType>()];
  const headings = new Map<string, ColumnField>();
  for (const { subject, printed, means } of given) {
    const folded = foldText(printed);
    const [state, model, type] = [stateOf(means), modelOf(means), typeOf(means)];
    const [county, field] = [countyByFips(means), fieldOf(means)];
    if (subject === 'STATE' && state) states.set(folded, state);
    else if (subject === 'MODEL' && model) models.set(folded, model);
    else if (subject === 'TYPE' && type) types.set(folded, type);
    else if (subject === 'COUNTY' && county) counties.set(`${county.placeCode} ${foldCounty(printed)}`, county.fips);
    else if (subject === 'HEADING' && field) headings.set(folded, field);
    else throw new RangeError(`${means} is not a ${subject.toLowerCase()} that is known`);
  }
  return { states, models, types, counties, headings };
}

/** Whether a cell, or a heading, prints it. */
export function prints({ subject, printed }: Spelling, text: string): boolean {
  if (subject !== 'COUNTY') return foldText(text) === foldText(printed);
  const folded = foldCounty(text);
  return [folded, folded.replace(COUNTY_SUFFIX, '')].includes(foldCounty(printed));
}

const stateOf = (means: string): string | undefined => placeByCode.get(means)?.code;
const modelOf = (means: string): Model | undefined => models.find((model) => model === means);
const typeOf = (means: string): AgencyType | undefined => agencyTypes.find((type) => type === means);
const fieldOf = (means: string): ColumnField | undefined => columnFields.find((field) => field === means);
