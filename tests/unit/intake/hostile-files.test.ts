/** Files that are hostile, broken or something else: each ends in a refusal of its own name, and quickly. */
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../../src/intake/limits.ts';
import { readList } from '../../../src/intake/table/read-list.ts';
import {
  buildWorkbook,
  facts,
  participatingHeader,
  participatingRow,
  rawArchive,
  workbookParts,
  worksheetXml,
  zip,
} from './workbook-builder.ts';

const sheetPath = 'xl/worksheets/sheet1.xml';
const utf8 = (text: string) => new TextEncoder().encode(text);
const workbook = () => buildWorkbook([{ rows: [participatingHeader, participatingRow()] }]);

async function codeOf(bytes: Uint8Array, limits = defaultLimits): Promise<string> {
  const result = await readList(bytes, facts, { limits });
  return result.ok ? 'OK' : result.rejection.code;
}

it('the parts that these tests are made of are a list', async () => {
  expect(await codeOf(zip(workbookParts(worksheetXml())))).toBe('OK');
});

describe('a file of another kind', () => {
  const ole = (stream: string) =>
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(504), Buffer.from(stream, 'utf16le')]);

  it.each([
    ['nothing', new Uint8Array(), 'EMPTY_FILE'],
    ['an XLS workbook', ole('Workbook'), 'LEGACY_XLS'],
    ['an encrypted container', ole('EncryptedPackage'), 'PASSWORD_PROTECTED'],
    ['another file of old Office', ole('WordDocument'), 'NOT_A_LIST'],
    ['a web page', utf8('\uFEFF\n<!DOCTYPE html><html><body>404</body></html>'), 'HTML_PAGE'],
    ['a table saved as a web page', utf8('<table><tr><td>STATE</td></tr></table>'), 'HTML_PAGE'],
    ['a web page in UTF-16', Buffer.from('\uFEFF<html></html>', 'utf16le'), 'HTML_PAGE'],
    ['an XML spreadsheet', utf8('<?xml version="1.0"?><Workbook/>'), 'NOT_A_LIST'],
    ['a PDF', utf8('%PDF-1.7\n'), 'NOT_A_LIST'],
    ['an image', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'NOT_A_LIST'],
    ['an archive of something else', zip({ 'word/document.xml': '<w/>' }), 'NOT_A_LIST'],
    ['an archive of archives', zip({ 'lib 0.zip': zip({ 'lib 1.zip': zip({ a: 'a' }) }) }), 'NOT_A_LIST'],
    ['prose', utf8('Dear Sir or Madam,\n'), 'NO_KNOWN_HEADER'],
    ['broken UTF-16', Buffer.from('fffe00d84100', 'hex'), 'UNREADABLE_TEXT'],
  ])('%s is refused as %3$s', async (_, bytes, code) => {
    expect(await codeOf(bytes)).toBe(code);
  });

  it('a password-protected workbook is refused by that name', async () => {
    const bytes = await buildWorkbook([{ rows: [participatingHeader] }], { password: 'sample' });
    expect(await codeOf(bytes)).toBe('PASSWORD_PROTECTED');
  });

  it('a workbook with macros is refused by that name', async () => {
    expect(await codeOf(zip({ ...workbookParts(worksheetXml()), 'xl/vbaProject.bin': 'x' }))).toBe('MACROS');
  });
});

describe('an archive', () => {
  it.each(Array.from({ length: 19 }, (_, index) => (index + 1) * 5))('cut at %i % is refused', async (percent) => {
    const bytes = await workbook();
    const code = await codeOf(bytes.subarray(0, Math.floor((bytes.length * percent) / 100)));
    expect(code).toBe('DAMAGED_ARCHIVE');
  });

  it('with any one byte changed is read or refused, never an error', async () => {
    const bytes = await workbook();
    for (let at = 0; at < bytes.length; at += 7) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      await readList(changed, facts);
    }
  });

  it('that names entries outside itself is refused', async () => {
    expect(await codeOf(zip({ ...workbookParts(worksheetXml()), '../../etc/passwd.xml': 'x' }))).toBe(
      'DAMAGED_ARCHIVE',
    );
  });

  it('of too many entries is refused before any is opened', async () => {
    const entries = Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`${index}`, '']));
    expect(await codeOf(zip(entries))).toBe('ARCHIVE_TOO_LARGE');
  });
});

describe('a bomb', () => {
  // 200 MB of one letter deflates to 200 kB.
  const inflated = Buffer.alloc(200_000_000, 'x');
  const packed = deflateRawSync(inflated);

  it('with honest sizes is refused', async () => {
    expect(await codeOf(rawArchive([{ name: sheetPath, packed, inflatedSize: inflated.length }]))).toBe(
      'ARCHIVE_TOO_LARGE',
    );
  });

  it('with lying sizes is refused', async () => {
    expect(await codeOf(rawArchive([{ name: sheetPath, packed, inflatedSize: 10 }]))).toBe('ARCHIVE_TOO_LARGE');
  });

  it('that hides behind a ratio is refused at the limit of bytes', async () => {
    const limits = { ...defaultLimits, inflationRatio: 2_000 };
    const archive = rawArchive([{ name: sheetPath, packed, inflatedSize: inflated.length }]);
    expect(await codeOf(archive, limits)).toBe('ARCHIVE_TOO_LARGE');
  });

  it('of overlapping entries is refused', async () => {
    const small = deflateRawSync(Buffer.alloc(100_000));
    const entries = Array.from({ length: 100 }, (_, index) => ({
      name: `${index}`,
      packed: small,
      inflatedSize: 100_000,
    }));
    expect(await codeOf(rawArchive(entries, { isOverlapping: true }))).toBe('DAMAGED_ARCHIVE');
  });

  it('with another content than its directory says is refused', async () => {
    const archive = rawArchive([{ name: sheetPath, packed: deflateRawSync(Buffer.from('abc')), inflatedSize: 4 }]);
    expect(await codeOf(archive)).toBe('DAMAGED_ARCHIVE');
  });
});

describe('XML', () => {
  const secret = '<!DOCTYPE r [<!ENTITY secret SYSTEM "file:///etc/hostname">]>';
  const laughs = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>';

  it.each([
    ['reads a file', secret],
    ['expands entities', laughs],
    ['is spelt oddly', '<!doctype r>'],
  ])('that %s through a document type is refused', async (_, declaration) => {
    expect(await codeOf(zip(workbookParts(worksheetXml('', declaration))))).toBe('DTD_FORBIDDEN');
  });

  it('that is broken is refused', async () => {
    expect(await codeOf(zip(workbookParts('<worksheet><sheetData><row r="1"><c r="A1"')))).not.toBe('OK');
  });

  it.each([
    ['<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', 'TOO_MANY_CELLS'],
    ["<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>", 'TOO_MANY_CELLS'],
    ['<row r="1048576"><c><v>1</v></c></row>', 'OK'],
    ['<row r="99999999"><c><v>1</v></c></row>', 'DAMAGED_ARCHIVE'],
    ['<row r="3"><c r="ZZZZ3"><v>1</v></c></row>', 'DAMAGED_ARCHIVE'],
  ])('with the far cell %j ends in %s', async (cell, code) => {
    expect(await codeOf(zip(workbookParts(worksheetXml(cell))))).toBe(code);
  });

  it('with a million empty rows is read as without them', async () => {
    const rows = Array.from({ length: 1_000_000 }, (_, index) => `<row r="${index + 3}"/>`).join('');
    const result = await readList(zip(workbookParts(worksheetXml(rows))), facts);
    expect(result.ok ? result.list.rows.length : result.rejection.code).toBe(1);
  });

  it('with a million merged cells is read', async () => {
    const xml = worksheetXml().replace(
      '</worksheet>',
      '<mergeCells><mergeCell ref="A3:Z1000000"/></mergeCells></worksheet>',
    );
    expect(await codeOf(zip(workbookParts(xml)))).toBe('OK');
  });
});

describe('a list beyond a limit', () => {
  const build = (rows: number, columns: number) => {
    const more = Array.from({ length: columns }, (_, index) => `M${index}`);
    const row = [...participatingRow(), ...more];
    return buildWorkbook([{ rows: [[...participatingHeader, ...more], ...Array.from({ length: rows }, () => row)] }]);
  };

  it.each([
    ['rows', { rows: 3 }, 'TOO_MANY_ROWS'],
    ['columns', { columns: 9 }, 'TOO_MANY_COLUMNS'],
    ['cells', { cells: 35 }, 'TOO_MANY_CELLS'],
    ['characters', { cellCharacters: 30 }, 'CELL_TOO_LONG'],
    ['bytes', { fileBytes: 1_000 }, 'TOO_LARGE'],
    ['entries', { archiveEntries: 3 }, 'ARCHIVE_TOO_LARGE'],
  ])('of %s is refused as %3$s', async (_, limit, code) => {
    expect(await codeOf(await build(4, 2), { ...defaultLimits, ...limit })).toBe(code);
  });

  it('says where a cell is too long', async () => {
    const bytes = await buildWorkbook([{ rows: [participatingHeader, participatingRow({ 1: 'x'.repeat(40_000) })] }]);
    expect(await readList(bytes, facts)).toMatchObject({
      rejection: {
        code: 'CELL_TOO_LONG',
        message: '“list.xlsx”: worksheet “Sheet1”, row 2, column B has more than 32767 characters.',
      },
    });
  });
});

it('a name of 4 kB with a NUL does not get into the message', async () => {
  const result = await readList(new Uint8Array(), { ...facts, fileName: `${'../'.repeat(1_300)}\0.xlsx` });
  expect(result.ok ? '' : result.rejection.message).toMatch(/^“[^\0]{1,80}”: the file is empty\.$/);
});
