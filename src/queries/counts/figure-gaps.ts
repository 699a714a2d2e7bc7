/** Between which lists a figure would fall that no rule gives: its own count on every list. Two statements for all. */
import { type SQL, sql } from 'drizzle-orm';
import { bitCount, maskOf } from '../../../schema/standing.ts';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import type { Figure } from '../../analysis/figure.ts';
import { type CountOnList, type Gap, gapFor, ownRule } from '../../analysis/figure-verdict.ts';
import type { Statements } from '../keyset/statement.ts';
import type { FigureRow } from './figures.ts';
import { toIsoInstant } from './instant.ts';
import { countSource } from './statistics-filter.ts';

/** For each figure, in order; null for one that is reproduced, or whose count never passes its value. */
export async function figureGaps(statements: Statements, rows: readonly FigureRow[]): Promise<(Gap | null)[]> {
  const open = rows.filter(isOpen);
  if (open.length === 0) return rows.map(() => null);
  const lists = await readLists(statements);
  const changes = await readChanges(statements, open);
  return rows.map((row) => {
    const { figure } = row;
    if (!isOpen(row) || figure.on === null) return null;
    return gapFor(figure.value, figure.on, countOnLists(figure, lists, changes));
  });
}

/** Only what is counted in agreements or agencies passes from one number to the next. */
function isOpen({ verdict, figure }: FigureRow): boolean {
  return verdict === 'NOT_REPRODUCED' && (figure.unit === 'AGREEMENTS' || figure.unit === 'AGENCIES');
}

interface ListInOrder {
  number: number;
  at: string;
  on: string;
}

function readLists(statements: Statements): Promise<ListInOrder[]> {
  const s = snapshots;
  const query: SQL = sql`select ${s.number}, ${s.publishedAt}, (${s.publishedAt} at time zone 'America/New_York')::date::text
    from ${s} where ${s.kind} = 'PARTICIPATING' and ${s.status} = 'ACCEPTED'
    order by ${s.publishedAt}, ${s.modifiedAt} nulls first, ${s.sha256} collate "C"`;
  const read = (cells: readonly unknown[]): ListInOrder => ({
    number: Number(cells[0]),
    at: toIsoInstant(String(cells[1])),
    on: String(cells[2]),
  });
  return statements.run('lists in order', () => ({ query, read }), {});
}

interface ChangeInOrder {
  at: string;
  placeCode: string;
  before: number;
  after: number;
  agencies: number;
}

function readChanges(statements: Statements, rows: readonly FigureRow[]): Promise<ChangeInOrder[]> {
  const places = rows.map(({ figure }) => figure.place);
  const states = places.includes(null) ? null : [...new Set(places.flatMap((place) => place ?? []))];
  const source = countSource({ states });
  const build = () => ({
    query: sql`select at, place_code, standing_before, standing_after, sum(agencies)::int from ${source.changes()}
      where basis = 'LISTED' group by 1, 2, 3, 4 order by at`,
    read: (cells: readonly unknown[]): ChangeInOrder => ({
      at: toIsoInstant(String(cells[0])),
      placeCode: String(cells[1]),
      before: Number(cells[2]),
      after: Number(cells[3]),
      agencies: Number(cells[4]),
    }),
  });
  return statements.run(`changes in order|${source.shape}`, build, source.values);
}

function countOnLists(figure: Figure, lists: readonly ListInOrder[], changes: readonly ChangeInOrder[]): CountOnList[] {
  const own = changes.filter(({ placeCode }) => figure.place === null || figure.place === placeCode);
  const mask = maskOf(figure.models);
  const count = ownRule(figure) === 'AGREEMENTS' ? bitCount : Math.sign;
  let [next, value] = [0, 0];
  return lists.map(({ number, at, on }) => {
    for (let change = own[next]; change !== undefined && change.at <= at; change = own[next]) {
      value += (count(change.after & mask) - count(change.before & mask)) * change.agencies;
      next += 1;
    }
    return { number, on, value };
  });
}
