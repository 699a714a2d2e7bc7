/** Growth between two days: each count at both, with the two lists it rests on. */
import { type GrowthFigure, growthFigure } from '../../analysis/growth.ts';
import type { Statements } from '../keyset/statement.ts';
import { badInput } from '../refusal.ts';
import { countPrinted } from './as-printed.ts';
import { type StatisticsRow, statisticsOn } from './statistics.ts';
import type { StatisticsFilter } from './statistics-filter.ts';

export interface GrowthRow {
  start: StatisticsRow;
  end: StatisticsRow;
  agreements: GrowthFigure;
  agencies: GrowthFigure;
  states: GrowthFigure;
  places: GrowthFigure;
  /** Counted when asked for. */
  asPrinted: () => Promise<{ agreements: GrowthFigure; agencies: GrowthFigure }>;
}

/** Null when no list was published on or before the first day. Throws BAD_USER_INPUT for days in the wrong order. */
export async function growth(
  statements: Statements,
  filter: StatisticsFilter,
  from: string,
  to: string,
): Promise<GrowthRow | null> {
  if (from > to) throw badInput(`from must not be after to: ${from} is after ${to}.`);
  const [start, end] = await statisticsOn(statements, filter, [from, to]);
  if (!start || !end) return null;
  return {
    ...{ start, end },
    agreements: growthFigure(start.agreements, end.agreements),
    agencies: growthFigure(start.agencies, end.agencies),
    states: growthFigure(start.states, end.states),
    places: growthFigure(start.places, end.places),
    asPrinted: async () => {
      const lists = [start, end].map(({ snapshotNumber }) => ({ snapshotNumber, filter }));
      const [before, after] = await countPrinted(statements, lists, []);
      return {
        agreements: growthFigure(before?.agreements ?? 0, after?.agreements ?? 0),
        agencies: growthFigure(before?.agencies ?? 0, after?.agencies ?? 0),
      };
    },
  };
}
