/** The bytes: repeatable, readable by an XLSX reader with everything planned in them, and written one by one. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readXlsx } from 'hucre/xlsx';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultLists } from '../../../src/sample/lists/default-lists.ts';
import { writeList } from '../../../src/sample/lists/write-list.ts';
import { writeSampleLists } from '../../../src/sample/lists/write-lists.ts';
import { findList } from './printed-list.ts';

const lists = defaultLists();
let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sample-lists-'));
});
afterAll(() => rm(directory, { recursive: true }));

test('one list gives the same bytes twice, and the list saved again gives others for the same table', async () => {
  const bytes = await writeList(findList(lists, '2024-06-30'));
  expect(Buffer.from(await writeList(findList(defaultLists(), '2024-06-30'))).equals(bytes)).toBe(true);
  expect(Buffer.from(await writeList(findList(lists, '2024-12-11'))).equals(bytes)).toBe(false);
});

test('a workbook holds dates as dates, links as hyperlinks, hidden rows, its own time and the forgotten count', async () => {
  const march = findList(lists, '2025-03-17');
  const workbook = await readXlsx(await writeList(march));
  const [sheet] = workbook.sheets;
  const rows = march.rows();
  expect(sheet?.rows[0]).toEqual(march.columns);
  expect(sheet?.rows).toHaveLength(rows.length + 1);
  expect(workbook.properties?.modified?.toISOString()).toBe(march.modifiedAt);
  const signed = march.columns.indexOf('SIGNED');
  expect(sheet?.rows[1]?.[signed]).toEqual(new Date(`${rows[0]?.cells[signed]?.text}T00:00:00Z`));
  const hidden = [...(sheet?.rowDefs ?? [])].filter(([, row]) => row.hidden);
  expect(hidden).toHaveLength(rows.filter((row) => row.hidden).length);
  const linked = [...(sheet?.cells ?? [])].filter(([, cell]) => cell.hyperlink);
  expect(linked).toHaveLength(rows.flatMap(({ cells }) => cells).filter(({ link }) => link !== null).length);
  const december = await readXlsx(await writeList(findList(lists, '2025-12-05')));
  expect(december.sheets.map(({ name }) => name)).toEqual(['Sheet1', 'Sheet2']);
});

test('lists are written into a folder that is made for them, each reported', async () => {
  const folder = join(directory, 'deep', 'lists');
  const reported: number[] = [];
  const written = await writeSampleLists(folder, { agencies: 1150, lists: 2 }, ({ done }) => reported.push(done));
  expect(reported).toEqual([1, 2]);
  expect((await readdir(folder)).toSorted()).toEqual(lists.slice(-2).map(({ fileName }) => fileName));
  expect(written.at(-1)?.rows).toBe(1425);
  const bytes = await readFile(written.at(-1)?.path ?? '');
  expect(bytes.equals(await writeList(findList(lists, '2026-02-17')))).toBe(true);
});
