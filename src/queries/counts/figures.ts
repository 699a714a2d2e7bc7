/** Published figures and what the ledger counts beside each: a bounded number of statements for all of them. */
import { sql } from 'drizzle-orm';
import { placeByCode } from '../../../schema/places.ts';
import { maskOf } from '../../../schema/standing.ts';
import { publishedFigures } from '../../../schema/tables/figures.ts';
import type { Figure } from '../../analysis/figure.ts';
import { type Judgement, judge, type ListCounts } from '../../analysis/figure-verdict.ts';
import { shippedFigures } from '../../analysis/published-figures.ts';
import { type StandingGroup, tally } from '../../analysis/tally.ts';
import type { Statements } from '../keyset/statement.ts';
import { countPrinted, type PrintedCounts, type PrintedScope } from './as-printed.ts';
import { type ListsOn, listsOn, momentOf, type PublishedList } from './lists-on.ts';
import { standingsAt } from './standings.ts';
import { countSource } from './statistics-filter.ts';

export interface FigureRow extends Judgement {
  figure: Figure;
  /** Numbers of the lists counted: that of `on`, and for a percentage that of `since`. */
  snapshotNumber: number | null;
  sinceNumber: number | null;
}

/** The program's figures in their order, then the operators' by id. */
export async function figures(statements: Statements): Promise<FigureRow[]> {
  const all = await readFigures(statements);
  const days = [...new Set(all.flatMap(({ on, since }) => [on, since].filter((day) => day !== null)))];
  const lists = await listsOn(statements, days);
  const listOn = new Map(days.map((day, index) => [day, lists[index]]));
  const counts = await countLists(statements, all, listOn);
  return all.map((figure) => {
    const at = (day: string | null): PublishedList | null =>
      day === null ? null : (listOn.get(day)?.PARTICIPATING ?? null);
    const [now, then] = [at(figure.on), at(figure.since)];
    const countsOf = (list: PublishedList | null): ListCounts | null =>
      list === null ? null : (counts.get(keyOf(figure, list.number)) ?? null);
    const judgement = judge(figure, countsOf(now), countsOf(then));
    return { figure, ...judgement, snapshotNumber: now?.number ?? null, sinceNumber: then?.number ?? null };
  });
}

async function readFigures(statements: Statements): Promise<Figure[]> {
  const query = sql`select ${publishedFigures.figure} from ${publishedFigures} order by ${publishedFigures.id} collate "C"`;
  // It was checked when it was added.
  const read = (cells: readonly unknown[]): Figure => cells[0] as Figure;
  const added = await statements.run('published figures', () => ({ query, read }), {});
  const byId = new Map(added.map((figure) => [figure.id, figure]));
  const own = new Set(shippedFigures.map(({ id }) => id));
  return [...shippedFigures.map((figure) => byId.get(figure.id) ?? figure), ...added.filter(({ id }) => !own.has(id))];
}

const keyOf = ({ place, models }: Figure, listNumber: number): string =>
  JSON.stringify([listNumber, place, maskOf(models)]);

/** Counts by list, place and models, of all that any figure needs. */
async function countLists(
  statements: Statements,
  all: readonly Figure[],
  listOn: ReadonlyMap<string, ListsOn | undefined>,
): Promise<Map<string, ListCounts>> {
  const wanted = new Map<string, { figure: Figure; moment: string; scope: PrintedScope }>();
  for (const figure of all) {
    for (const day of [figure.on, figure.since]) {
      const lists = day === null ? undefined : listOn.get(day);
      const moment = lists === undefined ? null : momentOf(lists);
      if (!lists?.PARTICIPATING || moment === null) continue;
      const { place, models } = figure;
      const filter = { ...(place === null ? {} : { states: [place] }), ...(models === null ? {} : { models }) };
      const scope = { snapshotNumber: lists.PARTICIPATING.number, filter };
      wanted.set(keyOf(figure, scope.snapshotNumber), { figure, moment, scope });
    }
  }
  const needs = [...wanted];
  if (needs.length === 0) return new Map();
  const groups = await standingsAt(
    statements,
    countSource({}),
    needs.map(([, { moment }]) => moment),
  );
  const printed = await countPrinted(
    statements,
    needs.map(([, { scope }]) => scope),
    [],
  );
  return new Map(needs.map(([key, { figure }], index) => [key, countsOf(figure, groups[index] ?? [], printed[index])]));
}

function countsOf(
  { place, models }: Figure,
  groups: readonly StandingGroup[],
  printed: PrintedCounts | undefined,
): ListCounts {
  const own = place === null ? groups : groups.filter(({ placeCode }) => placeCode === place);
  const { agreements, agencies, states, places } = tally(own, maskOf(models));
  const exact = (printed?.byState ?? []).filter(
    (each) => each.printed === placeByCode.get(each.placeCode ?? '')?.name.toUpperCase(),
  );
  return {
    ...{ agreements, agencies, states, places },
    agenciesAsPrinted: printed?.agencies ?? 0,
    rows: printed?.agreements ?? 0,
    rowsWithStateAsPrinted: exact.reduce((total, each) => total + each.agreements, 0),
  };
}
