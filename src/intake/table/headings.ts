/** The headings that the lists have had, and what each column holds. An unknown heading is reported, not guessed. */
import { foldText } from '../vocabulary/printed-text.ts';

export const columnFields = ['state', 'agency', 'type', 'county', 'model', 'signed', 'memorandum', 'addendum'] as const;
export type ColumnField = (typeof columnFields)[number];

const headings: ReadonlyMap<string, ColumnField> = new Map<string, ColumnField>([
  ['STATE', 'state'],
  ['LAW ENFORCEMENT AGENCY', 'agency'],
  ['TYPE', 'type'],
  ['COUNTY', 'county'], // since 2025-03-17
  ['SUPPORT TYPE', 'model'],
  ['SIGNED', 'signed'], // never on the pending list
  ['MOA', 'memorandum'],
  ['MOA_URL', 'memorandum'], // the web table of 2021 to 2025-02, kept as CSV
  ['ADDENDUM', 'addendum'], // since 2025-06
]);

/** `added` are headings that an operator declared, by their folded text. */
export function fieldOfHeading(heading: string, added?: ReadonlyMap<string, ColumnField>): ColumnField | undefined {
  const folded = foldText(heading);
  return headings.get(folded) ?? added?.get(folded);
}

/** The heading as the lists print it, for messages. */
export const headingOf: Readonly<Record<ColumnField, string>> = {
  state: 'STATE',
  agency: 'LAW ENFORCEMENT AGENCY',
  type: 'TYPE',
  county: 'COUNTY',
  model: 'SUPPORT TYPE',
  signed: 'SIGNED',
  memorandum: 'MOA',
  addendum: 'ADDENDUM',
};
