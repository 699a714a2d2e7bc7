/** The planned lists: the published totals, what happens between lists, and the quirks they carry. */
import { describe, expect, test } from 'vitest';
import { defaultLists, heldBackLists } from '../../../src/sample/lists/default-lists.ts';
import { planLists } from '../../../src/sample/lists/plan-lists.ts';
import { cellOf, distinct, findList, type PrintedRow, readRows } from './printed-list.ts';

const lists = defaultLists();
const participating = lists.filter(({ kind }) => kind === 'PARTICIPATING');
const rowsOn = (start: string): PrintedRow[] => readRows(findList(lists, start));

describe('the totals of the default lists', () => {
  test.each([
    ['2024-06-30_participating', 135],
    ['2025-02-21_participating', 151],
    ['2025-05-16am_participating', 571],
    ['2025-09-02pm_participating', 957],
    ['2025-12-30am_participating', 1274],
    ['2026-02-02am_participating', 1381],
    ['2026-02-11am_participating', 1414],
    ['2026-02-17pm_participating', 1425],
  ])('%s shows %i agreements', (start, agreements) => {
    const rows = rowsOn(start);
    expect(rows).toHaveLength(agreements);
    expect(distinct(rows.map(({ key }) => key))).toBe(agreements);
  });

  test('2026-02-02 has 1,168 agencies as printed, 1,154 canonical, in 39 states and two territories', () => {
    const rows = rowsOn('2026-02-02am_part');
    expect(distinct(rows.map(({ printed }) => printed))).toBe(1168);
    expect(distinct(rows.map(({ canonical }) => canonical))).toBe(1154);
    const states = new Set(rows.map(({ canonical }) => canonical.split('/')[0] ?? ''));
    expect(states.size).toBe(41);
    expect(states).toContain('GUAM');
    expect(states).toContain('NORTHERN MARIANA ISLANDS');
  });

  test('2026-02-02 has 770, 151 and 460 agreements of the three models', () => {
    const rows = rowsOn('2026-02-02am_part');
    const ofModel = (start: string): number => rows.filter(({ model }) => model === start).length;
    expect([ofModel('Task'), ofModel('Jail'), ofModel('Warr')]).toEqual([770, 151, 460]);
  });

  test.each([
    ['FLORIDA', 342, 279],
    ['TEXAS', 301, 235],
    ['TENNESSEE', 63, 57],
    ['PENNSYLVANIA', 60, 60],
    ['ALABAMA', 51, 35],
  ])('2026-02-11 has %s with %i agreements of %i agencies', (state, agreements, agencies) => {
    const rows = rowsOn('2026-02-11am').filter(({ canonical }) => canonical.startsWith(`${state}/`));
    expect(rows).toHaveLength(agreements);
    expect(distinct(rows.map(({ canonical }) => canonical))).toBe(agencies);
  });

  test('2026-02-11 spells 296 rows exactly TEXAS and 58 exactly PENNSYLVANIA', () => {
    const rows = rowsOn('2026-02-11am');
    const spelled = (state: string): number => rows.filter((row) => row.state === state).length;
    expect([spelled('TEXAS'), spelled('TEXAS '), spelled('PENNSYLVANIA')]).toEqual([296, 5, 58]);
  });
});

describe('the default lists one after the other', () => {
  test('are thirty, in publication order, and come out equal when planned again', () => {
    expect(lists).toHaveLength(30);
    const published = lists.map(({ publishedAt }) => publishedAt);
    expect(published.toSorted()).toEqual(published);
    const fingerprint = (planned: typeof lists): string =>
      JSON.stringify(planned.map((list) => ({ ...list, rows: list.rows() })));
    expect(fingerprint(defaultLists())).toBe(fingerprint(lists));
  });

  test('each held-back list is participating and brings a new agreement', () => {
    const held = lists.slice(-heldBackLists);
    expect(held.map(({ kind }) => kind)).toEqual(Array(heldBackLists).fill('PARTICIPATING'));
    const seen = new Set(lists.slice(0, -heldBackLists).flatMap((list) => readRows(list).map(({ key }) => key)));
    for (const list of held) {
      const added = readRows(list).filter(({ key }) => !seen.has(key));
      expect(added.length, list.fileName).toBeGreaterThan(0);
      for (const { key } of added) seen.add(key);
    }
  });

  test('no list adds or drops more than the guard lets through, and no place of more than five empties', () => {
    for (const [position, list] of participating.entries()) {
      const before = participating[position - 1];
      if (!before) continue;
      const [old, now] = [readRows(before), readRows(list)];
      const keys = new Set(now.map(({ key }) => key));
      const oldKeys = new Set(old.map(({ key }) => key));
      const missing = [...oldKeys].filter((key) => !keys.has(key)).length;
      const added = [...keys].filter((key) => !oldKeys.has(key)).length;
      expect(missing, list.fileName).toBeLessThanOrEqual(Math.max(10, oldKeys.size * 0.02));
      expect(added, list.fileName).toBeLessThanOrEqual(Math.max(200, oldKeys.size * 0.25));
      const places = new Set(now.map(({ canonical }) => canonical.split('/')[0]));
      const gone = old.filter(({ canonical }) => !places.has(canonical.split('/')[0]));
      expect(gone.length, list.fileName).toBeLessThanOrEqual(5);
    }
  });

  test('one list is saved again and one is taken back, cell for cell', () => {
    expect(findList(lists, '2024-12-11').rows()).toEqual(findList(lists, '2024-06-30').rows());
    expect(findList(lists, '2025-08-11am').rows()).toEqual(findList(lists, '2025-08-07pm').rows());
    expect(rowsOn('2025-08-08pm')).not.toEqual(rowsOn('2025-08-07pm'));
  });

  test('agreements leave for good, leave and return, and an agency moves from one model to another', () => {
    const keysByList = participating.map((list) => new Set(readRows(list).map(({ key }) => key)));
    const all = new Set(keysByList.flatMap((keys) => [...keys]));
    const shape = (key: string): string => keysByList.map((keys) => (keys.has(key) ? '1' : '0')).join('');
    const shapes = [...all].map((key) => ({ key, shape: shape(key) }));
    const left = shapes.filter(({ shape }) => /^0*1+0+$/.test(shape));
    expect(left.length).toBeGreaterThan(15);
    expect(shapes.filter(({ shape }) => /10+1/.test(shape)).length).toBeGreaterThan(2);
    const moved = left.filter(({ key, shape }) =>
      shapes.some(
        (other) =>
          other.key !== key &&
          other.key.slice(0, -4) === key.slice(0, -4) &&
          other.shape.indexOf('1') === shape.lastIndexOf('1') + 1,
      ),
    );
    expect(moved.length).toBeGreaterThan(0);
  });
});

describe('the quirks of the default lists', () => {
  test('the header grows at the real dates', () => {
    const header = (start: string): string => findList(lists, start).columns.join();
    const agency = 'STATE,LAW ENFORCEMENT AGENCY';
    expect(header('2024-06-30')).toBe(`${agency},SUPPORT TYPE,SIGNED,MOA`);
    expect(header('2025-02-21')).toBe(`${agency},TYPE,SUPPORT TYPE,SIGNED,MOA`);
    expect(header('2025-03-17')).toBe(`${agency},TYPE,COUNTY,SUPPORT TYPE,SIGNED,MOA`);
    expect(header('2025-07-09')).toBe(`${agency},TYPE,COUNTY,SUPPORT TYPE,SIGNED,MOA,ADDENDUM`);
    expect(header('2025-10-16am_pending')).toBe(`${agency},TYPE,COUNTY,SUPPORT TYPE`);
  });

  test('rows are hidden, addenda come, memoranda are awaited and links are wrapped', () => {
    expect(
      findList(lists, '2025-11-14')
        .rows()
        .filter(({ hidden }) => hidden).length,
    ).toBeGreaterThan(1000);
    const february = findList(lists, '2026-02-02am_part');
    const cells = february.rows().map((row) => ({
      memorandum: cellOf(february, row, 'MOA'),
      addendum: cellOf(february, row, 'ADDENDUM'),
    }));
    expect(cells.filter(({ memorandum }) => memorandum?.text === 'link pending').length).toBeGreaterThan(5);
    expect(cells.filter(({ memorandum }) => memorandum?.link?.includes('safelinks')).length).toBeGreaterThan(100);
    expect(cells.filter(({ addendum }) => addendum?.link).length).toBeGreaterThan(20);
  });

  test('dates are misprinted, doubled, corrected and signed anew', () => {
    const signed = new Set(participating.flatMap((list) => readRows(list).map((row) => row.signed)));
    for (const text of ['05/082025', '7/72025', '8/282025', '5025-07-07', '']) expect(signed).toContain(text);
    const june = rowsOn('2025-06-17');
    expect(june.length - distinct(june.map(({ key }) => key))).toBe(1);
    const november = new Map(rowsOn('2025-11-14').map((row) => [row.key, row]));
    const anew = rowsOn('2025-09-02').filter(({ key }) => november.get(key)?.signed === '2025-10-03');
    expect(anew.length).toBe(1);
    const juneByKey = new Map(june.map((row) => [row.key, row]));
    const changed = rowsOn('2025-05-16am_part').filter((row) => {
      const later = juneByKey.get(row.key);
      return later !== undefined && later.signed !== row.signed && later.link?.slice(-20) === row.link?.slice(-20);
    });
    expect(changed.length).toBeGreaterThan(0);
  });

  test('a name is misspelt under the same memorandum and put right', () => {
    const links = new Map(rowsOn('2025-06-17').map((row) => [row.link, row]));
    const respelt = rowsOn('2025-05-16am_part').filter((row) => {
      const later = links.get(row.link);
      return row.link !== null && later !== undefined && later.canonical !== row.canonical;
    });
    expect(respelt).toHaveLength(1);
  });

  test('pending agreements are mostly signed later, and some are dropped', () => {
    const signed = new Set(participating.flatMap((list) => readRows(list).map(({ key }) => key)));
    const pending = lists.filter(({ kind }) => kind === 'PENDING');
    expect(pending).toHaveLength(4);
    const keys = new Set(pending.flatMap((list) => readRows(list).map(({ key }) => key)));
    const dropped = [...keys].filter((key) => !signed.has(key));
    expect(dropped).toHaveLength(6);
    expect(keys.size - dropped.length).toBeGreaterThan(200);
  });
});

describe('samples of other sizes', () => {
  test('fewer lists are the last ones, more go on day by day and grow', () => {
    const few = planLists({ agencies: 1150, lists: 3 });
    expect(few.map(({ fileName }) => fileName)).toEqual(lists.slice(-3).map(({ fileName }) => fileName));
    const more = planLists({ agencies: 1150, lists: 34 });
    expect(more).toHaveLength(34);
    expect(more.at(-1)?.fileName).toBe('2026-02-21am_participating__sampleAgencies02212026am.xlsx');
    expect(more.at(-1)?.rows().length).toBeGreaterThan(1425);
  });

  test('forty thousand agencies make just under fifty thousand rows, all of different agreements', () => {
    const last = planLists({ agencies: 40_000, lists: 1 })[0];
    const rows = last ? readRows(last) : [];
    expect(rows.length).toBeGreaterThan(45_000);
    expect(rows.length).toBeLessThanOrEqual(50_000);
    expect(distinct(rows.map(({ key }) => key))).toBe(rows.length);
  });

  test.each([
    { agencies: 99, lists: 30 },
    { agencies: 40_001, lists: 30 },
    { agencies: 1150, lists: 0 },
    { agencies: 1150.5, lists: 30 },
  ])('$agencies agencies on $lists lists are refused', (options) => {
    expect(() => planLists(options)).toThrow(RangeError);
  });
});
