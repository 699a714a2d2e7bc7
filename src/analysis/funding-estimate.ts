/**
 * What the incentives would pay in a year under stated assumptions: a low and a high, and every line of both. Nobody
 * publishes officers or payments per agency, so everything but the parameters is an assumption of whoever asks.
 */
import {
  type AwardTier,
  awardOf,
  awards,
  equipment,
  type Incentive,
  overtime,
  salaryAndBenefits,
  vehicles,
} from './incentives.ts';

export interface Range<Value = number> {
  low: Value;
  high: Value;
}

export interface FundingAssumptions {
  /** Trained task-force officers. */
  officers: Range;
  /** Dollars a year and officer. */
  salary: Range;
  /** As shares of the salary. */
  benefits: Range;
  overtime: Range;
  awardTier: Range<AwardTier>;
  /** Dollars per agency. */
  vehicles: Range;
  /** With a task-force agreement. */
  agencies: number;
}

export interface FundingLine extends Range {
  incentive: Incentive;
  /** How the two amounts come about. */
  calculation: string;
}

export interface FundingSum extends Range {
  lines: FundingLine[];
}

export function estimateFunding(given: FundingAssumptions): FundingSum {
  const { officers, salary, benefits, agencies } = given;
  const lines = [
    line(
      equipment,
      `${span(officers)} officers × ${dollars(equipment.amount ?? 0)}, once`,
      (end) => officers[end] * (equipment.amount ?? 0),
    ),
    line(
      vehicles,
      `${count(agencies)} agencies × ${dollarSpan(given.vehicles)}, once`,
      (end) => agencies * given.vehicles[end],
    ),
    line(
      salaryAndBenefits,
      `${span(officers)} officers × ${dollarSpan(salary)} salary × ${share(benefits, 1)} with benefits`,
      (end) => officers[end] * salary[end] * (1 + benefits[end]),
    ),
    line(
      overtime,
      `${span(officers)} officers × ${dollarSpan(salary)} salary × ${share(given.overtime)} overtime`,
      (end) => officers[end] * salary[end] * given.overtime[end],
    ),
    line(
      awardFor(given.awardTier.high),
      `${span(officers)} officers × 4 quarters × ${dollarSpan({ low: awardOf(given.awardTier.low), high: awardOf(given.awardTier.high) })}`,
      (end) => officers[end] * 4 * awardOf(given.awardTier[end]),
    ),
  ];
  const sum = (end: keyof Range): number => lines.reduce((total, each) => total + each[end], 0);
  return { lines, low: sum('low'), high: sum('high') };
}

/** The parameter that the line rests on; without any award that of the highest tier, which is then not paid. */
const awardFor = (tier: AwardTier): Incentive => awards.find((each) => each.tier === tier) ?? (awards[0] as Incentive);

function line(incentive: Incentive, calculation: string, amount: (end: keyof Range) => number): FundingLine {
  // Whole dollars: cents would claim a precision that no assumption has.
  return { incentive, calculation, low: Math.round(amount('low')), high: Math.round(amount('high')) };
}

const count = (value: number): string => value.toLocaleString('en-US');
const dollars = (value: number): string => `$${count(value)}`;
const both = <Value>({ low, high }: Range<Value>, write: (value: Value) => string): string =>
  low === high ? write(low) : `${write(low)} to ${write(high)}`;
const span = (range: Range): string => both(range, count);
const dollarSpan = (range: Range): string => both(range, dollars);
const share = (range: Range, more = 0): string =>
  both(range, (value) => `${Math.round((value + more) * 10_000) / 100} %`);
