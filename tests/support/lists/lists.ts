/** Lists as tests write them: a row in a line, everything else given. */
import { createHash } from 'node:crypto';
import type { Model, SnapshotKind } from '../../../schema/enums.ts';
import type { ListRow, RowIssue } from '../../../src/intake/table/list.ts';
import type { Arrival } from '../../../src/ledger/apply/lists/store-list.ts';

export interface RowGiven {
  state?: string;
  agency?: string;
  model?: Model;
  signed?: string | null;
  memorandum?: string | null;
  addendum?: string | null;
  county?: string | null;
  /** Cells that print something that no rule can read. */
  unreadable?: readonly ('state' | 'agency' | 'model')[];
}

export interface ListGiven {
  kind?: SnapshotKind;
  /** A day, at noon in UTC; or an instant. */
  on: string;
  rows: readonly RowGiven[];
  issues?: readonly RowIssue[];
  /** When its workbook was saved. */
  modifiedAt?: string;
}

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

export const at = (on: string): string => new Date(on.length === 10 ? `${on}T12:00:00Z` : on).toISOString();

const supportTypes: Record<Model, string> = {
  TASK_FORCE: 'Task Force Model',
  JAIL_ENFORCEMENT: 'Jail Enforcement Model',
  WARRANT_SERVICE_OFFICER: 'Warrant Service Officer',
};

/** A row of a list. Two rows given alike are equal as printed. */
export function row(given: RowGiven = {}, rowNumber = 2): ListRow {
  const { state = 'TX', agency = 'Sample County Sheriff', model = 'TASK_FORCE' } = given;
  const { signed = '2025-03-01', memorandum = null, addendum = null, county = null } = given;
  const isUnreadable = (cell: 'state' | 'agency' | 'model'): boolean => given.unreadable?.includes(cell) === true;
  const printed = (cell: 'state' | 'agency' | 'model', text: string): string =>
    isUnreadable(cell) ? `unreadable ${text}` : text;
  const cells = [
    { column: 'STATE', text: printed('state', state), link: null },
    { column: 'LAW ENFORCEMENT AGENCY', text: printed('agency', agency), link: null },
    { column: 'TYPE', text: 'County', link: null },
    { column: 'SUPPORT TYPE', text: printed('model', supportTypes[model]), link: null },
    ...(signed === null ? [] : [{ column: 'SIGNED', text: signed, link: null }]),
    ...(memorandum === null ? [] : [{ column: 'MOA', text: 'link', link: memorandum }]),
    ...(addendum === null ? [] : [{ column: 'ADDENDUM', text: 'link', link: addendum }]),
    ...(county === null ? [] : [{ column: 'COUNTY', text: county, link: null }]),
  ];
  return {
    ...{ rowNumber, hidden: false, cells, hash: hashOf(cells), corrections: [] },
    clean: {
      placeCode: isUnreadable('state') ? null : state,
      agencyName: isUnreadable('agency') ? null : agency,
      model: isUnreadable('model') ? null : model,
      ...{ agencyType: 'COUNTY', typePrinted: 'County' },
      ...{ countyFips: county, signedOn: signed, signedPrinted: signed },
      ...{ memorandumUrl: memorandum, addendumUrl: addendum },
    },
  };
}

/** A file that was read as this list. */
export function arrival({
  kind = 'PARTICIPATING',
  on,
  rows,
  issues = [],
  modifiedAt,
}: ListGiven): Arrival & { result: { ok: true } } {
  const listRows = rows.map((given, index) => row(kind === 'PENDING' ? { ...given, signed: null } : given, index + 2));
  const tableHash = hashOf(listRows.map(({ hash }) => hash));
  const publishedAt = at(on);
  return {
    ...{ fileName: `${on.slice(0, 10)}_${kind.toLowerCase()}.xlsx`, origin: 'FILE' },
    result: {
      ...{ sha256: hashOf([kind, tableHash, publishedAt]), ok: true },
      list: {
        ...{ kind, publishedAt, publishedAtBasis: 'FILE_NAME', modifiedAt: modifiedAt ?? null, worksheet: 'Sheet1' },
        ...{ columns: ['STATE', 'LAW ENFORCEMENT AGENCY', 'TYPE', 'SUPPORT TYPE', 'SIGNED', 'MOA'], issues, tableHash },
        rows: listRows,
      },
    },
  };
}
