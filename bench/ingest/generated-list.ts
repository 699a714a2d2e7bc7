/**
 * Lists of any length, made row by row so that no list is ever in memory as a whole. A list follows from its length
 * and its phase; later lists differ from the one before in exactly the rows that the phase says.
 */
import type { ListRow } from '../../src/intake/table/list.ts';
import { hashRow, sha256 } from '../../src/intake/table/row-hash.ts';
import type { Arrival } from '../../src/ledger/apply/lists/store-list.ts';
import { dayOf, nameOf, placeOf } from '../population.ts';

/** In the order in which they are ingested. */
export const phases = ['first', 'unchanged', 'percent', 'thousand'] as const;
export type Phase = (typeof phases)[number];

/** Rows of the fixed number of changes. */
const FIXED = 1_000;

export function changedRows(phase: Phase, length: number): number {
  if (phase === 'percent') return length / 100;
  return phase === 'thousand' ? FIXED : 0;
}

export function generateArrival(phase: Phase, length: number, rows: Iterable<ListRow>): Arrival {
  // After the last day on which a row is signed.
  const publishedAt = `2026-04-0${phases.indexOf(phase) + 1}T17:00:00.000Z`;
  const tableHash = sha256(`${phase} ${length}`);
  return {
    ...{ fileName: `${phase}.xlsx`, origin: 'FILE' },
    result: {
      ...{ sha256: tableHash, ok: true },
      list: {
        ...{ kind: 'PARTICIPATING', publishedAt, publishedAtBasis: 'GIVEN', modifiedAt: null, worksheet: 'Sheet1' },
        ...{ columns: ['STATE', 'LAW ENFORCEMENT AGENCY', 'TYPE', 'COUNTY', 'SUPPORT TYPE', 'SIGNED', 'MOA'] },
        ...{ issues: [], tableHash, rows },
      },
    },
  };
}

export function* generateRows(phase: Phase, length: number): Generator<ListRow> {
  for (let index = 0; index < length; index += 1) yield makeRow(index, changeOf(phase, index, length));
}

type Change = 'NONE' | 'REPLACED' | 'SIGNED' | 'MEMORANDUM';

/** What changed of a row up to this phase. Of ten changes one replaces the agency by a new one. */
function changeOf(phase: Phase, index: number, length: number): Change {
  const since = phases.indexOf(phase);
  const [everyHundredth, everyFixed] = [100, length / FIXED];
  const changed =
    (since >= phases.indexOf('percent') && index % everyHundredth === 50 && Math.floor(index / everyHundredth)) ||
    (since >= phases.indexOf('thousand') && index % everyFixed === 7 && Math.floor(index / everyFixed));
  if (changed === false) return 'NONE';
  if (changed % 10 === 0) return 'REPLACED';
  return changed % 10 < 6 ? 'SIGNED' : 'MEMORANDUM';
}

function makeRow(index: number, change: Change): ListRow {
  // Far from the numbers of all rows, in the place of the agency that it replaces.
  const name = nameOf(change === 'REPLACED' ? index + 2 ** 31 : index);
  const place = placeOf(index);
  const signedOn = change === 'SIGNED' ? dayAfter(dayOf(index)) : dayOf(change === 'REPLACED' ? index + 1 : index);
  const file = `${index}${change === 'MEMORANDUM' ? '-2' : change === 'REPLACED' ? '-new' : ''}`;
  const memorandumUrl = `https://www.example.org/doclib/287gMOA/${place.code.toLowerCase()}/${file}.pdf`;
  const model = index % 4 === 0 ? 'WARRANT_SERVICE_OFFICER' : 'TASK_FORCE';
  const cells = [
    { column: 'STATE', text: place.name.toUpperCase(), link: null },
    { column: 'LAW ENFORCEMENT AGENCY', text: name, link: null },
    { column: 'TYPE', text: 'County', link: null },
    {
      column: 'SUPPORT TYPE',
      text: model === 'TASK_FORCE' ? 'Task Force Model' : 'Warrant Service Officer',
      link: null,
    },
    { column: 'SIGNED', text: signedOn, link: null },
    { column: 'MOA', text: 'Link', link: memorandumUrl },
  ];
  return {
    ...{ rowNumber: index + 2, hidden: false, cells, hash: hashRow(cells), corrections: [] },
    clean: {
      ...{ placeCode: place.code, agencyName: name, model, agencyType: 'COUNTY', typePrinted: 'County' },
      ...{ countyFips: null, signedOn, signedPrinted: signedOn, memorandumUrl, addendumUrl: null },
    },
  };
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}
