/** A plan says agreement by agreement what stands otherwise, whatever happened in between. */
import { expect, test } from 'vitest';
import type { AgreementStatus } from '../../../schema/enums.ts';
import { type Difference, planOf, reversed } from '../../../src/analysis/plan.ts';

type Standing = NonNullable<Difference['before']>;

const standing = (more: Partial<Standing> = {}): Standing => ({
  ...{ status: 'ACTIVE', signedOn: '2025-03-01', endedOn: null, memorandum: null, firstListedAt: null },
  ...{ agencyId: 'a', agency: 'Alpha Police', state: 'TX', model: 'TASK_FORCE' },
  ...more,
});

test.each<[AgreementStatus | null, AgreementStatus | null, string]>([
  [null, 'ACTIVE', 'ADDED'],
  [null, 'PENDING', 'ADDED'],
  ['PENDING', 'ACTIVE', 'ADDED'],
  ['WITHDRAWN', 'ACTIVE', 'ADDED'],
  ['ACTIVE', 'UNLISTED', 'UNLISTED'],
  ['UNLISTED', 'ENDED', 'ENDED'],
  ['ENDED', 'ACTIVE', 'RESTORED'],
  ['SUPERSEDED', 'ACTIVE', 'RESTORED'],
  ['ACTIVE', 'SUPERSEDED', 'SUPERSEDED'],
  ['PENDING', 'WITHDRAWN', 'DROPPED'],
  ['WITHDRAWN', 'PENDING', 'RESTORED'],
  ['ACTIVE', 'PENDING', 'CORRECTED'],
  ['ACTIVE', null, 'GONE'],
])('from %s to %s is %s', (before, after, change) => {
  const [was, is] = [before, after].map((status) => (status === null ? null : standing({ status })));
  const { agreements } = planOf([{ id: '1', before: was ?? null, after: is ?? null }]);
  expect(agreements).toMatchObject([{ change, state: 'TX', agency: 'Alpha Police', model: 'TASK_FORCE' }]);
  expect(agreements[0]?.fields[0]).toEqual({ field: 'status', before, after });
});

test('a correction has each field before and after, and the way back has them turned round', () => {
  const after = standing({ signedOn: '2025-03-02', agencyId: 'b', agency: 'Bravo Police' });
  const found = [{ id: '1', before: standing(), after }];
  const fields = [
    { field: 'signedOn', before: '2025-03-01', after: '2025-03-02' },
    { field: 'agency', before: 'Alpha Police', after: 'Bravo Police' },
  ];
  expect(planOf(found)).toMatchObject({ agreements: [{ change: 'CORRECTED', fields }], renamed: [] });
  const back = fields.map(({ field, before: was, after: is }) => ({ field, before: is, after: was }));
  expect(planOf(reversed(found)).agreements[0]?.fields).toEqual(back);
});

test('an agency that goes by another name is said once, whatever it signed', () => {
  const after = { agency: 'Alpha City Police' };
  const found = [1, 2].map((id) => ({ id: String(id), before: standing(), after: standing(after) }));
  const renamed = [{ agencyId: 'a', state: 'TX', before: 'Alpha Police', after: 'Alpha City Police' }];
  expect(planOf(found)).toEqual({ agreements: [], renamed });
});
