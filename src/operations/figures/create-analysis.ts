/** The analysis on a ledger that this process has open. */
import type { OpenDatabase } from '../../database/database.ts';
import { stateOf } from '../../queries/places.ts';
import { createQueries, type Queries } from '../../queries/queries.ts';
import { QueryRefusal } from '../../queries/refusal.ts';
import { Refusal } from '../operations.ts';
import type { AnalysisOperations, FiguresReport, StatsReport } from './analysis.ts';

/** What only reads; figures and estimates are kept where every change of the ledger is. */
export type Analysis = Omit<AnalysisOperations, 'addFigures' | 'removeFigure' | 'importPopulation'>;

export function createAnalysis({ prepare }: Pick<OpenDatabase, 'prepare'>): Analysis {
  const queries = createQueries({ prepare });
  const isSample = async (): Promise<boolean> => (await queries.ledger()).sample;
  return {
    figures: async () => ({ sample: await isSample(), figures: await reportFigures(queries) }),
    stats: (asOf) => refusing(async () => reportStats(queries, asOf, await isSample())),
    timeline: ({ from, to, interval, basis }) =>
      refusing(async () => ({
        sample: await isSample(),
        points: await queries.timeline({}, { from, to, interval, basis }),
      })),
  };
}

/** What a query refuses, an operator is told in the same words. */
async function refusing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof QueryRefusal) throw new Refusal('BAD_ARGUMENT', error.message);
    throw error;
  }
}

async function reportFigures(queries: Queries): Promise<FiguresReport['figures']> {
  const rows = await queries.figures();
  const gaps = await queries.figureGaps(rows);
  const names = await namesOf(
    queries,
    rows.map(({ snapshotNumber }) => snapshotNumber),
  );
  return rows.map(({ figure, verdict, reproducedBy, computed, snapshotNumber }, index) => {
    const gap = gaps[index] ?? null;
    const at = ({ on, value }: { on: string; value: number }) => ({ on, value });
    return {
      ...figure,
      ...{ verdict, reproducedBy, computed },
      list: snapshotNumber === null ? null : (names.get(snapshotNumber) ?? null),
      wouldFallBetween: gap === null ? null : { earlier: at(gap.earlier), later: at(gap.later) },
    };
  });
}

async function reportStats(queries: Queries, asOf: string | null, sample: boolean): Promise<StatsReport | null> {
  const found = await queries.statistics({}, asOf);
  if (found === null) return null;
  const { snapshotNumber, pendingNumber, agreements, agencies, states, places, pending } = found;
  const names = await namesOf(queries, [snapshotNumber, pendingNumber]);
  const [printed] = await queries.countPrinted([{ snapshotNumber, filter: {} }], []);
  return {
    ...{ sample, asOf: found.asOf, agreements, agencies, states, places, pending },
    list: names.get(snapshotNumber) ?? '',
    pendingList: pendingNumber === null ? null : (names.get(pendingNumber) ?? null),
    asPrinted: { agreements: printed?.agreements ?? 0, agencies: printed?.agencies ?? 0 },
    byState: found.byState.map(({ placeCode, ...counted }) => ({
      ...{ state: placeCode, name: stateOf(placeCode).name },
      ...counted,
    })),
    byModel: found.byModel,
    byType: found.byAgencyType,
  };
}

async function namesOf(queries: Queries, numbers: readonly (number | null)[]): Promise<Map<number, string>> {
  const wanted = [...new Set(numbers.filter((number) => number !== null))];
  const lists = wanted.length === 0 ? [] : await queries.snapshotsByNumber(wanted);
  return new Map(wanted.map((number, index) => [number, lists[index]?.fileName ?? '']));
}
