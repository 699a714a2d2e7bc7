/** What ICE offers for task-force agreements: published parameters, never facts about an agency. */

export const incentiveKinds = ['EQUIPMENT', 'VEHICLES', 'SALARY_AND_BENEFITS', 'OVERTIME', 'QUARTERLY_AWARD'] as const;
export type IncentiveKind = (typeof incentiveKinds)[number];

export const incentiveUnits = ['OFFICER', 'AGENCY', 'OFFICER_AND_YEAR', 'OFFICER_AND_QUARTER'] as const;

/** Shares of ICE's leads that were located; the award of a quarter follows from it. */
export const awardTiers = ['NONE', 'FROM_70_PERCENT', 'FROM_80_PERCENT', 'FROM_90_PERCENT'] as const;
export type AwardTier = (typeof awardTiers)[number];

export interface Incentive {
  kind: IncentiveKind;
  tier: AwardTier | null;
  /** Dollars; null: whatever it costs, or a share. */
  amount: number | null;
  /** Of the annual salary, 0 to 1; null: not a share. */
  share: number | null;
  /** The amount or share is a limit. */
  upTo: boolean;
  per: (typeof incentiveUnits)[number];
  effectiveFrom: string;
  /** As the source has it: sometimes only a month. */
  effectivePrinted: string;
  description: string;
  source: string;
}

const dhs = 'Department of Homeland Security, press release of 2025-09-02';
const ice = 'ICE’s offer to agencies, September 2025, as reported by the press';

const award = (tier: AwardTier, amount: number, share: string): Incentive => ({
  ...{ kind: 'QUARTERLY_AWARD', tier, amount, share: null, upTo: false, per: 'OFFICER_AND_QUARTER' },
  ...{ effectiveFrom: '2025-10-01', effectivePrinted: '2025-10-01', source: dhs },
  description: `Award for a quarter, per trained officer, where ${share} of ICE’s leads were located.`,
});

export const equipment: Incentive = {
  ...{ kind: 'EQUIPMENT', tier: null, amount: 7_500, share: null, upTo: false, per: 'OFFICER' },
  ...{ effectiveFrom: '2025-09-01', effectivePrinted: '2025-09', source: ice },
  description: 'Equipment, once per trained task-force officer.',
};
export const vehicles: Incentive = {
  ...{ kind: 'VEHICLES', tier: null, amount: 100_000, share: null, upTo: true, per: 'AGENCY' },
  ...{ effectiveFrom: '2025-09-01', effectivePrinted: '2025-09', source: ice },
  description: 'Vehicles, once per agency, up to this amount.',
};
export const overtime: Incentive = {
  ...{ kind: 'OVERTIME', tier: null, amount: null, share: 0.25, upTo: true, per: 'OFFICER_AND_YEAR' },
  ...{ effectiveFrom: '2025-10-01', effectivePrinted: '2025-10-01', source: dhs },
  description: 'Overtime of each trained officer, up to this share of the annual salary.',
};
export const salaryAndBenefits: Incentive = {
  ...{ kind: 'SALARY_AND_BENEFITS', tier: null, amount: null, share: 1, upTo: false, per: 'OFFICER_AND_YEAR' },
  ...{ effectiveFrom: '2025-10-01', effectivePrinted: '2025-10-01', source: dhs },
  description: 'Annual salary and benefits of each trained officer, in full.',
};
export const awards: readonly Incentive[] = [
  award('FROM_90_PERCENT', 1_000, '90 to 100 %'),
  award('FROM_80_PERCENT', 750, '80 to 89 %'),
  award('FROM_70_PERCENT', 500, '70 to 79 %'),
];

export const incentives: readonly Incentive[] = [equipment, vehicles, salaryAndBenefits, overtime, ...awards];

/** Dollars a quarter and officer; nothing below 70 %. */
export const awardOf = (tier: AwardTier): number => awards.find((each) => each.tier === tier)?.amount ?? 0;
