/** What an operator is told: the issues of a list in groups, a failure without its SQL, the log of a server. */
import { DrizzleQueryError } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { describeFailure } from '../../../src/operations/describe-failure.ts';
import { groupIssues } from '../../../src/operations/lists/group-issues.ts';
import { reportChange } from '../../../src/operations/lists/report-change.ts';
import { logOperations } from '../../../src/operations/log-operations.ts';
import { type IngestedFile, type Operations, Refusal } from '../../../src/operations/operations.ts';
import * as mutations from '../../support/lists/list-mutations.ts';
import { type PrintedList, printedList, readPrintedList } from '../../support/lists/printed-list.ts';

function groupsOf(list: PrintedList) {
  const result = readPrintedList(list);
  if (!result.ok) throw new Error(result.rejection.message);
  return groupIssues(result.list.issues);
}

const june = printedList({ on: '2025-06-20', rows: 40 });

describe('the issues of a list', () => {
  it('are grouped by what is printed, with the first rows', () => {
    expect(groupsOf(mutations.print('SUPPORT TYPE', 'Hybrid', 8)(june))).toEqual([
      {
        ...{ code: 'UNKNOWN_MODEL', column: 'SUPPORT TYPE', printed: 'Hybrid', rows: 8 },
        ...{ rowNumbers: [2, 7, 12, 17, 22], reason: 'Not known as a model of agreement.' },
      },
    ]);
  });

  it('name what was read though it was misspelt, and by which rule', () => {
    const [group] = groupsOf(mutations.print('SUPPORT TYPE', 'Warrant Servcie Officer', 2)(june));
    expect(group).toMatchObject({
      code: 'NEAR_SPELLING',
      rows: 2,
      reason: expect.stringContaining('model-near-spelling'),
    });
  });

  it('name what speaks against the list, and not what is only a blank or unknown county', () => {
    const list = mutations.both(mutations.renamedBy(20), mutations.print('COUNTY', 'Nowhere'))(june);
    expect(groupsOf(list)).toMatchObject([{ code: 'CONTRADICTED_TIME', column: null, rows: 0, rowNumbers: [] }]);
    expect(groupsOf(mutations.blank('STATE', 2)(june))).toMatchObject([{ code: 'MISSING_VALUE', rows: 2 }]);
    expect(groupsOf(mutations.blank('SIGNED', 2)(june))).toEqual([]);
  });

  it('are so many lines at most, whatever the list', () => {
    const rows = june.rows.flatMap((row, at) =>
      [row, row, row].map((each, copy) => each.with(4, { text: `x${at} ${copy}`, link: null })),
    );
    expect(groupsOf({ ...june, rows })).toHaveLength(50);
  });
});

describe('a failure', () => {
  const wrapped = (cause: Error) => new DrizzleQueryError('insert into "source_rows" values ($1)', [], cause);
  it.each([
    ['PostgreSQL', Object.assign(new Error('could not extend file "base/1/2"'), { code: '53100' })],
    ['the embedded database', new Error('could not write block 3: No space left on device')],
    ['the file system', Object.assign(new Error('write'), { code: 'ENOSPC' })],
  ])('of a full disk, told by %s, is a sentence', (_, cause) => {
    for (const error of [cause, wrapped(cause)]) expect(describeFailure(error)).toMatch(/^The disk is full: nothing/);
  });

  it('is told by its reason, not by the statement', () => {
    expect(describeFailure(wrapped(new Error('connection lost')))).toBe('connection lost');
    expect(describeFailure(new AggregateError([new Error('one'), new Error('two')]))).toBe('one; two');
    expect(describeFailure('text')).toBe('text');
  });
});

describe('the log of a server', () => {
  const file = (status: IngestedFile['status'], more: Partial<IngestedFile> = {}): IngestedFile => ({
    asArchived: false,
    ...{
      fileName: `${status}.xlsx`,
      sha256: 'a'.repeat(64),
      status,
      kind: null,
      snapshotId: 'id',
      publishedAt: 'then',
      rowCount: 1,
    },
    ...{ issueCount: 0, issueRowCount: 0, holdReasons: [], rejection: null, issues: [], behind: null },
    ...{ events: {}, liveEvents: 0 },
    ...{ milliseconds: 1, ...more },
  });
  const held = { rule: 'STALE_FILE' as const, count: 1, limit: 1, place: null, message: 'Too old.' };
  const files = [
    file('ACCEPTED'),
    file('HELD', { holdReasons: [held] }),
    file('REJECTED', { rejection: { code: 'X', message: 'No list.' } }),
  ];

  function recorded(operations: Partial<Operations>) {
    const lines: string[] = [];
    const record = (level: string) => (facts: object, message: string) =>
      lines.push(`${level} ${message}${'why' in facts ? ` ${facts.why}` : ''}`);
    const log = { info: record('info'), warn: record('warn'), error: record('error') };
    // Only what the test calls is there.
    return { lines, operations: logOperations(operations as Operations, log) };
  }

  it('has a line for each list that came in', async () => {
    const ingest = async () => ({ files, revision: '1', dryRun: false, plan: null });
    const { lines, operations } = recorded({ ingest });
    await operations.ingest({ paths: [] });
    expect(lines).toEqual(['info list accepted', 'warn list held Too old.', 'warn list rejected No list.']);
    const dry = recorded({ ingest: async () => ({ files, revision: '1', dryRun: true, plan: null }) });
    await dry.operations.ingest({ paths: [], dryRun: true });
    expect(dry.lines).toEqual([]);
  });

  it('has a line for each verdict, refusal and failure', async () => {
    const { lines, operations } = recorded({
      reject: async () => reportChange('2', []),
      release: () => Promise.reject(new Refusal('NOT_HELD', 'It is not held.')),
      ingest: () => Promise.reject(new Error('connection lost')),
    });
    await operations.reject('id', 'cut off');
    await expect(operations.release('id', 'checked')).rejects.toThrow('It is not held.');
    await expect(operations.ingest({ paths: [] })).rejects.toThrow('connection lost');
    expect(lines).toEqual([
      'info reject',
      'warn release refused: It is not held.',
      'error ingest failed: connection lost',
    ]);
  });
});
