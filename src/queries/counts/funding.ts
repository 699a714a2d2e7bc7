/** The input of a funding estimate, checked, and the agencies that it counts. */
import {
  estimateFunding,
  type FundingAssumptions,
  type FundingSum,
  type Range,
} from '../../analysis/funding-estimate.ts';
import { awardTiers, overtime, vehicles } from '../../analysis/incentives.ts';
import type { Statements } from '../keyset/statement.ts';
import { badInput } from '../refusal.ts';
import { type StatisticsRow, statistics } from './statistics.ts';
import type { StatisticsFilter } from './statistics-filter.ts';

export interface FundingInput extends Omit<FundingAssumptions, 'agencies'> {
  agencies?: number | null | undefined;
  countAgencies?:
    | { asOf?: string | null | undefined; filter?: Omit<StatisticsFilter, 'models'> | null | undefined }
    | null
    | undefined;
}

export interface FundingRow extends FundingSum {
  assumptions: FundingAssumptions;
  /** What the agencies were counted in; null: they were given. */
  counted: StatisticsRow | null;
}

/** Throws BAD_USER_INPUT, naming the argument, for what cannot be. */
export async function fundingEstimate(statements: Statements, input: FundingInput): Promise<FundingRow> {
  checkRange('officers', input.officers, 1_000_000, 'officers');
  checkRange('salary', input.salary, 1_000_000, 'dollars a year');
  checkRange('benefits', input.benefits, 2, 'of the salary');
  checkRange('overtime', input.overtime, overtime.share ?? 1, 'of the salary, the published limit');
  checkRange('vehicles', input.vehicles, vehicles.amount ?? 0, 'dollars per agency, the published limit');
  const { awardTier } = input;
  if (awardTiers.indexOf(awardTier.low) > awardTiers.indexOf(awardTier.high)) {
    throw badInput(`input.awardTier.low must not be above input.awardTier.high: ${awardTier.low}, ${awardTier.high}.`);
  }
  const { agencies, counted } = await agenciesFor(statements, input);
  const { officers, salary, benefits, vehicles: perAgency } = input;
  const assumptions = {
    officers,
    salary,
    benefits,
    overtime: input.overtime,
    awardTier,
    vehicles: perAgency,
    agencies,
  };
  return { ...estimateFunding(assumptions), assumptions, counted };
}

function checkRange(name: string, { low, high }: Range, most: number, unit: string): void {
  for (const [end, value] of Object.entries({ low, high })) {
    if (!Number.isFinite(value) || value < 0 || value > most) {
      throw badInput(`input.${name}.${end} must be from 0 to ${most} (${unit}), not ${value}.`);
    }
  }
  if (low > high) throw badInput(`input.${name}.low must not be above input.${name}.high: ${low} is above ${high}.`);
}

const MOST_AGENCIES = 100_000;

async function agenciesFor(
  statements: Statements,
  { agencies, countAgencies }: FundingInput,
): Promise<{ agencies: number; counted: StatisticsRow | null }> {
  if (agencies != null) {
    if (countAgencies != null) throw badInput('Give either input.agencies or input.countAgencies, not both.');
    if (agencies < 0 || agencies > MOST_AGENCIES) {
      throw badInput(`input.agencies must be from 0 to ${MOST_AGENCIES}, not ${agencies}.`);
    }
    return { agencies, counted: null };
  }
  const { asOf = null, filter } = countAgencies ?? {};
  const counted = await statistics(statements, { ...filter, models: ['TASK_FORCE'] }, asOf);
  if (counted === null) {
    throw badInput(
      `input.countAgencies.asOf: no list was published ${asOf === null ? 'yet' : `on or before ${asOf}`}. Give input.agencies.`,
    );
  }
  return { agencies: counted.agencies, counted };
}
