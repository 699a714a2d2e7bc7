/** Prints what an ingest did: a table of totals, and one row for each list that was not accepted. */
import type { EventKind } from '../../../schema/enums.ts';
import type { IssueGroup } from '../../operations/lists/group-issues.ts';
import type { IngestedFile, IngestReport } from '../../operations/operations.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { describeBehind } from './behind.ts';
import { describeHoldReasons, howToJudge } from './held-list.ts';
import { type Cell, printLine, printNote, printTable } from './print.ts';
import { printPlan } from './print-plan.ts';

export function printIngestReport(report: IngestReport): void {
  printTable(
    ['', 'count'],
    totalsOf(report).map(([label, count]) => [label, String(count)]),
  );
  const told = report.files.reduce(
    (sum, { events, liveEvents }) => ({ all: sum.all + total(events), live: sum.live + liveEvents }),
    { all: 0, live: 0 },
  );
  if (told.all > 0) {
    printLine(`Events, of which an agreement may have several: ${told.all}. ${describeLive(told.live, told.all)}`);
  }
  const others = report.files.filter((file) => file.status !== 'ACCEPTED');
  if (others.length > 0) {
    printTable(
      ['list', 'verdict', 'why'],
      others.map((file) => [file.fileName, describeVerdict(file, report.dryRun), whyNotAccepted(file)]),
    );
  }
  printIssues(report.files);
  if (report.plan !== null) printPlan(report.plan);
  if (report.dryRun) printLine('Dry run: nothing was kept.');
  else {
    const open = others.filter(({ status, asArchived }) => status === 'HELD' && !asArchived);
    if (open.length > 0) printNote(howToJudge(open));
  }
  for (const note of describeBehind(report.files)) printNote(note);
}

const MOST_ISSUES = 40;

/** What was put aside, or read though it was misspelt: where it stands and by which rule. */
function printIssues(files: readonly IngestedFile[]): void {
  const lines = files.flatMap(({ fileName, issues }) => issues.map((issue) => issueLine(fileName, issue)));
  if (lines.length > 0) printIssueTable(lines);
  const note = describeOtherIssues(files);
  if (note !== null) printNote(note);
}

/** Why the table has fewer rows than the totals count; null where it has all. */
export function describeOtherIssues(files: readonly IngestedFile[]): string | null {
  const isNew = files.filter(({ status }) => status !== 'DUPLICATE');
  const all = isNew.reduce((sum, { issueRowCount }) => sum + issueRowCount, 0);
  const shown = isNew.flatMap(({ issues }) => issues).reduce((sum, { rows }) => sum + rows, 0);
  if (all <= shown) return null;
  const which = shown === 0 ? 'The rows with issues' : 'The other rows with issues';
  return `${which} have a county, a type, a date or a link that cannot be read, or stand twice. They count all the same;\nSnapshot.issues of the API names them.`;
}

function printIssueTable(lines: readonly string[][]): void {
  printTable(['list', 'rows', 'column', 'printed', 'what became of it'], lines.slice(0, MOST_ISSUES));
  if (lines.length > MOST_ISSUES) printLine(`… and ${lines.length - MOST_ISSUES} more: --json has them all.`);
}

function issueLine(fileName: string, { code, column, printed, reason, rows, rowNumbers }: IssueGroup): string[] {
  const more = rows > rowNumbers.length ? ` and ${rows - rowNumbers.length} more` : '';
  const where = rows === 0 ? 'the list' : `${rowNumbers.join(', ')}${more}`;
  const text = printed === null || printed === fileName ? '' : printed;
  return [fileName, where, column ?? '', text.length > 60 ? `${text.slice(0, 59)}…` : text, `${code}: ${reason}`];
}

export function exitCodeOfReport(report: IngestReport): ExitCode {
  const has = (status: IngestedFile['status']): boolean =>
    report.files.some((file) => file.status === status && !file.asArchived);
  if (has('REJECTED')) return exitCodes.rejected;
  return has('HELD') ? exitCodes.held : exitCodes.ok;
}

const eventLabels: Record<EventKind, string> = {
  AGREEMENT_ADDED: 'agreements added',
  AGREEMENT_UNLISTED: 'agreements unlisted',
  AGREEMENT_ENDED: 'agreements ended',
  AGREEMENT_RESTORED: 'agreements restored',
  AGREEMENT_CORRECTED: 'agreements corrected',
  AGREEMENT_SUPERSEDED: 'agreements superseded',
  MEMORANDUM_POSTED: 'memoranda posted',
  ADDENDUM_POSTED: 'addenda posted',
  PENDING_ADDED: 'pending agreements added',
  PENDING_DROPPED: 'pending agreements dropped',
  AGENCY_RENAMED: 'agencies renamed',
  AGENCY_MERGED: 'agencies merged',
  EVENT_RETRACTED: 'events retracted',
  HISTORY_CHANGED: 'histories changed',
};

/** Prints a total only where it is not zero. */
const rareKinds: ReadonlySet<EventKind> = new Set([
  'MEMORANDUM_POSTED',
  'ADDENDUM_POSTED',
  'PENDING_ADDED',
  'PENDING_DROPPED',
  'EVENT_RETRACTED',
  'HISTORY_CHANGED',
]);

export function totalsOf(report: IngestReport): [string, number][] {
  const withStatus = (status: IngestedFile['status']): number =>
    report.files.filter((file) => file.status === status).length;
  // The keys of the record are exactly the event kinds.
  const kinds = Object.keys(eventLabels) as EventKind[];
  const shown = kinds.filter((kind) => !rareKinds.has(kind) || sumEvents(report, kind) > 0);
  // The issues of a duplicate were counted with the first.
  const newFiles = report.files.filter((file) => file.status !== 'DUPLICATE');
  return [
    ...(report.acts === undefined ? [] : [['acts of operators', report.acts] satisfies [string, number]]),
    ['lists accepted', withStatus('ACCEPTED')],
    ['lists duplicate', withStatus('DUPLICATE')],
    ['lists held', withStatus('HELD')],
    ['lists rejected', withStatus('REJECTED')],
    ...(withStatus('WITHDRAWN') === 0 ? [] : [['lists withdrawn', withStatus('WITHDRAWN')] satisfies [string, number]]),
    ...shown.map((kind): [string, number] => [eventLabels[kind], sumEvents(report, kind)]),
    ['rows with issues', newFiles.reduce((sum, file) => sum + file.issueRowCount, 0)],
  ];
}

export function describeEvents(events: Partial<Record<EventKind, number>>): string {
  // The keys are event kinds by the type of the report.
  const parts = Object.entries(events).map(([kind, count]) => countedLabel(eventLabels[kind as EventKind], count));
  return parts.length === 0 ? 'no events' : parts.join(', ');
}

/** Whether watchers are told. */
export const describeLive = (live: number, all: number): string =>
  live === 0 ? 'None is live, all are history.' : `Live, so that watchers are told: ${live} of ${all}.`;

export const total = (events: Partial<Record<EventKind, number>>): number =>
  Object.values(events).reduce((sum, count) => sum + count, 0);

const singulars: Record<string, string> = {
  agreements: 'agreement',
  agencies: 'agency',
  memoranda: 'memorandum',
  addenda: 'addendum',
  events: 'event',
  histories: 'history',
};

function countedLabel(label: string, count: number): string {
  return `${count} ${count === 1 ? label.replace(/agreements|agencies|memoranda|addenda|events|histories/, (many) => singulars[many] ?? many) : label}`;
}

function sumEvents(report: IngestReport, kind: EventKind): number {
  return report.files.reduce((sum, file) => sum + (file.events[kind] ?? 0), 0);
}

/** A held list is released and rejected by its id, once it is kept. */
function describeVerdict(file: IngestedFile, dryRun: boolean): string {
  return file.status === 'HELD' && file.snapshotId !== null && !dryRun ? `HELD ${file.snapshotId}` : file.status;
}

function whyNotAccepted(file: IngestedFile): Cell {
  if (file.asArchived) return 'as the archive says';
  if (file.rejection !== null) return `${file.rejection.code}: ${file.rejection.message}`;
  if (file.status === 'DUPLICATE') return 'the same list is in the ledger already';
  return describeHoldReasons(file.holdReasons);
}
