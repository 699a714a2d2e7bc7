/**
 * The agencies and agreements of the sample, and the lists on which each stands: a population that grows from
 * milestone to milestone, place by place, with a few agreements leaving on the way. What a list prints of it, with
 * which mistakes, is decided in `sheet-row.ts` and the quirks.
 */

import type { CalendarEntry } from '../lists/calendar.ts';
import { createSchedule } from '../lists/schedule.ts';
import { type Chance, createChance } from '../random.ts';
import type { Agreement, Recruit } from './agreement.ts';
import { layListTotals, layMilestones } from './milestones.ts';
import { type Change, planPlace } from './place-plan.ts';

/** All agreements that ever stand on a list, in no particular order. */
export function growPopulation(
  participating: readonly CalendarEntry[],
  options: { scale: number; seed: string; recruit: Recruit },
): Agreement[] {
  const chance = createChance(`${options.seed}/population`);
  const schedule = createSchedule(participating, layListTotals(participating, options.scale), chance);
  const all: Agreement[] = [];
  const byPlace = new Map<string, Agreement[]>();
  let reached = -1;
  for (const { index, totals } of layMilestones(participating, options.scale)) {
    const changes: Change[] = [];
    for (const [placeCode, target] of totals) {
      const here = (byPlace.get(placeCode) ?? []).filter(({ until }) => until === Number.POSITIVE_INFINITY);
      const leaving = reached < 0 ? 0 : leaversIn(placeCode, reached);
      const planned = planPlace({ placeCode, here, target, leaving, chance, recruit: options.recruit });
      changes.push(...planned);
      byPlace.set(placeCode, [...here, ...planned.flatMap((change) => change.add ?? [])]);
    }
    schedule.place(changes, reached, index);
    all.push(...changes.flatMap((change) => change.add ?? []));
    reached = index;
  }
  const listed = all.filter(({ from, until }) => from < until && from < participating.length);
  for (const agreement of listed) agreement.signedOn = signingDay(agreement, participating, chance);
  for (const { agency } of listed) agency.agreements = [];
  for (const agreement of listed) agreement.agency.agreements.push(agreement);
  return listed;
}

/** Agreements of busy places that leave for good and are replaced, between the milestones of 2025. */
function leaversIn(placeCode: string, reached: number): number {
  const busy = ['FL', 'TX', 'TN', 'PA', 'GA', 'VA', 'NC', 'OK'];
  return reached >= 2 && reached <= 16 && busy.includes(placeCode) ? 1 : 0;
}

/** A working day shortly before the list. What the first list shows was signed years before, as published. */
function signingDay({ from }: Agreement, participating: readonly CalendarEntry[], chance: Chance): string {
  const previous = participating[from - 1];
  // Nothing was signed between 2020-12-23 and 2025-01-21, when the task-force model was back.
  const earliest = previous ? Math.max(dayNumber(previous.day) - 5, dayNumber('2025-01-21')) : dayNumber('2019-06-03');
  const latest = previous ? dayNumber(participating[from]?.day ?? previous.day) - 1 : dayNumber('2020-12-23');
  const signed = earliest + chance.below(Math.max(1, latest - earliest + 1));
  const weekday = (signed + 4) % 7;
  const weekend = weekday === 0 ? 2 : weekday === 6 ? 1 : 0;
  return new Date((signed - weekend) * millisecondsInDay).toISOString().slice(0, 10);
}

const millisecondsInDay = 86_400_000;

/** Days since 1970-01-01, a Thursday. */
const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / millisecondsInDay;
