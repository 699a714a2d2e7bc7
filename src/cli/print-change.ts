/** What an operator's action changed, or would change: a line and how to take it back, the plan of a dry run, or JSON. */
import type { ChangeReport } from '../operations/operations.ts';
import { describeEvents, describeLive, total } from './ingest-summary.ts';
import { printJson, printLine } from './print.ts';
import { printPlan } from './print-plan.ts';

export interface ChangeOptions {
  json?: boolean;
  dryRun?: boolean;
}

export function printChange(change: ChangeReport, { json, dryRun }: ChangeOptions): void {
  if (json === true) {
    printJson(dryRun === true ? { ...change, dryRun } : change);
  } else if (change.plan !== null) {
    printPlan(change.plan);
    printLine(`Dry run, nothing was kept: ${describeChange(change)}`);
  } else {
    printLine(`Revision ${change.revision}: ${describeChange(change)}`);
  }
}

/** After an act that made decisions. */
export function printDecisions({ decisionIds }: ChangeReport, { json }: ChangeOptions): void {
  if (json === true) return;
  for (const id of decisionIds) printLine(`Decision ${id}: "accord287 revoke ${id} --reason TEXT" takes it back.`);
}

function describeChange({ events, liveEvents }: ChangeReport): string {
  const all = total(events);
  return all === 0 ? `${describeEvents(events)}.` : `${describeEvents(events)}. ${describeLive(liveEvents, all)}`;
}
