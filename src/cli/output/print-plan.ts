/** What would stand otherwise, agreement by agreement: the first lines of it; --json has them all. */
import type { FieldChange, Plan, PlannedAgreement } from '../../operations/lists/plan.ts';
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
  printTable(['change', 'state', 'agency', 'model', 'what'], lines.slice(0, MOST_LINES));
  if (lines.length > MOST_LINES) printLine(`… and ${lines.length - MOST_LINES} more: --json has them all.`);
  const counts = new Map<string, number>();
  for (const [change = ''] of lines) counts.set(change, (counts.get(change) ?? 0) + 1);
  printLine(`${[...counts].map(([change, count]) => `${count} ${change.toLowerCase()}`).join(', ')}.`);
}

const describeAgreement = ({ change, state, agency, model, fields }: PlannedAgreement): string[] => [
  ...[change, state, agency, model],
  fields.map(describeField).join('; '),
];

const describeField = ({ field, before, after }: FieldChange): string =>
  before === null ? `${field} ${after}` : `${field} ${before} → ${after ?? 'nothing'}`;
