/** Compares a published figure with what the ledger counts under every rule. Pure. */

import type { CountingRule, Figure, Verdict } from './figure.ts';
import { percentOf, roundTo } from './growth.ts';

/** What one list shows of a place, or of everything, by every way of counting. */
export interface ListCounts {
  agreements: number;
  agencies: number;
  agenciesAsPrinted: number;
  rows: number;
  /** Rows whose STATE is exactly the name of the place in capitals. */
  rowsWithStateAsPrinted: number;
  states: number;
  places: number;
}

export interface Computed {
  rule: CountingRule;
  value: number;
  /** Computed less published. */
  difference: number;
}

export interface Judgement {
  computed: Computed[];
  verdict: Verdict;
  /** The first rule that gives the figure. */
  reproducedBy: CountingRule | null;
}

/** `now` and `then` are null where no list is known by the days of the figure. */
export function judge(figure: Figure, now: ListCounts | null, then: ListCounts | null): Judgement {
  const values = now === null ? [] : valuesOf(figure, now, then);
  const computed = values.map(([rule, value]) => ({ rule, value, difference: roundTo(value - figure.value, 0.01) }));
  if (computed.length === 0) return { computed, verdict: 'NO_DATA', reproducedBy: null };
  const matching = computed.filter(({ value }) => reproduces(figure, value)).map(({ rule }) => rule);
  const own = ownRule(figure);
  const reproducedBy = matching.find((rule) => rule === own) ?? matching[0] ?? null;
  if (reproducedBy === null) return { computed, verdict: 'NOT_REPRODUCED', reproducedBy };
  return { computed, verdict: reproducedBy === own ? 'REPRODUCED' : 'REPRODUCED_UNDER_ANOTHER_RULE', reproducedBy };
}

/** The rule that the figure's own words mean; null for what the ledger does not count. */
export function ownRule({ unit }: Pick<Figure, 'unit'>): CountingRule | null {
  if (unit === 'PERCENT') return 'PERCENT_OF_AGREEMENTS';
  return unit === 'OFFICERS' || unit === 'DOLLARS' ? null : unit;
}

function reproduces({ value, roundedTo, atLeast }: Figure, computed: number): boolean {
  return atLeast ? computed >= value : roundTo(computed, roundedTo) === value;
}

function valuesOf(figure: Figure, now: ListCounts, then: ListCounts | null): [CountingRule, number][] {
  switch (figure.unit) {
    case 'AGREEMENTS':
    case 'AGENCIES':
      return [
        ['AGREEMENTS', now.agreements],
        ['AGENCIES', now.agencies],
        ['AGENCIES_AS_PRINTED', now.agenciesAsPrinted],
        ['ROWS', now.rows],
        ['ROWS_WITH_STATE_AS_PRINTED', now.rowsWithStateAsPrinted],
      ];
    case 'STATES':
      return [
        ['STATES', now.states],
        ['PLACES', now.places],
      ];
    case 'PERCENT':
      return then === null ? [] : percentages(now, then);
    default:
      return [];
  }
}

function percentages(now: ListCounts, then: ListCounts): [CountingRule, number][] {
  const all: [CountingRule, number | null][] = [
    ['PERCENT_OF_AGREEMENTS', percentOf(then.agreements, now.agreements)],
    ['PERCENT_OF_AGENCIES', percentOf(then.agencies, now.agencies)],
    ['PERCENT_OF_AGENCIES_AS_PRINTED', percentOf(then.agenciesAsPrinted, now.agenciesAsPrinted)],
    ['PERCENT_OF_ROWS', percentOf(then.rows, now.rows)],
    ['PERCENT_OF_ROWS_WITH_STATE_AS_PRINTED', percentOf(then.rowsWithStateAsPrinted, now.rowsWithStateAsPrinted)],
    ['PERCENT_OF_AGENCIES_AS_PRINTED_AGAINST_AGREEMENTS', percentOf(then.agreements, now.agenciesAsPrinted)],
  ];
  return all.flatMap(([rule, value]): [CountingRule, number][] => (value === null ? [] : [[rule, value]]));
}

/** A list, and the figure's own count on it. */
export interface CountOnList {
  number: number;
  on: string;
  value: number;
}

/** Two neighbouring lists between whose counts a value falls; one and the same where a list has exactly the value. */
export interface Gap {
  earlier: CountOnList;
  later: CountOnList;
}

/** The gap around a day, or the nearest one; null when the count never passes the value. `counts` in the order of publication. */
export function gapFor(value: number, day: string, counts: readonly CountOnList[]): Gap | null {
  const gaps = counts.flatMap((later, index): Gap[] => {
    if (later.value === value) return [{ earlier: later, later }];
    const earlier = counts[index - 1];
    const passes = earlier !== undefined && (earlier.value - value) * (later.value - value) < 0;
    return passes ? [{ earlier, later }] : [];
  });
  const distance = ({ earlier, later }: Gap): number =>
    earlier.on <= day && day <= later.on
      ? 0
      : Math.min(...[earlier, later].map(({ on }) => Math.abs(Date.parse(on) - Date.parse(day))));
  return gaps.sort((a, b) => distance(a) - distance(b))[0] ?? null;
}
