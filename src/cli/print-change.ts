/** What an operator's action changed: one line, or JSON. */
import type { ChangeReport } from '../operations/operations.ts';
import { describeEvents, describeLive, total } from './ingest-summary.ts';
import { printJson, printLine } from './print.ts';

export interface ChangeOptions {
  json?: boolean;
  dryRun?: boolean;
}

export function printChange(change: ChangeReport, { json, dryRun }: ChangeOptions): void {
  if (json === true) printJson(dryRun === true ? { ...change, dryRun } : change);
  else if (dryRun === true) printLine(`Dry run, nothing was kept: ${describeChange(change)}`);
  else printLine(`Revision ${change.revision}: ${describeChange(change)}`);
}

function describeChange({ events, liveEvents }: ChangeReport): string {
  const all = total(events);
  return all === 0 ? `${describeEvents(events)}.` : `${describeEvents(events)}. ${describeLive(liveEvents, all)}`;
}
