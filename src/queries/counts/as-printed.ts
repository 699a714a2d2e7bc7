/** The same counts on a list's own texts, before anything was cleaned: rows, and different spellings. */
import { type SQL, sql } from 'drizzle-orm';
import { placeByCode } from '../../../schema/places.ts';
import { agencyNames } from '../../../schema/tables/agencies.ts';
import { snapshotRows, sourceRows } from '../../../schema/tables/snapshots.ts';
import { agencyIdsIn } from '../agencies.ts';
import { anyCounty, anyOf, anyState } from '../keyset/condition.ts';
import { allOf, valuesOf } from '../keyset/source.ts';
import { arrayLiteral, type Statements } from '../keyset/statement.ts';
import type { StatisticsFilter } from './statistics-filter.ts';

/** Rows that print one text, and the different (STATE, AGENCY) texts among them. */
export interface PrintedCount {
  /** Untouched, with its spaces; empty where the cell is. */
  printed: string;
  /** What the text was read as; null where no place is known by it. */
  placeCode: string | null;
  agreements: number;
  agencies: number;
}

export interface PrintedCounts {
  agreements: number;
  agencies: number;
  states: number;
  places: number;
  byState: PrintedCount[];
  /** Empty unless asked for, as the next. */
  byModel: PrintedCount[];
  byAgencyType: PrintedCount[];
}

/** Which rows of which list. */
export interface PrintedScope {
  snapshotNumber: number;
  filter: StatisticsFilter;
}

/** The columns whose texts can be counted beside those of STATE, which always are. */
export type SpelledColumn = 'model' | 'type';

/** For each scope, in order. One statement for scopes whose filters differ at most in their places. */
export async function countPrinted(
  statements: Statements,
  scopes: readonly PrintedScope[],
  spelled: readonly SpelledColumn[],
): Promise<PrintedCounts[]> {
  const batches = new Map<string, PrintedScope[]>();
  for (const scope of scopes) {
    const { states: _states, ...rest } = scope.filter;
    const key = JSON.stringify(rest);
    batches.set(key, [...(batches.get(key) ?? []), scope]);
  }
  // One scope may be asked for many times.
  const counted = new Map<string, PrintedCounts>();
  for (const batch of batches.values()) {
    const lines = await readLines(statements, batch, spelled);
    for (const scope of batch) {
      const key = JSON.stringify(scope);
      if (!counted.has(key)) counted.set(key, sumUp(lines, scope));
    }
  }
  return scopes.map((scope) => counted.get(JSON.stringify(scope)) ?? sumUp([], scope));
}

/** The state that the list printed, whatever later lists showed. */
const printedPlace = sql`coalesce(row.moved_from, row.place_code)`;

/** One group of rows: by the text of exactly one of three columns. */
interface Line extends PrintedCount {
  snapshotNumber: number;
  column: 'state' | 'model' | 'type';
}

function readLines(
  statements: Statements,
  scopes: readonly PrintedScope[],
  spelled: readonly SpelledColumn[],
): Promise<Line[]> {
  const [first] = scopes;
  const { states: _states, ...filter } = first?.filter ?? {};
  // Without a scope for the whole list, rows of other places need not be read.
  const everywhere = scopes.some((scope) => scope.filter.states == null);
  const places = everywhere ? null : [...new Set(scopes.flatMap((scope) => scope.filter.states ?? []))];
  const conditions = [
    ...anyState(printedPlace, places),
    ...anyOf('models', sql`row.model`, 'model', filter.models),
    ...anyOf('agencyTypes', sql`row.agency_type`, 'agency_type', filter.agencyTypes),
    ...anyCounty(sql`row.county_fips`, filter.counties),
    ...agencyIdsIn(sql`name.agency_id`, filter.agencyIds),
  ];
  const columns = ['state', ...spelled] as const;
  const text = (column: Line['column']): SQL => sql.raw(`row.${column}_printed`);
  // Of each group exactly one text is set, or none where the cell is empty: then `grouping` tells which.
  const texts = sql`coalesce(${sql.join(columns.map(text), sql`, `)})`;
  const which = sql`grouping(${sql.join(columns.map(text), sql`, `)})`;
  const build = () => ({
    query: sql`select printed.snapshot_number, ${printedPlace}, ${texts}, ${which}, count(*)::int,
        count(distinct (coalesce(row.state_printed, '') || chr(10) || coalesce(row.agency_printed, '')) collate "C")::int
      from ${snapshotRows} printed join ${sourceRows} row on row.id = printed.source_row_id
      ${filter.agencyIds == null ? sql`` : sql`join ${agencyNames} name on name.place_code = row.place_code and name.name_key = row.name_key`}
      where printed.snapshot_number = any(${sql.placeholder('numbers')}::int[])
        and ${allOf(conditions.map((each) => each.sql()))}
      group by grouping sets (${sql.join(
        columns.map((each) => sql`(printed.snapshot_number, ${printedPlace}, ${text(each)})`),
        sql`, `,
      )})`,
    read: (cells: readonly unknown[]) => readLine(cells, columns),
  });
  const numbers = arrayLiteral([...new Set(scopes.map(({ snapshotNumber }) => String(snapshotNumber)))]);
  const shape = conditions.map((each) => each.shape).join();
  return statements.run(`as printed|${spelled.join()}|${shape}`, build, { ...valuesOf(conditions), numbers });
}

/** `grouping` sets a bit for each column that a group does not go by, the last column lowest. */
function readLine(cells: readonly unknown[], columns: readonly Line['column'][]): Line {
  const bits = Number(cells[3]);
  const index = columns.findIndex((_, at) => (bits & (1 << (columns.length - 1 - at))) === 0);
  return {
    snapshotNumber: Number(cells[0]),
    placeCode: typeof cells[1] === 'string' ? cells[1] : null,
    column: columns[index] ?? 'state',
    printed: typeof cells[2] === 'string' ? cells[2] : '',
    agreements: Number(cells[4]),
    agencies: Number(cells[5]),
  };
}

function sumUp(lines: readonly Line[], { snapshotNumber, filter: { states } }: PrintedScope): PrintedCounts {
  const wanted = states == null ? null : new Set(states.map((code) => code.toUpperCase()));
  const own = lines.filter(
    (line) => line.snapshotNumber === snapshotNumber && (wanted === null || wanted.has(line.placeCode ?? '')),
  );
  const byState = spellings(own, 'state');
  const sum = (key: 'agreements' | 'agencies'): number => byState.reduce((total, each) => total + each[key], 0);
  const isTerritory = ({ placeCode }: PrintedCount) => placeByCode.get(placeCode ?? '')?.kind === 'TERRITORY';
  return {
    agreements: sum('agreements'),
    // A pair of texts belongs to one spelling of its state, so the pairs of all spellings add up.
    agencies: sum('agencies'),
    states: byState.filter((each) => !isTerritory(each)).length,
    places: byState.length,
    byState,
    byModel: spellings(own, 'model'),
    byAgencyType: spellings(own, 'type'),
  };
}

/** The most frequent first, equal ones in the order of their texts. */
function spellings(lines: readonly Line[], column: Line['column']): PrintedCount[] {
  const counts = new Map<string, PrintedCount>();
  for (const line of lines) {
    if (line.column !== column) continue;
    const known = counts.get(line.printed);
    const { printed, agreements, agencies } = line;
    const placeCode = column === 'state' ? line.placeCode : null;
    if (known === undefined) counts.set(printed, { printed, placeCode, agreements, agencies });
    else {
      known.agreements += agreements;
      known.agencies += agencies;
    }
  }
  return [...counts.values()].sort((a, b) => b.agreements - a.agreements || (a.printed < b.printed ? -1 : 1));
}
