/** Spellings that an operator added: read from stored cells, after what is right, before what was only met. */
import { expect, it } from 'vitest';
import { parseRow } from '../../../src/intake/row/parse-row.ts';
import { readList } from '../../../src/intake/table/read-list.ts';
import { type Spelling, spellingsOf } from '../../../src/intake/vocabulary/spellings.ts';

const cells = [
  { column: 'ST', text: 'Lone Star ', link: null },
  { column: 'LAW ENFORCEMENT AGENCY', text: 'Sample Police Department', link: null },
  { column: 'TYPE', text: 'Town', link: null },
  { column: 'COUNTY', text: 'Big Sample County', link: null },
  { column: 'SUPPORT TYPE', text: 'Task Force', link: null },
  { column: 'SIGNED', text: '2025-03-01', link: null },
];
const context = { rowNumber: 2, kind: 'PARTICIPATING' } as const;
const added: Spelling[] = [
  { subject: 'HEADING', printed: 'St', means: 'state' },
  { subject: 'STATE', printed: 'lone  star', means: 'TX' },
  { subject: 'MODEL', printed: 'TASK FORCE', means: 'TASK_FORCE' },
  { subject: 'TYPE', printed: 'Town', means: 'MUNICIPALITY' },
  { subject: 'COUNTY', printed: 'Big Sample', means: '48201' },
];

it('reads stored cells again', () => {
  expect(parseRow(cells, context).clean).toMatchObject({ placeCode: null, model: null, agencyType: null });
  const { clean, corrections, issues } = parseRow(cells, context, spellingsOf(added));
  expect(clean).toMatchObject({
    placeCode: 'TX',
    model: 'TASK_FORCE',
    agencyType: 'MUNICIPALITY',
    countyFips: '48201',
  });
  expect(issues).toEqual([]);
  expect(corrections.map(({ rule }) => rule)).toEqual([
    'state-spelling',
    'model-spelling',
    'type-spelling',
    'county-spelling',
  ]);
});

it('reads a file whose header needed one', async () => {
  const csv = [cells.map(({ column }) => column), cells.map(({ text }) => text)].map((row) => row.join(',')).join('\n');
  const facts = { fileName: '2025-03-03.csv', receivedAt: '2026-06-01T12:00:00.000Z' };
  expect(await readList(Buffer.from(`${csv}\n`), facts)).toMatchObject({ rejection: { code: 'MISSING_COLUMN' } });
  const result = await readList(Buffer.from(`${csv}\n`), facts, { spellings: spellingsOf(added) });
  expect(result).toMatchObject({ ok: true, list: { kind: 'PARTICIPATING', issues: [] } });
});

it('never changes what a right spelling means', () => {
  const spellings = spellingsOf([{ subject: 'STATE', printed: 'Texas', means: 'FL' }]);
  const row = cells.map((each) => (each.column === 'ST' ? { ...each, column: 'STATE', text: 'TEXAS' } : each));
  expect(parseRow(row, context, spellings).clean.placeCode).toBe('TX');
});

it.each<Spelling>([
  { subject: 'STATE', printed: 'x', means: 'Texas' },
  { subject: 'MODEL', printed: 'x', means: 'HYBRID' },
  { subject: 'TYPE', printed: 'x', means: 'TOWN' },
  { subject: 'COUNTY', printed: 'x', means: '48999' },
  { subject: 'HEADING', printed: 'x', means: 'email' },
])('refuses $subject that means $means', (spelling) => {
  expect(() => spellingsOf([spelling])).toThrow(RangeError);
});
