import { expect, test } from 'vitest';
import type { SnapshotStatus } from '../../../schema/enums.ts';
import type { HoldReason } from '../../../schema/tables/snapshots.ts';
import { howToJudge } from '../../../src/cli/output/held-list.ts';
import {
  describeEvents,
  describeOtherIssues,
  exitCodeOfReport,
  totalsOf,
} from '../../../src/cli/output/ingest-summary.ts';
import type { IngestedFile, IngestReport } from '../../../src/operations/operations.ts';

function file(status: SnapshotStatus, more: Partial<IngestedFile> = {}): IngestedFile {
  return {
    fileName: 'list.xlsx',
    sha256: 'a'.repeat(64),
    status,
    kind: 'PARTICIPATING',
    snapshotId: null,
    publishedAt: '2026-02-02T14:00:00.000Z',
    rowCount: 10,
    issueRowCount: 0,
    issueCount: 0,
    holdReasons: [],
    rejection: null,
    issues: [],
    asArchived: false,
    behind: null,
    events: {},
    liveEvents: 0,
    milliseconds: 1,
    ...more,
  };
}

function report(...files: IngestedFile[]): IngestReport {
  return { files, revision: '1', dryRun: false, plan: null };
}

test.each([
  [['ACCEPTED', 'DUPLICATE'], 0],
  [['ACCEPTED', 'HELD'], 3],
  [['HELD', 'REJECTED'], 2],
  [[], 0],
] as const)('%j ends with %d', (statuses, code) => {
  expect(exitCodeOfReport(report(...statuses.map((status) => file(status))))).toBe(code);
});

test('what an archive says of its lists is no error', () => {
  const archived = (['HELD', 'REJECTED', 'WITHDRAWN'] as const).map((status) => file(status, { asArchived: true }));
  expect(exitCodeOfReport(report(...archived))).toBe(0);
  expect(exitCodeOfReport(report(...archived, file('HELD')))).toBe(3);
});

test('adds up lists, events and issues, and names rare events only where there are some', () => {
  const totals = Object.fromEntries(
    totalsOf(
      report(
        file('ACCEPTED', { events: { AGREEMENT_ADDED: 3, MEMORANDUM_POSTED: 1 }, issueRowCount: 2 }),
        file('ACCEPTED', { events: { AGREEMENT_ADDED: 1 } }),
        file('DUPLICATE', { issueRowCount: 2 }),
      ),
    ),
  );
  expect(totals).toMatchObject({
    'lists accepted': 2,
    'lists duplicate': 1,
    'agreements added': 4,
    'agreements ended': 0,
    'memoranda posted': 1,
    'rows with issues': 2,
  });
  expect(totals).not.toHaveProperty('events retracted');
});

test('says why the table of issues has fewer rows than the totals count', () => {
  const hybrid = { code: 'UNKNOWN_MODEL', column: 'SUPPORT TYPE', printed: 'Hybrid', reason: 'Not known.' } as const;
  const issues = [{ ...hybrid, rows: 2, rowNumbers: [2, 3] }];
  expect(describeOtherIssues([file('ACCEPTED', { issueRowCount: 2, issues })])).toBeNull();
  expect(describeOtherIssues([file('ACCEPTED', { issueRowCount: 5, issues })])).toMatch(/^The other rows with issues/);
  expect(describeOtherIssues([file('ACCEPTED', { issueRowCount: 3 })])).toMatch(/^The rows with issues/);
  expect(describeOtherIssues([file('DUPLICATE', { issueRowCount: 3 })])).toBeNull();
});

test('names one event in the singular', () => {
  const events = { AGREEMENT_UNLISTED: 1, PENDING_ADDED: 1, MEMORANDUM_POSTED: 1, AGENCY_MERGED: 2 };
  expect(describeEvents(events)).toBe(
    '1 agreement unlisted, 1 pending agreement added, 1 memorandum posted, 2 agencies merged',
  );
});

test('the advice on held lists names the command that their reasons ask for', () => {
  const held = (...rules: HoldReason['rule'][]): IngestedFile =>
    file('HELD', { holdReasons: rules.map((rule) => ({ rule, count: 11, limit: 10, place: null, message: rule })) });
  expect(howToJudge([held('AGREEMENTS_MISSING')])).not.toMatch(/redate|withdraw|Begin with the oldest/);
  expect(howToJudge([held('PUBLISHED_AHEAD')])).toMatch(/redate ID TIME --reason TEXT/);
  expect(howToJudge([held('AGREEMENTS_RESTORED')])).toMatch(/withdraw ID --reason TEXT +ID of the list before/);
  expect(howToJudge([held('STALE_FILE'), held('AGREEMENTS_MISSING')])).toMatch(/redate ID .*Begin with the oldest/s);
});
