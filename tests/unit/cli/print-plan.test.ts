/** A plan in the terminal is bounded: as many lines as a person reads, and how many more there are. */
import { expect, test, vi } from 'vitest';
import type { PlannedAgreement } from '../../../src/analysis/plan.ts';
import { printPlan } from '../../../src/cli/output/print-plan.ts';

function printed(agreements: readonly PlannedAgreement[]): string {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  try {
    printPlan({ agreements, renamed: [] });
  } finally {
    write.mockRestore();
  }
  return lines.join('');
}

const planned = (index: number): PlannedAgreement => ({
  ...{ change: index < 50 ? 'UNLISTED' : 'CORRECTED', agreementId: String(index), state: 'TX' },
  ...{ agency: `Agency ${index}`, model: 'TASK_FORCE' },
  fields: [{ field: 'status', before: 'ACTIVE', after: 'UNLISTED' }],
});

test('counts all, then shows the first forty', () => {
  const text = printed(Array.from({ length: 52 }, (_, index) => planned(index)));
  expect(text).toContain('Agency 39');
  expect(text).not.toContain('Agency 40');
  expect(text).toMatch(/^Agreements that stand otherwise: 50 unlisted, 2 corrected\.\n/);
  expect(text).toMatch(/\n… and 12 more: --json has them all\.\n$/);
});

test('says so where nothing would stand otherwise', () => {
  expect(printed([])).toBe('No agreement would stand otherwise than today.\n');
});
