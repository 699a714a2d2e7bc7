/** Whole files: which sheet is the list, which kind it is, what is kept of it, and what it is refused for. */
import { describe, expect, it } from 'vitest';
import type { List, ReadResult } from '../../../src/intake/table/list.ts';
import { readList } from '../../../src/intake/table/read-list.ts';
import { buildWorkbook, facts, participatingHeader, participatingRow, type SheetPlan } from './workbook-builder.ts';

async function listOf(sheets: readonly SheetPlan[], fileName = facts.fileName): Promise<List> {
  return accepted(await readList(await buildWorkbook(sheets), { ...facts, fileName }));
}

function accepted(result: ReadResult): List {
  if (!result.ok) throw new Error(result.rejection.message);
  return result.list;
}

async function rejectionOf(header: readonly string[], row: SheetPlan['rows'][number] = participatingRow()) {
  const result = await readList(await buildWorkbook([{ rows: [header, row] }]), facts);
  return result.ok ? null : result.rejection;
}

const without = (...headings: string[]) => participatingHeader.filter((each) => !headings.includes(each));

describe('the kind of a list', () => {
  it.each([
    ['2025-02-21', ['STATE', 'LAW ENFORCEMENT AGENCY', 'TYPE', 'SUPPORT TYPE', 'SIGNED', 'MOA'], 'PARTICIPATING'],
    ['2025-03-17', without('ADDENDUM'), 'PARTICIPATING'],
    ['2025-06-26', participatingHeader, 'PARTICIPATING'],
    ['2025-02-20 pending', ['STATE', 'LAW ENFORCEMENT AGENCY', 'TYPE', 'SUPPORT TYPE'], 'PENDING'],
    ['2025-04 pending', without('SIGNED', 'ADDENDUM'), 'PENDING'],
  ])('is told by the header of %s', async (_, header, kind) => {
    const list = await listOf([{ rows: [header, header.map(() => 'x')] }]);
    expect(list).toMatchObject({ kind, columns: header, worksheet: 'Sheet1' });
  });

  it('is the header’s even when the file name says otherwise, as on 2025-09-22', async () => {
    const rows = [
      without('SIGNED', 'MOA', 'ADDENDUM'),
      ['TEXAS', 'Sample PD', 'Municipality', '#N/A', 'Task Force Model'],
    ];
    const list = await listOf([{ rows }], '2025-09-22pm_pending__participatingAgencies09222025pm.xlsx');
    expect(list.kind).toBe('PENDING');
    expect(list.issues).toMatchObject([{ rowNumber: null, column: null, code: 'KIND_SWAPPED' }]);
  });

  it('is not pending because SIGNED was renamed or lost', async () => {
    const renamed = participatingHeader.map((each) => (each === 'SIGNED' ? 'DATE SIGNED' : each));
    expect(await rejectionOf(renamed)).toMatchObject({
      code: 'MISSING_COLUMN',
      message: expect.stringContaining('SIGNED'),
    });
    expect(await rejectionOf(without('SIGNED'))).toMatchObject({ code: 'MISSING_COLUMN' });
  });
});

describe('the worksheet', () => {
  it('is the one with the header, wherever it stands, as on 2026-03-02', async () => {
    const list = await listOf([
      { name: 'Pivot', rows: [['Total', null, 'JEM', null, 'TFM']] },
      { name: 'Data', rows: [participatingHeader, participatingRow()] },
    ]);
    expect(list).toMatchObject({ worksheet: 'Data' });
    expect(list.rows).toHaveLength(1);
  });

  it('is refused when two of them hold a list', async () => {
    const rows = [participatingHeader, participatingRow()];
    const result = await readList(await buildWorkbook([{ rows }, { rows }]), facts);
    expect(result).toMatchObject({ ok: false, rejection: { code: 'SEVERAL_TABLES' } });
  });
});

describe('the header', () => {
  it.each(['STATE', 'LAW ENFORCEMENT AGENCY', 'SUPPORT TYPE'])('must have %s', async (heading) => {
    const rejection = await rejectionOf(without(heading));
    expect(rejection?.code).toBe('MISSING_COLUMN');
    expect(rejection?.message).toBe(`“list.xlsx”: worksheet “Sheet1”, row 1 has no column ${heading}.`);
  });

  it('must not have a column twice', async () => {
    expect(await rejectionOf([...participatingHeader, 'State '])).toEqual({
      code: 'DOUBLED_COLUMN',
      message: '“list.xlsx”: worksheet “Sheet1”, row 1 has “State” twice: columns A and I.',
    });
  });

  it.each([
    ['in row 2, under a title', 1, true],
    ['in row 10', 9, true],
    ['in row 11', 10, false],
  ])('%s is found: %#', async (_, titles, ok) => {
    const above = Array.from({ length: titles }, (_each, index) => [`Title ${index}`, 'STATE']);
    const bytes = await buildWorkbook([{ rows: [...above, participatingHeader, participatingRow()] }]);
    const result = await readList(bytes, facts);
    expect(result).toMatchObject(ok ? { ok } : { ok, rejection: { code: 'MISSING_COLUMN' } });
    if (result.ok) expect(result.list.rows.map(({ rowNumber }) => rowNumber)).toEqual([titles + 2]);
    // A person may say where it stands.
    expect(await readList(bytes, { ...facts, headerRow: titles + 1 })).toMatchObject({ ok: true });
    expect(await readList(bytes, { ...facts, headerRow: titles + 2 })).toMatchObject({ ok: false });
  });

  it('may stand on the one of two worksheets that a person names', async () => {
    const rows = [participatingHeader, participatingRow()];
    const bytes = await buildWorkbook([
      { name: 'Old', rows },
      { name: 'New', rows: [...rows, participatingRow()] },
    ]);
    const refused = await readList(bytes, facts);
    expect(refused).toMatchObject({
      rejection: { code: 'SEVERAL_TABLES', message: expect.stringContaining('--sheet') },
    });
    expect(await readList(bytes, { ...facts, sheet: 'New' })).toMatchObject({ list: { worksheet: 'New' } });
    expect(await readList(bytes, { ...facts, sheet: 'None' })).toMatchObject({
      rejection: { message: '“list.xlsx”: no worksheet is called “None”; there is “Old”, “New”.' },
    });
  });

  it('may be reordered', async () => {
    const rows = [participatingHeader.toReversed(), participatingRow().toReversed()];
    const [reordered, ordered] = [
      await listOf([{ rows }]),
      await listOf([{ rows: [participatingHeader, participatingRow()] }]),
    ];
    expect(reordered.rows[0]?.clean).toEqual(ordered.rows[0]?.clean);
    expect(reordered.columns).toEqual(participatingHeader.toReversed());
  });

  it('may have unknown headings, whose cells are kept and reported', async () => {
    const header = [...participatingHeader, '__proto__', 'constructor', null];
    const list = await listOf([{ rows: [header, [...participatingRow({ 7: 'Link Pending' }), 'p', 'c', 'stray']] }]);
    expect(list.columns.slice(8)).toEqual(['__proto__', 'constructor', 'column K']);
    expect(list.rows[0]?.cells.slice(8).map(({ column, text }) => [column, text])).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
      ['column K', 'stray'],
    ]);
    expect(list.issues.map(({ code, column }) => [code, column])).toEqual([
      ['UNKNOWN_COLUMN', '__proto__'],
      ['UNKNOWN_COLUMN', 'constructor'],
      ['UNKNOWN_COLUMN', 'column K'],
    ]);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('text');
  });
});

describe('the rows', () => {
  it('keep their number on the sheet, their hidden flag and their cells as printed', async () => {
    const list = await listOf([
      {
        rows: [participatingHeader, participatingRow({ 0: 'FLORIDA ' }), [], [' '], participatingRow({ 3: '#N/A' })],
        hidden: [5],
      },
    ]);
    expect(list.rows.map(({ rowNumber, hidden }) => [rowNumber, hidden])).toEqual([
      [2, false],
      [5, true],
    ]);
    expect(list.rows[0]?.cells).toEqual([
      { column: 'STATE', text: 'FLORIDA ', link: null },
      { column: 'LAW ENFORCEMENT AGENCY', text: "Alachua County Sheriff's Office", link: null },
      { column: 'TYPE', text: 'County', link: null },
      { column: 'COUNTY', text: 'Alachua County', link: null },
      { column: 'SUPPORT TYPE', text: 'Task Force Model', link: null },
      { column: 'SIGNED', text: '2025-02-26', link: null },
      { column: 'MOA', text: 'link', link: 'https://www.ice.gov/doclib/287gMOA/sample.pdf' },
    ]);
  });

  it.each(['1900', '1904'] as const)('print a date cell of the %s system as its day', async (dateSystem) => {
    const bytes = await buildWorkbook([{ rows: [participatingHeader, participatingRow()] }], { dateSystem });
    expect(accepted(await readList(bytes, facts)).rows[0]?.clean.signedOn).toBe('2025-02-26');
  });

  it('raise an issue for a date that cannot be true of the list, and keep it', async () => {
    const list = await listOf([
      { rows: [participatingHeader, participatingRow({ 5: new Date('5025-07-07T00:00:00Z') })] },
    ]);
    expect(list.rows[0]?.clean.signedOn).toBe('5025-07-07');
    expect(list.issues).toMatchObject([
      { rowNumber: 2, column: 'SIGNED', code: 'IMPLAUSIBLE_DATE', printed: '5025-07-07' },
    ]);
  });

  it('print a year of five digits, which no database holds, with an issue', async () => {
    const list = await listOf([
      { rows: [participatingHeader, participatingRow({ 5: new Date('+020026-01-05T00:00:00Z') })] },
    ]);
    expect(list.rows[0]?.clean).toMatchObject({ signedOn: null, signedPrinted: '20026-01-05' });
    expect(list.issues).toMatchObject([{ code: 'UNREADABLE_DATE', printed: '20026-01-05' }]);
  });

  it('hold nothing that PostgreSQL cannot store', async () => {
    const list = await listOf([{ rows: [participatingHeader, participatingRow({ 1: 'A\u0000B \uD800 PD' })] }]);
    const printed = list.rows[0]?.cells[1]?.text ?? '';
    expect(printed).not.toMatch(/\0|\p{Surrogate}/u);
  });

  it('may be none, as on 2025-11-06 pending', async () => {
    const list = await listOf([{ rows: [participatingHeader] }]);
    expect(list.rows).toEqual([]);
  });
});

describe('the hashes', () => {
  const row = participatingRow();
  const hashes = async (rows: SheetPlan['rows'], hidden: number[] = []) => {
    const list = await listOf([{ rows, hidden }]);
    return { table: list.tableHash, rows: list.rows.map(({ hash }) => hash) };
  };

  it('are the same for a row with and without an empty new column', async () => {
    const old = await hashes([without('ADDENDUM'), row.slice(0, 7)]);
    expect((await hashes([participatingHeader, row])).rows).toEqual(old.rows);
  });

  it('of the table ignore hidden flags, row numbers and order, as between 2025-06-06 and 2025-06-11', async () => {
    const plain = await hashes([participatingHeader, row, participatingRow({ 0: 'TEXAS' })]);
    const filtered = await hashes([participatingHeader, [], row, participatingRow({ 0: 'TEXAS' })], [3]);
    expect(filtered).toEqual(plain);
    const sorted = await hashes([participatingHeader, participatingRow({ 0: 'TEXAS' }), row]);
    expect(sorted.table).toBe(plain.table);
    const repeated = await hashes([participatingHeader, row, row, participatingRow({ 0: 'TEXAS' })]);
    expect(repeated.table).not.toBe(plain.table);
  });

  it.each([
    ['a trailing space', participatingRow({ 0: 'FLORIDA ' })],
    ['another link', participatingRow({ 6: { text: 'link', link: 'https://www.ice.gov/other.pdf' } })],
    ['another date', participatingRow({ 5: new Date('2025-02-27T00:00:00Z') })],
  ])('differ for %s', async (_, changed) => {
    expect((await hashes([participatingHeader, changed])).rows).not.toEqual(
      (await hashes([participatingHeader, row])).rows,
    );
  });
});

it('says when the list was published and by which witness, read or refused', async () => {
  const modified = new Date('2025-06-30T18:00:00Z');
  const bytes = await buildWorkbook([{ rows: [participatingHeader, participatingRow()] }], { modified });
  expect(accepted(await readList(bytes, facts))).toMatchObject({
    publishedAt: modified.toISOString(),
    publishedAtBasis: 'WORKBOOK',
    modifiedAt: modified.toISOString(),
  });
  const refused = await readList(new Uint8Array(), { ...facts, fileName: '2025-07-01pm.xlsx' });
  expect(refused).toMatchObject({ ok: false, publishedAt: '2025-07-01T20:00:00.000Z', publishedAtBasis: 'FILE_NAME' });
  expect(refused.sha256).toMatch(/^[0-9a-f]{64}$/);
});
