/** Prints what an operator's command changed and how to revoke it, the plan of a dry run, or JSON. */
import type { ChangeReport } from '../../operations/operations.ts';
import { describeEvents, describeLive, total } from './ingest-summary.ts';
import { printJson, printLine, printNote } from './print.ts';
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
    printLine(`Dry run, nothing was kept. ${describeChange(change)}`);
  } else {
    printLine(`Revision ${change.revision}. ${describeChange(change)}`);
  }
  if (json !== true) printBesides(change);
}

function printBesides({ rowsReadAgain, accepted, held, ingestAgain, notes }: ChangeReport): void {
  if (rowsReadAgain > 0) printLine(`${rowsReadAgain} ${rowsReadAgain === 1 ? 'row is' : 'rows are'} read otherwise.`);
  for (const { fileName } of accepted) printLine(`${fileName} was held; no reason is left, and it is accepted.`);
  for (const { fileName } of held) printLine(`${fileName} was accepted, and is held: its rows cannot be read now.`);
  for (const note of notes) printLine(note);
  if (ingestAgain.length === 0) return;
  printNote('Of a rejected file nothing is stored. Ingest again what was rejected for want of this heading:');
  for (const fileName of ingestAgain) printNote(`  ${fileName}`);
}

/** Prints the decisions that a command recorded. */
export function printDecisions({ decisionIds }: ChangeReport, { json }: ChangeOptions): void {
  if (json === true) return;
  for (const id of decisionIds) printLine(`Decision ${id}: "accord287 revoke ${id} --reason TEXT" takes it back.`);
}

function describeChange({ events, liveEvents }: ChangeReport): string {
  const all = total(events);
  return all === 0 ? 'No events.' : `Events: ${describeEvents(events)}. ${describeLive(liveEvents, all)}`;
}
