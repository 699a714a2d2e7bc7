/**
 * The sample lists before they are bytes: names, dates, headers and the rows as printed, with the quirks of the real
 * ones. The same options give the same lists. Rows are laid out on demand, since a large sample has millions.
 */
import type { SnapshotKind } from '../../../schema/enums.ts';
import { placeByCode } from '../../../schema/places.ts';
import { createChance } from '../random.ts';
import { createCasting } from '../world/casting.ts';
import { growPopulation } from '../world/population.ts';
import { createRecruit } from '../world/recruit.ts';
import { type CalendarEntry, type Column, columnsOf, fileName, layCalendar, publishedAt } from './calendar.ts';
import { castHistories, castMove, spreadDocuments } from './history-quirks.ts';
import { layPending, type PendingRows } from './pending-rows.ts';
import { dayCell, layRow, printRow, type SampleCell, type SheetRow } from './sheet-row.ts';
import { castSpellings, castVariants, spreadHabits } from './spelling-quirks.ts';

export interface SampleOptions {
  /** Agencies on 2026-02-02, roughly; the published 1,154 and round numbers near it give the published totals. */
  agencies: number;
  /** The last of the published lists, and from the thirtieth on one more a day. */
  lists: number;
  seed?: number;
}

export interface SampleRow {
  /** One for each column. */
  cells: readonly SampleCell[];
  hidden: boolean;
}

export interface SampleList {
  fileName: string;
  kind: SnapshotKind;
  /** ISO 8601 in UTC, as the file name's prefix says. */
  publishedAt: string;
  /** The workbook's own time, some hours earlier. */
  modifiedAt: string;
  columns: readonly Column[];
  /** Whether a second worksheet counts the rows by state, as somebody left it once. */
  pivot: boolean;
  rows(): SampleRow[];
}

/** Throws a RangeError for options that no list could follow. */
export function planLists(options: SampleOptions): SampleList[] {
  checkOptions(options);
  const seed = `accord287 sample ${options.seed ?? 287}`;
  const calendar = layCalendar(options.lists);
  const participating = calendar.filter(({ kind }) => kind === 'PARTICIPATING');
  const { rows, pending } = layLedger(participating, options.agencies, seed);
  const chance = createChance(`${seed}/calendar`);
  const lists = calendar.map((entry): SampleList => {
    const at = publishedAt(entry);
    const columns = columnsOf(entry);
    const printed = participating.findIndex(({ day }) => day === (entry.repeats ?? entry.day));
    const next = participating.findIndex(({ day }) => day > entry.day);
    return {
      fileName: fileName(entry),
      kind: entry.kind,
      publishedAt: at,
      modifiedAt: new Date(Date.parse(at) - chance.below(20 * 3600) * 1000).toISOString(),
      columns,
      pivot: entry.day === '2025-12-05',
      rows: () =>
        entry.kind === 'PENDING'
          ? pending.rowsBefore(next, columns).map((cells) => ({ cells, hidden: false }))
          : printRows(rows, columns, printed).map((cells, position) => ({ cells, hidden: isHidden(entry, position) })),
    };
  });
  return lists.slice(-options.lists);
}

/** Published agencies on 2026-02-02: scale 1. */
const publishedAgencies = 1154;

function checkOptions({ agencies, lists }: SampleOptions): void {
  if (!Number.isInteger(agencies) || agencies < 100 || agencies > 40_000) {
    throw new RangeError(`agencies must be a whole number from 100 to 40,000, not ${agencies}.`);
  }
  if (!Number.isInteger(lists) || lists < 1 || lists > 1_000) {
    throw new RangeError(`lists must be a whole number from 1 to 1,000, not ${lists}.`);
  }
}

function layLedger(
  participating: readonly CalendarEntry[],
  agencies: number,
  seed: string,
): { rows: SheetRow[]; pending: PendingRows } {
  // In hundredths: 1,150 agencies mean the published population, not all of it but four.
  const scale = Math.round((agencies / publishedAgencies) * 100) / 100;
  const recruit = createRecruit(seed);
  const agreements = growPopulation(participating, { scale, seed, recruit });
  castMove(agreements);
  const rows = agreements.map(layRow).sort(byStateAndName);
  const days = participating.map(({ day }) => day);
  const casting = createCasting(createChance(`${seed}/casting`).shuffle(rows), days);
  spreadHabits(rows, seed);
  // The fourteen first: there are few agencies of several models, and 1,168 depends on them.
  castVariants(casting, Math.round(14 * scale));
  castHistories(casting, seed);
  castSpellings(casting);
  spreadDocuments(rows, seed, days.indexOf('2025-07-09'));
  return { rows, pending: layPending(rows, seed, recruit) };
}

function byStateAndName(left: SheetRow, right: SheetRow): number {
  const key = ({ agreement: { agency, model } }: SheetRow): string =>
    `${placeByCode.get(agency.placeCode)?.name}\n${agency.name}\n${model}`;
  const [one, other] = [key(left), key(right)];
  return one < other ? -1 : one > other ? 1 : left.agreement.from - right.agreement.from;
}

function printRows(rows: readonly SheetRow[], columns: readonly Column[], index: number): SampleCell[][] {
  return rows.flatMap((row) => {
    const cells = printRow(row, columns, index);
    if (!cells) return [];
    if (row.doubled?.on !== index) return [cells];
    const signed = columns.indexOf('SIGNED');
    return [cells, cells.with(signed, dayCell(row.doubled.signedOn))];
  });
}

/** Filters that were on when the workbook was saved: a third of March's rows, most of November's. */
function isHidden({ day }: CalendarEntry, position: number): boolean {
  return (day === '2025-03-17' && position % 3 === 0) || (day === '2025-11-14' && position % 10 > 0);
}
