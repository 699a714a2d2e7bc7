/** Text tables: encodings, line ends, quotes, links as text, and files that stop in the middle. */
import { describe, expect, it } from 'vitest';
import { readList } from '../../../src/intake/table/read-list.ts';
import { facts } from './workbook-builder.ts';

const header = 'STATE,LAW ENFORCEMENT AGENCY,SUPPORT TYPE,SIGNED,MOA_URL';
const url = 'https://www.ice.gov/doclib/287gMOA/sample.pdf';
const rows = [
  `ALASKA,Department of Corrections,Warrant Service Officer,2020-07-24,${url}`,
  `NEW MEXICO,Doña Ana County Sheriff’s Office,Jail Enforcement Model,2020-06-09,`,
  `TEXAS,"Sample, Ltd. ""Police""",Warrant Service Officer,2020-06-10,${url}`,
];
const table = `${[header, ...rows].join('\n')}\n`;
const named = { ...facts, fileName: '2021-01-13_participating.csv' };
const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (bytes: Uint8Array) => readList(bytes, named);

describe('a text table', () => {
  it('keeps a link as text and as link', async () => {
    const result = await read(utf8(table));
    expect(result).toMatchObject({
      ok: true,
      list: { kind: 'PARTICIPATING', worksheet: null, modifiedAt: null, publishedAtBasis: 'FILE_NAME', issues: [] },
    });
    const row = result.ok ? result.list.rows[0] : undefined;
    expect(row?.cells.at(-1)).toEqual({ column: 'MOA_URL', text: url, link: url });
    expect(row?.clean.memorandumUrl).toBe(url);
  });

  it.each([
    ['UTF-8 with a mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), utf8(table)])],
    ['UTF-16, little end first', Buffer.from(`\uFEFF${table}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\uFEFF${table}`, 'utf16le').swap16()],
    ['Windows 1252', Buffer.from(table.replace('’', '\u0092'), 'latin1')],
    ['carriage returns', utf8(table.replaceAll('\n', '\r'))],
    ['both line ends', utf8(table.replaceAll('\n', '\r\n'))],
    ['semicolons', utf8(table.replaceAll(',', ';'))],
  ])('reads the same in %s', async (name, bytes) => {
    const result = await read(bytes);
    const names = result.ok ? result.list.rows.map(({ clean }) => clean.agencyName) : result.rejection;
    const separator = name === 'semicolons' ? ';' : ',';
    expect(names).toEqual([
      'Department of Corrections',
      "Doña Ana County Sheriff's Office",
      `Sample${separator} Ltd. "Police"`,
    ]);
  });

  it('may have titles above the header', async () => {
    const result = await read(utf8(`Participating agencies\n\n"As of January, 13; 2021"\n${table}`));
    expect(result.ok && result.list.rows.map(({ rowNumber }) => rowNumber)).toEqual([5, 6, 7]);
  });

  it('counts rows as a person does, blank ones and all', async () => {
    const result = await read(utf8([header, '', rows[0], ''].join('\n')));
    expect(result.ok && result.list.rows.map(({ rowNumber }) => rowNumber)).toEqual([3]);
  });

  it('may lack the last line end when the last row is whole', async () => {
    expect(await read(utf8(table.trimEnd()))).toMatchObject({ ok: true });
  });

  it('is refused when cut anywhere but between two rows', async () => {
    const bytes = utf8(table);
    for (let length = header.length + 2; length < bytes.length - 1; length += 1) {
      const cut = bytes.subarray(0, length);
      const text = new TextDecoder().decode(cut);
      const result = await read(cut);
      // The second row has no link, so the third may have none.
      const isWhole = text.endsWith('\n') || /\.pdf$/.test(text) || text.endsWith('2020-06-10,');
      if (isWhole) expect(result.ok).toBe(true);
      else expect(result, text.slice(-30)).toMatchObject({ ok: false, rejection: { code: 'UNFINISHED_TABLE' } });
    }
  });

  it.each<[string, readonly string[], boolean]>([
    [
      'an empty cell, as another row has',
      [rows[0] ?? '', `TEXAS,Sample PD,Task Force Model,2020-06-10,`, `OHIO,Other PD,Task Force Model,2020-06-11,`],
      true,
    ],
    ['an empty cell, as no other row has', [rows[0] ?? '', `OHIO,Other PD,Task Force Model,2020-06-11,`], false],
    [
      'a link that is no PDF, as all are',
      [
        `TEXAS,Sample PD,Task Force Model,2020-06-10,https://a.example/1`,
        `OHIO,Other PD,Task Force Model,2020-06-11,https://a.example/2`,
      ],
      true,
    ],
    [
      'a link that is no PDF, where others are',
      [rows[0] ?? '', `OHIO,Other PD,Task Force Model,2020-06-11,https://a.example/2`],
      false,
    ],
  ])('may lack the last line end after %s', async (_, lines, ok) => {
    expect((await read(utf8([header, ...lines].join('\n')))).ok).toBe(ok);
  });

  it.each([
    ['more fields', `${header}\n${rows[0]},more\n`, 'row 2 has 6 fields where the header has 5'],
    ['fewer fields', `${header}\nTEXAS,Sample PD\n`, 'row 2 has 2 fields where the header has 5'],
    ['an open quote', `${header}\n"TEXAS,Sample PD\n`, 'a quoted field is never closed'],
  ])('is refused for %s, by row', async (_, text, reason) => {
    expect(await read(utf8(text))).toMatchObject({
      ok: false,
      rejection: { code: 'UNFINISHED_TABLE', message: `“${named.fileName}”: ${reason}.` },
    });
  });
});
