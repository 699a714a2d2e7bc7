/** What an operator's action changed: one line, or JSON. */
import type { ChangeReport } from '../operations/operations.ts';
import { describeEvents } from './ingest-summary.ts';
import { printJson, printLine } from './print.ts';

export function printChange(change: ChangeReport, json: boolean): void {
  if (json) printJson(change);
  else printLine(`Revision ${change.revision}: ${describeEvents(change.events)}.`);
}
