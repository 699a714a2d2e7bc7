/**
 * The totals to reach, scaled: which list must show which totals by place, and how many agreements each list between
 * should show. `publishedDays` are reached exactly at scale 1.
 */
import type { CalendarEntry } from '../lists/calendar.ts';
import { agreementsByDay, publishedDays, publishedTotals, type Totals } from './published-totals.ts';

/** Totals that the participating list of that index shows. */
export interface Milestone {
  index: number;
  totals: ReadonlyMap<string, Totals>;
}

/** `participating` are the participating entries of the calendar, in order. */
export function layMilestones(participating: readonly CalendarEntry[], scale: number): Milestone[] {
  const milestones = publishedDays.map((day, column) => ({
    index: participating.findIndex((entry) => entry.day === day),
    totals: scaleTotals(column, scale),
  }));
  const further = participating.length - 1 - (milestones.at(-1)?.index ?? 0);
  if (further > 0) {
    const totals = scaleTotals(publishedDays.length - 1, scale * (1 + growthPerList) ** further);
    milestones.push({ index: participating.length - 1, totals });
  }
  return milestones;
}

/** Agreements that each participating list should show, in order; lists beyond the published ones grow steadily. */
export function layListTotals(participating: readonly CalendarEntry[], scale: number): number[] {
  let last = 0;
  return participating.map(({ day, repeats }) => {
    last = agreementsByDay.get(repeats ?? day) ?? last * (1 + growthPerList);
    return Math.round(last * scale);
  });
}

/** 1,425 on 2026-02-17 became 1,604 six weeks later: about 0.3 % a day. */
const growthPerList = 0.003;

function scaleTotals(column: number, scale: number): Map<string, Totals> {
  const scaled = (count: number): number => Math.round(count * scale);
  return new Map(
    [...publishedTotals].map(([code, columns]) => {
      const totals = columns[column] ?? { agencies: 0, taskForce: 0, jailEnforcement: 0, warrantService: 0 };
      const taskForce = scaled(totals.taskForce);
      const jailEnforcement = scaled(totals.jailEnforcement);
      const warrantService = scaled(totals.warrantService);
      // Rounding must not give more agencies than agreements.
      const agencies = Math.min(scaled(totals.agencies), taskForce + jailEnforcement + warrantService);
      return [code, { agencies, taskForce, jailEnforcement, warrantService }];
    }),
  );
}
