/** Prints the counts of a plan, then its first lines, agreement by agreement; `--json` prints all of them. */
import type { FieldChange, Plan, PlannedAgreement } from '../../analysis/plan.ts';
import { printLine, printTable } from './print.ts';

const MOST_LINES = 40;

export function printPlan({ agreements, renamed }: Plan): void {
  const lines = [
    ...renamed.map(({ state, before, after }) => ['RENAMED', state, after, '', `before: ${before}`]),
    ...agreements.map(describeAgreement),
  ];
  if (lines.length === 0) {
    printLine('No agreement would stand otherwise than today.');
    return;
  }
  const counts = new Map<string, number>();
  for (const { change } of agreements) counts.set(change, (counts.get(change) ?? 0) + 1);
  const counted = [...counts].map(([change, count]) => `${count} ${change.toLowerCase()}`);
  if (counted.length > 0) printLine(`Agreements that stand otherwise: ${counted.join(', ')}.`);
  if (renamed.length > 0) printLine(`Agencies that go by another name: ${renamed.length}.`);
  printTable(['change', 'state', 'agency', 'model', 'what'], lines.slice(0, MOST_LINES));
  if (lines.length > MOST_LINES) printLine(`… and ${lines.length - MOST_LINES} more: --json has them all.`);
}

const describeAgreement = ({ change, state, agency, model, fields }: PlannedAgreement): string[] => [
  ...[change, state, agency, model],
  fields.map(describeField).join('; '),
];

const describeField = ({ field, before, after }: FieldChange): string =>
  before === null ? `${field} ${after}` : `${field} ${before} → ${after ?? 'nothing'}`;
