/** What the incentives would pay in a year under stated assumptions, every line shown. */
import type { FundingAssumptions, FundingLine, Range } from '../../../analysis/funding-estimate.ts';
import type { AwardTier } from '../../../analysis/incentives.ts';
import type { FundingInput, FundingRow } from '../../../queries/counts/funding.ts';
import { builder } from '../builder.ts';
import { AgencyTypeEnum } from '../enums.ts';
import { AwardTierEnum, IncentiveRef } from './incentive.ts';
import { StatisticsRef } from './statistics.ts';
import { readFilter } from './statistics-arguments.ts';

const RangeRef = builder.objectRef<Range>('AssumedRange').implement({
  description: 'The low and the high end of an assumption.',
  fields: (t) => ({
    low: t.exposeFloat('low', { description: 'Used for the low estimate.' }),
    high: t.exposeFloat('high', { description: 'Used for the high estimate.' }),
  }),
});

const TierRangeRef = builder.objectRef<Range<AwardTier>>('AssumedTierRange').implement({
  description: 'The low and the high end of the assumed award tier.',
  fields: (t) => ({
    low: t.expose('low', { type: AwardTierEnum, description: 'Used for the low estimate.' }),
    high: t.expose('high', { type: AwardTierEnum, description: 'Used for the high estimate.' }),
  }),
});

const AssumptionsRef = builder.objectRef<FundingAssumptions>('FundingAssumptions').implement({
  description: 'Everything that an estimate assumes. None of it is a fact about any agency.',
  fields: (t) => ({
    officers: t.field({
      type: RangeRef,
      description: 'Task-force officers whom ICE has trained.',
      resolve: ({ officers }) => officers,
    }),
    salary: t.field({ type: RangeRef, description: 'US dollars a year.', resolve: ({ salary }) => salary }),
    benefits: t.field({ type: RangeRef, description: 'Share of the salary.', resolve: ({ benefits }) => benefits }),
    overtime: t.field({ type: RangeRef, description: 'Share of the salary.', resolve: ({ overtime }) => overtime }),
    awardTier: t.field({
      type: TierRangeRef,
      description: 'Reached in all four quarters.',
      resolve: ({ awardTier }) => awardTier,
    }),
    vehicles: t.field({ type: RangeRef, description: 'US dollars per agency.', resolve: ({ vehicles }) => vehicles }),
    agencies: t.exposeInt('agencies', { description: 'Agencies with a task-force agreement, given or counted.' }),
  }),
});

const LineRef = builder.objectRef<FundingLine>('FundingLine').implement({
  description: 'One line of an estimate. The lines add up to it.',
  fields: (t) => ({
    incentive: t.field({
      type: IncentiveRef,
      description: 'The parameter that the line rests on; of awards that of the high end.',
      resolve: ({ incentive }) => incentive,
    }),
    calculation: t.exposeString('calculation', { description: 'How the two amounts come about, in words.' }),
    low: t.exposeFloat('low', { description: 'US dollars, whole ones, at the low end.' }),
    high: t.exposeFloat('high', { description: 'US dollars, whole ones, at the high end.' }),
  }),
});

const EstimateRef = builder.objectRef<FundingRow>('FundingEstimate').implement({
  description:
    'What the published incentives would pay in a first year under the assumptions given: not what was paid. Nobody publishes officers or payments per agency.',
  fields: (t) => ({
    low: t.exposeFloat('low', { description: 'US dollars in all, at the low end of every assumption.' }),
    high: t.exposeFloat('high', { description: 'US dollars in all, at the high end of every assumption.' }),
    lines: t.field({
      type: [LineRef],
      description: 'Every line of the sum.',
      extensions: { atMost: 5 },
      resolve: ({ lines }) => lines,
    }),
    assumptions: t.field({
      type: AssumptionsRef,
      description: 'What it assumes, defaults included.',
      resolve: ({ assumptions }) => assumptions,
    }),
    counted: t.field({
      type: StatisticsRef,
      nullable: true,
      description: 'Where the agencies were counted, under the task-force model only; null: they were given.',
      resolve: ({ counted }) => counted,
    }),
  }),
});

const range = (name: string, what: string, type: 'Int' | 'Float') =>
  builder.inputType(name, {
    description: `A low and a high end: ${what}.`,
    fields: (t) => ({
      low: t.field({ type, required: true, description: 'Used for the low estimate.' }),
      high: t.field({ type, required: true, description: 'Used for the high estimate; not below the low end.' }),
    }),
  });

const OfficerRange = range('OfficerRange', 'officers', 'Int');
const DollarRange = range('DollarRange', 'US dollars', 'Float');
const ShareRange = range('ShareRange', 'shares of the annual salary', 'Float');

const TierRange = builder.inputType('AwardTierRange', {
  description: 'A low and a high end: award tiers.',
  fields: (t) => ({
    low: t.field({ type: AwardTierEnum, required: true, description: 'Used for the low estimate.' }),
    high: t.field({ type: AwardTierEnum, required: true, description: 'Used for the high estimate.' }),
  }),
});

const AgenciesFilter = builder.inputType('TaskForceAgencyFilter', {
  description:
    'Which agencies. Lists mean any of their values, and nothing when they are empty; fields mean all of them; left out means everything.',
  fields: (t) => ({
    states: t.stringList({ description: 'USPS codes of states, the district and territories, such as FL.' }),
    agencyTypes: t.field({ type: [AgencyTypeEnum], description: 'Types of the agency, as its newest list has them.' }),
    counties: t.stringList({ description: 'Five-digit FIPS codes of the agency’s county.' }),
    agencyIds: t.idList({ description: 'Ids of at most 1,000 agencies.' }),
  }),
});

const CountAgencies = builder.inputType('CountAgenciesInput', {
  description: 'Which agencies to count in the ledger; always those with a task-force agreement in force.',
  fields: (t) => ({
    asOf: t.field({ type: 'Date', description: 'As of the last list published on or before this day; left out: now.' }),
    filter: t.field({ type: AgenciesFilter, description: 'Which of them; left out means all.' }),
  }),
});

const Input = builder.inputType('FundingEstimateInput', {
  description: 'The assumptions of an estimate. Officers, salary and benefits have no default: nobody publishes them.',
  fields: (t) => ({
    officers: t.field({ type: OfficerRange, required: true, description: 'Trained task-force officers.' }),
    salary: t.field({ type: DollarRange, required: true, description: 'Annual salary of an officer in US dollars.' }),
    benefits: t.field({
      type: ShareRange,
      required: true,
      description: 'Benefits as a share of the salary, such as 0.35; at most 2.',
    }),
    overtime: t.field({
      type: ShareRange,
      required: true,
      defaultValue: { low: 0, high: 0.25 },
      description: 'Overtime as a share of the salary; at most 0.25, the published limit.',
    }),
    awardTier: t.field({
      type: TierRange,
      required: true,
      defaultValue: { low: 'NONE', high: 'FROM_90_PERCENT' },
      description: 'Award tier reached in all four quarters.',
    }),
    vehicles: t.field({
      type: DollarRange,
      required: true,
      defaultValue: { low: 0, high: 100_000 },
      description: 'For vehicles per agency; at most $100,000, the published limit.',
    }),
    agencies: t.int({ description: 'Agencies with a task-force agreement. Left out: counted in the ledger.' }),
    countAgencies: t.field({
      type: CountAgencies,
      description: 'Which agencies to count; not together with agencies. Left out: all, as of now.',
    }),
  }),
});

builder.queryFields((t) => ({
  fundingEstimate: t.field({
    type: EstimateRef,
    description:
      'What the incentives would pay in a first year under stated assumptions. An impossible assumption is refused with BAD_USER_INPUT that names it.',
    args: {
      input: t.arg({
        type: Input,
        required: true,
        description: 'Everything that nobody publishes: officers, salary, benefits and more.',
      }),
    },
    extensions: { units: 150 },
    resolve: (_parent, { input }, context) => context.queries.fundingEstimate(readInput(input)),
  }),
}));

/** With the rows' own ids of agencies. */
function readInput(input: FundingInput): FundingInput {
  const { countAgencies } = input;
  if (countAgencies == null) return input;
  return { ...input, countAgencies: { ...countAgencies, filter: readFilter({ filter: countAgencies.filter }) } };
}
