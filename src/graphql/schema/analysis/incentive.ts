/** Incentives: what is paid under task-force agreements, as published. */
import {
  awardTiers,
  type Incentive,
  incentiveKinds,
  incentives,
  incentiveUnits,
} from '../../../analysis/incentives.ts';
import { builder } from '../builder.ts';
import { described } from '../enums.ts';

const IncentiveKindEnum = builder.enumType(
  'IncentiveKind',
  described('What is paid for.', incentiveKinds, {
    EQUIPMENT: 'Equipment of each trained officer, once.',
    VEHICLES: 'Vehicles of each agency, once.',
    SALARY_AND_BENEFITS: 'Salary and benefits of each trained officer, year by year.',
    OVERTIME: 'Overtime of each trained officer, year by year.',
    QUARTERLY_AWARD: 'An award per trained officer and quarter, by the share of ICE’s leads that were located.',
  }),
);

const IncentiveUnitEnum = builder.enumType(
  'IncentiveUnit',
  described('What an amount is multiplied by.', incentiveUnits, {
    OFFICER: 'Once per trained officer.',
    AGENCY: 'Once per agency with a task-force agreement.',
    OFFICER_AND_YEAR: 'Per trained officer and year.',
    OFFICER_AND_QUARTER: 'Per trained officer and quarter.',
  }),
);

export const AwardTierEnum = builder.enumType(
  'AwardTier',
  described('The share of ICE’s leads that an agency located in a quarter.', awardTiers, {
    NONE: 'Less than 70 %: no award.',
    FROM_70_PERCENT: '70 to 79 % of the leads located.',
    FROM_80_PERCENT: '80 to 89 % of the leads located.',
    FROM_90_PERCENT: '90 to 100 % of the leads located.',
  }),
);

export const IncentiveRef = builder.objectRef<Incentive>('Incentive').implement({
  description:
    'A parameter of what is paid under task-force agreements, with its source. Other models carry no payments.',
  fields: (t) => ({
    kind: t.expose('kind', { type: IncentiveKindEnum, description: 'What is paid for.' }),
    tier: t.expose('tier', {
      type: AwardTierEnum,
      nullable: true,
      description: 'The tier that earns the award; null: it is no award.',
    }),
    amount: t.exposeFloat('amount', {
      nullable: true,
      description: 'US dollars per unit; null: it is a share of the salary instead.',
    }),
    share: t.exposeFloat('share', {
      nullable: true,
      description: 'Share of the annual salary (with benefits, of both), 0 to 1; null: it is an amount instead.',
    }),
    upTo: t.exposeBoolean('upTo', { description: 'Whether the amount or the share is a limit, not a fixed sum.' }),
    per: t.expose('per', { type: IncentiveUnitEnum, description: 'What it is multiplied by.' }),
    effectiveFrom: t.expose('effectiveFrom', {
      type: 'Date',
      description: 'First day; the first of the month where only the month was published.',
    }),
    effectivePrinted: t.exposeString('effectivePrinted', { description: 'The day or month as published.' }),
    description: t.exposeString('description', { description: 'The parameter in a sentence.' }),
    source: t.exposeString('source', { description: 'Who published it, and when.' }),
  }),
});

builder.queryFields((t) => ({
  incentives: t.field({
    type: [IncentiveRef],
    description: 'What is paid under task-force agreements, as published: parameters, not payments.',
    extensions: { atMost: incentives.length },
    resolve: () => [...incentives],
  }),
}));
