/** What an operator's action changed: one line, or JSON. */
import type { ChangeReport } from '../operations/operations.ts';
import { describeEvents } from './ingest-summary.ts';
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
  const all = Object.values(events).reduce((sum, count) => sum + count, 0);
  if (all === 0) return `${describeEvents(events)}.`;
  const live =
    liveEvents === 0 ? 'None is live, all are history.' : `Live, so that watchers are told: ${liveEvents} of ${all}.`;
  return `${describeEvents(events)}. ${live}`;
}
