/**
 * One printed row to its clean reading, by declared rules. Pure, and a function of the cells alone, so that the
 * ledger can read stored rows again under newer rules; what depends on the list too is `plausible-signed-on`.
 */
import type { SnapshotKind } from '../../../schema/enums.ts';
import type { CellCorrection, PrintedCell } from '../../../schema/tables/snapshots.ts';
import { type ColumnField, fieldOfHeading, headingOf } from '../table/headings.ts';
import type { CleanRow, RowIssue } from '../table/list.ts';
import type { Reading } from '../table/reading.ts';
import { isBlank, storableText } from '../vocabulary/printed-text.ts';
import { noSpellings, type Spellings } from '../vocabulary/spellings.ts';
import { readAgencyName } from './read-agency-name.ts';
import { readAgencyType } from './read-agency-type.ts';
import { readCounty } from './read-county.ts';
import { readDay } from './read-day.ts';
import { readLink } from './read-link.ts';
import { readModel } from './read-model.ts';
import { readPlace } from './read-place.ts';

/** Where the row stands. It decides which issues are raised and what they say, never what is read. */
export interface RowContext {
  rowNumber: number;
  kind: SnapshotKind;
}

export interface ParsedRow {
  clean: CleanRow;
  corrections: CellCorrection[];
  issues: RowIssue[];
}

/** `spellings` are those that an operator added. */
export function parseRow(
  cells: readonly PrintedCell[],
  context: RowContext,
  spellings: Spellings = noSpellings,
): ParsedRow {
  const notes = new Notes(context, cells, spellings);
  const witnesses = { county: notes.readable('county'), agencyName: notes.readable('agency') };
  const placeCode = notes.required('placeCode', 'state', (printed) => readPlace(printed, witnesses, spellings));
  const agencyName = notes.required('agencyName', 'agency', readAgencyName);
  const model = notes.required('model', 'model', (printed) => readModel(printed, spellings));
  const agencyType = notes.optional('agencyType', 'type', (printed) => readAgencyType(printed, spellings));
  const signedOn =
    context.kind === 'PARTICIPATING'
      ? notes.required('signedOn', 'signed', readDay)
      : notes.optional('signedOn', 'signed', readDay);
  const countyFips =
    placeCode === null
      ? null
      : notes.take(
          'countyFips',
          'county',
          readCounty({ printed: witnesses.county, placeCode, agencyName: agencyName ?? '', agencyType }, spellings),
        );
  const clean: CleanRow = {
    placeCode,
    agencyName,
    model,
    agencyType,
    typePrinted: notes.text('type'),
    countyFips,
    signedOn,
    signedPrinted: notes.text('signed'),
    memorandumUrl: notes.take('memorandumUrl', 'memorandum', readLink(...notes.link('memorandum'))),
    addendumUrl: notes.take('addendumUrl', 'addendum', readLink(...notes.link('addendum'))),
  };
  return { clean, corrections: notes.corrections, issues: notes.issues };
}

type CleanField = Exclude<keyof CleanRow, 'typePrinted' | 'signedPrinted'>;

/** The cells of the row by what they hold, and what was noted while reading them. */
class Notes {
  readonly corrections: CellCorrection[] = [];
  readonly issues: RowIssue[] = [];
  readonly #context: RowContext;
  readonly #cells = new Map<ColumnField, PrintedCell>();
  /** Columns in which only a formula stands. */
  readonly #unresolved = new Set<ColumnField>();

  constructor(context: RowContext, cells: readonly PrintedCell[], { headings }: Spellings) {
    this.#context = context;
    for (const cell of cells) {
      const field = fieldOfHeading(cell.column, headings);
      if (field === undefined) continue;
      this.#cells.set(field, cell);
      if (!cell.text.startsWith('=') || cell.link !== null) continue;
      this.#unresolved.add(field);
      this.#issue(field, 'MISSING_RESULT', `The result of the formula in ${cell.column} was not saved with the file.`);
    }
  }

  /** What there is to read in a column; nothing where only a formula stands. */
  readable(column: ColumnField): string {
    return this.#unresolved.has(column) ? '' : (this.text(column) ?? '');
  }

  text(column: ColumnField): string | null {
    return this.#cells.get(column)?.text ?? null;
  }

  link(column: ColumnField): [text: string, hyperlink: string | null] {
    return [this.readable(column), this.#cells.get(column)?.link ?? null];
  }

  required<Value extends string>(
    field: CleanField,
    column: ColumnField,
    read: (printed: string) => Reading<Value>,
  ): Value | null {
    const printed = this.readable(column);
    if (!isBlank(printed)) return this.take(field, column, read(printed));
    if (this.#unresolved.has(column)) return null;
    this.#issue(column, 'MISSING_VALUE', `${headingOf[column]} is blank.`);
    return null;
  }

  optional<Value extends string>(
    field: CleanField,
    column: ColumnField,
    read: (printed: string) => Reading<Value>,
  ): Value | null {
    const printed = this.readable(column);
    return isBlank(printed) ? null : this.take(field, column, read(printed));
  }

  /** Keeps the value, and notes the rule that made it or the problem that prevented it. */
  take<Value extends string>(field: CleanField, column: ColumnField, reading: Reading<Value>): Value | null {
    const { value, rule, problem } = reading;
    if (problem !== undefined) this.#issue(column, problem.code, problem.reason);
    if (value !== null && rule !== undefined) {
      this.corrections.push({ field, printed: this.#printed(column), clean: value, rule });
    }
    return value;
  }

  #issue(column: ColumnField, code: RowIssue['code'], reason: string): void {
    const cell = this.#cells.get(column);
    this.issues.push({
      rowNumber: this.#context.rowNumber,
      column: cell?.column ?? headingOf[column],
      code,
      printed: cell === undefined ? null : this.#printed(column),
      reason,
    });
  }

  /** A link is what was read of the cell when it has one: its text is just "link". */
  #printed(column: ColumnField): string {
    const cell = this.#cells.get(column);
    return storableText(cell?.link ?? cell?.text ?? '');
  }
}
