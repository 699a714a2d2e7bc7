/** Each administration with the counts at its start and end: from lists where there are any, else as published. */
import { type Term, terms } from '../../analysis/administrations.ts';
import { type GrowthFigure, growthFigure } from '../../analysis/growth.ts';
import { totalOn } from '../../analysis/published-totals.ts';
import type { Statements } from '../keyset/statement.ts';
import { type StatisticsRow, statistics, statisticsOn } from './statistics.ts';

export const countBases = ['LISTS', 'PUBLISHED_TOTAL'] as const;

/** What was in force on a day, and how that is known. */
export interface CountOnDay {
  /** Null: as of now. */
  on: string | null;
  /** Null: neither a list nor a published total is known by then. */
  basis: (typeof countBases)[number] | null;
  agreements: number | null;
  /** The day on which it was counted. */
  countedOn: string | null;
  source: string | null;
  statistics: StatisticsRow | null;
}

export interface AdministrationRow extends Term {
  start: CountOnDay;
  end: CountOnDay;
  agreements: GrowthFigure | null;
}

export async function administrations(statements: Statements): Promise<AdministrationRow[]> {
  const days = [
    ...new Set(terms.flatMap(({ startedOn, endedOn }) => [startedOn, ...(endedOn === null ? [] : [endedOn])])),
  ];
  const found = await statisticsOn(statements, {}, days);
  const now = await statistics(statements, {}, null);
  const countOn = (day: string | null): CountOnDay =>
    countOnDay(day, day === null ? now : (found[days.indexOf(day)] ?? null));
  return terms.map((term) => {
    const [start, end] = [countOn(term.startedOn), countOn(term.endedOn)];
    const known = start.agreements !== null && end.agreements !== null;
    const agreements = known ? growthFigure(start.agreements ?? 0, end.agreements ?? 0) : null;
    return { ...term, start, end, agreements };
  });
}

function countOnDay(on: string | null, counted: StatisticsRow | null): CountOnDay {
  if (counted !== null) {
    const { agreements, publishedOn } = counted;
    return { on, basis: 'LISTS', agreements, countedOn: publishedOn, source: null, statistics: counted };
  }
  const total = on === null ? null : totalOn(on);
  if (total === null) return { on, basis: null, agreements: null, countedOn: null, source: null, statistics: null };
  const { agreements, source } = total;
  return { on, basis: 'PUBLISHED_TOTAL', agreements, countedOn: total.on, source, statistics: null };
}
