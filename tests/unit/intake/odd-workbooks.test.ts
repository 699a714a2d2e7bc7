/** Workbooks that other programs write: chart sheets, other encodings and names, links and formulas of every form. */
import { describe, expect, it } from 'vitest';
import { linkOfFormula } from '../../../src/intake/archive/sheet-links.ts';
import type { List } from '../../../src/intake/table/list.ts';
import { readList } from '../../../src/intake/table/read-list.ts';
import { facts, workbookParts, worksheetXml, zip } from './workbook-builder.ts';

const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const relations = 'http://schemas.openxmlformats.org/package/2006/relationships';
const pdf = 'https://www.ice.gov/doclib/287gMOA/sample.pdf';

async function listOf(parts: Record<string, string | Uint8Array>): Promise<List> {
  const result = await readList(zip(parts), facts);
  if (!result.ok) throw new Error(result.rejection.message);
  return result.list;
}

const plain = workbookParts(worksheetXml());
const text = (ref: string, value: string) => `<c r="${ref}" t="inlineStr"><is><t>${value}</t></is></c>`;

/** A list with a column MOA, two rows, and whatever else is to stand in the worksheet. */
function linkedSheet(cells: string, after: string): string {
  const header = ['STATE', 'LAW ENFORCEMENT AGENCY', 'SUPPORT TYPE', 'SIGNED', 'MOA'];
  const row = (number: number, texts: readonly string[]) =>
    texts.map((value, column) => text(`${String.fromCharCode(65 + column)}${number}`, value)).join('');
  const plainRow = (number: number, name: string) => row(number, ['TEXAS', name, 'Task Force Model', '2025-03-01']);
  return `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${office}"><sheetData>
    <row r="1">${row(1, header)}</row><row r="2">${plainRow(2, 'First Police')}${cells}</row>
    <row r="3">${plainRow(3, 'Second Police')}</row></sheetData>${after}</worksheet>`;
}

const linked = (cells: string, after: string, target = pdf) => ({
  ...workbookParts(linkedSheet(cells, after)),
  'xl/worksheets/_rels/sheet1.xml.rels': `<Relationships xmlns="${relations}"><Relationship Id="rId7" Type="${office}/hyperlink" Target="${target}" TargetMode="External"/></Relationships>`,
});

const links = async (parts: Record<string, string>) => {
  const { rows } = await listOf(parts);
  return rows.map(({ clean }) => clean.memorandumUrl);
};

describe('a workbook is read', () => {
  it('with a chart sheet before the list', async () => {
    const parts = {
      ...plain,
      'xl/chartsheets/sheet1.xml': '<chartsheet/>',
      'xl/workbook.xml': plain['xl/workbook.xml']?.replace(
        '<sheets>',
        '<sheets><sheet name="Chart > all" sheetId="9" r:id="r9"/>',
      ) as string,
      'xl/_rels/workbook.xml.rels': plain['xl/_rels/workbook.xml.rels']?.replace(
        '</Relationships>',
        `<Relationship Id="r9" Type="${office}/chartsheet" Target="chartsheets/sheet1.xml"/></Relationships>`,
      ) as string,
    };
    expect(await listOf(parts)).toMatchObject({ worksheet: 'Sheet1', rows: [{ clean: { placeCode: 'TX' } }] });
  });

  it.each<[string, BufferEncoding, boolean, boolean]>([
    ['little end first', 'utf16le', true, false],
    ['big end first', 'utf16le', true, true],
    ['without a mark', 'utf16le', false, false],
  ])('with parts in UTF-16, %s', async (_, encoding, marked, swapped) => {
    const encoded = Object.entries(plain).map(([name, xml]) => {
      const declared = `<?xml version="1.0" encoding="UTF-16"?>${xml.replace(/^<\?xml[^>]*\?>/, '')}`;
      const bytes = Buffer.from(marked ? `\uFEFF${declared}` : declared, encoding);
      return [name, swapped ? bytes.swap16() : bytes] as const;
    });
    expect((await listOf(Object.fromEntries(encoded))).rows).toHaveLength(1);
  });

  it.each<[string, (name: string) => string]>([
    ['in capitals', (name) => name.toUpperCase()],
    ['in small letters', (name) => name.toLowerCase()],
  ])('with names of parts %s', async (_, rename) => {
    const parts = Object.fromEntries(Object.entries(plain).map(([name, xml]) => [rename(name), xml]));
    expect((await listOf(parts)).rows).toHaveLength(1);
  });

  it('but not with a document type that UTF-16 hides', async () => {
    const bytes = Buffer.from(`\uFEFF<!DOCTYPE x [<!ENTITY a "b">]>${worksheetXml()}`, 'utf16le');
    const result = await readList(zip({ ...plain, 'xl/worksheets/sheet1.xml': bytes }), facts);
    expect(result).toMatchObject({ rejection: { code: 'DTD_FORBIDDEN' } });
  });

  it('but not with more cells than are allowed, wherever the worksheet lies', async () => {
    const parts = {
      ...plain,
      'xl/list.xml': worksheetXml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
      'xl/_rels/workbook.xml.rels': plain['xl/_rels/workbook.xml.rels']?.replace(
        'worksheets/sheet1.xml',
        'list.xml',
      ) as string,
    };
    expect(await readList(zip(parts), facts)).toMatchObject({ rejection: { code: 'TOO_MANY_CELLS' } });
  });
});

describe('a link is read', () => {
  const cell = text('E2', 'link');
  it.each<[string, string, string, string, (string | null)[]]>([
    ['of a cell', cell, '<hyperlink ref="E2" r:id="rId7"/>', pdf, [pdf, null]],
    ['with a fragment', cell, '<hyperlink ref="E2" r:id="rId7" location="page=2"/>', pdf, [`${pdf}#page=2`, null]],
    ['over a range', cell, '<hyperlink ref="E2:E3" r:id="rId7"/>', pdf, [pdf, pdf]],
    ['with an ampersand', cell, '<hyperlink ref="E2" r:id="rId7"/>', `${pdf}?a=1&amp;b=2`, [`${pdf}?a=1&b=2`, null]],
    ['under another prefix', cell, `<hyperlink ref="$E$2" xmlns:q="${office}" q:id="rId7"/>`, pdf, [pdf, null]],
    ['in a formula', `<c r="E2" t="str"><f>HYPERLINK("${pdf}","link")</f><v>link</v></c>`, '', pdf, [pdf, null]],
    ['in a formula without a result', `<c r="E2"><f>HYPERLINK("${pdf}")</f></c>`, '', pdf, [pdf, null]],
  ])('%s', async (_, cells, hyperlink, target, expected) => {
    const after = hyperlink === '' ? '' : `<hyperlinks>${hyperlink}</hyperlinks>`;
    expect(await links(linked(cells, after, target))).toEqual(expected);
  });

  it('but not to a place in the workbook', async () => {
    const parts = linked(cell, '<hyperlinks><hyperlink ref="E2" location="Sheet2!A1"/></hyperlinks>');
    expect((await listOf(parts)).issues).toMatchObject([{ code: 'UNREADABLE_LINK', printed: 'Sheet2!A1' }]);
  });

  it('but not over a million cells', async () => {
    const parts = linked(cell, '<hyperlinks><hyperlink ref="A1:Z1048576" r:id="rId7"/></hyperlinks>');
    expect(await readList(zip(parts), facts)).toMatchObject({ rejection: { code: 'TOO_MANY_CELLS' } });
  });

  it.each([
    ['HYPERLINK("https://a.example/""x""")', 'https://a.example/"x"'],
    [' = hyperlink( "https://a.example" ; "y")', 'https://a.example'],
    ['HYPERLINK(A1,"x")', null],
    ['HYPERLINK("https://"&A1)', null],
    ['SUM(1)', null],
  ])('of the formula %s as %s', (formula, link) => {
    expect(linkOfFormula(formula)).toBe(link);
  });
});

describe('a formula', () => {
  const withCells = (cells: string) =>
    listOf(
      workbookParts(
        worksheetXml(
          `<row r="3">${text('A3', 'TEXAS')}${cells}${text('C3', 'Task Force Model')}${text('D3', '2025-03-02')}</row>`,
        ),
      ),
    );

  it('without a saved result is an issue, and no name', async () => {
    const { rows, issues } = await withCells('<c r="B3"><f>A3&amp;" Police"</f></c>');
    expect(rows[1]?.clean).toMatchObject({ placeCode: 'TX', agencyName: null });
    expect(rows[1]?.cells[1]).toMatchObject({ text: '=A3&" Police"' });
    expect(issues).toMatchObject([{ rowNumber: 3, column: 'LAW ENFORCEMENT AGENCY', code: 'MISSING_RESULT' }]);
  });

  it('that failed is no name, as a truth value is none', async () => {
    for (const cell of ['<c r="B3" t="e"><f>X</f><v>#REF!</v></c>', '<c r="B3" t="b"><v>1</v></c>']) {
      expect((await withCells(cell)).issues).toMatchObject([{ rowNumber: 3, code: 'UNREADABLE_NAME' }]);
    }
  });

  it('with its result is read by that', async () => {
    const { rows, issues } = await withCells('<c r="B3" t="str"><f>A3</f><v>Sample County Police</v></c>');
    expect(rows[1]?.clean.agencyName).toBe('Sample County Police');
    expect(issues).toEqual([]);
  });
});
