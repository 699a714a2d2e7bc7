/** The sample lists through the same door as real ones: bytes in, rows out, and issues only where a quirk was meant. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { List } from '../../../src/intake/table/list.ts';
import { readList } from '../../../src/intake/table/read-list.ts';
import { canonicalName } from '../../../src/ledger/derive/names/canonical-name.ts';
import { defaultLists } from '../../../src/sample/lists/default-lists.ts';
import { writeList } from '../../../src/sample/lists/write-list.ts';

const planned = defaultLists();
const read: List[] = [];

beforeAll(async () => {
  for (const list of planned) {
    const facts = { fileName: list.fileName, receivedAt: '2026-03-01T00:00:00.000Z' };
    const result = await readList(await writeList(list), facts);
    if (!result.ok) throw new Error(`${list.fileName}: ${result.rejection.message}`);
    read.push(result.list);
  }
});

describe('every sample list', () => {
  test('reads with its kind, its time, its rows and its hidden rows', () => {
    const facts = (
      kind: string,
      publishedAt: string,
      modifiedAt: string | null,
      rows: readonly { hidden: boolean }[],
    ) => ({
      kind,
      publishedAt,
      modifiedAt,
      rows: rows.length,
      hidden: rows.filter(({ hidden }) => hidden).length,
    });
    expect(read.map((list) => facts(list.kind, list.publishedAt, list.modifiedAt, list.rows))).toEqual(
      planned.map((list) => facts(list.kind, list.publishedAt, list.modifiedAt, list.rows())),
    );
  });

  test('has a place, an agency and a model on every row, and a county on more than half', () => {
    for (const { rows } of read) {
      expect(rows.filter(({ clean }) => !clean.placeCode || !clean.agencyName || !clean.model)).toEqual([]);
    }
    const last = read.at(-1)?.rows ?? [];
    expect(last.filter(({ clean }) => clean.countyFips).length).toBeGreaterThan(last.length / 2);
  });

  test('has issues with dates, types and counties only, and few', () => {
    const codes = new Set(read.flatMap(({ issues }) => issues.map(({ code }) => code)));
    for (const code of [
      'UNKNOWN_STATE',
      'UNKNOWN_MODEL',
      'UNREADABLE_LINK',
      'KIND_SWAPPED',
      'UNKNOWN_COLUMN',
    ] as const) {
      expect(codes).not.toContain(code);
    }
    expect(codes).toContain('IMPLAUSIBLE_DATE');
    for (const { issues, rows } of read) expect(issues.length).toBeLessThan(10 + rows.length * 0.02);
  });

  test('links only to the reserved domain once unwrapped', () => {
    const links = read.flatMap(({ rows }) => rows.flatMap(({ clean }) => [clean.memorandumUrl, clean.addendumUrl]));
    const known = links.filter((link) => link !== null);
    expect(known.length).toBeGreaterThan(10_000);
    for (const link of known) expect(link).toMatch(/^https?:\/\/example\.org\/sample\/(moa|addendum)\/[^/?]+\.pdf$/);
  });
});

test('the list of 2026-02-02 reads as 1,154 canonical agencies in 41 places', () => {
  const february = read[planned.findIndex(({ fileName }) => fileName.startsWith('2026-02-02am_part'))];
  const agencies = new Set(
    february?.rows.map(({ clean }) => `${clean.placeCode}/${canonicalName(clean.agencyName ?? '')}`),
  );
  expect(agencies.size).toBe(1154);
  expect(new Set(february?.rows.map(({ clean }) => clean.placeCode)).size).toBe(41);
});

test('lists that repeat an earlier table have its hash, all others have their own', () => {
  const hash = (start: string): string | undefined =>
    read[planned.findIndex(({ fileName }) => fileName.startsWith(start))]?.tableHash;
  expect(hash('2024-12-11')).toBe(hash('2024-06-30'));
  expect(hash('2025-08-11am')).toBe(hash('2025-08-07pm'));
  expect(new Set(read.map(({ tableHash }) => tableHash)).size).toBe(read.length - 2);
});
