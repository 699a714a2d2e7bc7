/** What the press quoted, on the ledger of the real lists: part of `real-lists.test.ts`, which fills it once. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectRecords } from '../../../src/database/records.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { recount } from '../../../src/ledger/apply/places/keep-counts.ts';
import { createQueries, type Queries } from '../../../src/queries/queries.ts';
import type { TestDatabase } from '../../support/databases/test-database.ts';
import { countSlowly, readSlowly, type SlowList } from '../../support/ledgers/slow-counts.ts';
import { unlessPassed } from '../../support/run/kept-passes.ts';
import { type Api, openApi } from '../graphql/api.ts';

interface FigureAnswer {
  name: string;
  value: number;
  verdict: string;
  reproducedBy: string | null;
  computed: { rule: string; value: number; snapshot: { fileName: string } }[];
  wouldFallBetween: { earlier: CountAnswer; later: CountAnswer } | null;
}

interface CountAnswer {
  on: string;
  value: number;
}

export function describeNumbers(database: () => TestDatabase): void {
  let queries: Queries;
  let api: Api;
  let figures: FigureAnswer[];

  beforeAll(async () => {
    queries = createQueries(database());
    api = await openApi(database());
    const { data, errors } = await api.ask(`{ publishedFigures { name value verdict reproducedBy
      computed { rule value snapshot { fileName } } wouldFallBetween { earlier { on value } later { on value } } } }`);
    expect(errors).toEqual([]);
    figures = (data as unknown as { publishedFigures: FigureAnswer[] }).publishedFigures;
  });
  afterAll(() => api?.[Symbol.asyncDispose]());

  const figure = (name: string): FigureAnswer => {
    const found = figures.find((each) => each.name === name);
    if (!found) throw new Error(`no figure ${name}`);
    return found;
  };
  /** The rules under which the list gives the figure. */
  const rulesOf = (name: string): string[] => {
    const { value, computed } = figure(name);
    return computed.filter((each) => each.value === value).map(({ rule }) => rule);
  };

  describe('the numbers that the press quoted', () => {
    it('grew from 135 by 923, 947 and 956 % in agreements and in rows, not by 765 %', async () => {
      const expected = [
        ['2026-02-02', 1381, 922.96],
        ['2026-02-11', 1414, 947.41],
        ['2026-02-17', 1425, 955.56],
      ] as const;
      for (const [to, agreements, percent] of expected) {
        const grown = await queries.growth({}, '2025-01-20', to);
        expect(grown?.agreements).toEqual({ from: 135, to: agreements, change: agreements - 135, percent });
        expect((await grown?.asPrinted())?.agreements).toMatchObject({ from: 135, to: agreements, percent });
      }
      const first = await queries.growth({}, '2025-01-20', '2026-02-02');
      expect(first?.agencies).toMatchObject({ from: 133, to: 1154, percent: 767.67 });
      expect((await first?.asPrinted())?.agencies).toMatchObject({ from: 133, to: 1168 });
      // Agencies of one list against agreements of the other: what mixing the units gives.
      expect(Math.round(((1168 - 135) / 135) * 100)).toBe(765);
    });

    it('gives 1,168 as agencies as printed, and under no other rule', () => {
      expect(rulesOf('article-2026-02-after')).toEqual(['AGENCIES_AS_PRINTED']);
      expect(figure('article-2026-02-after').verdict).toBe('REPRODUCED_UNDER_ANOTHER_RULE');
      expect(figure('article-2026-02-after').computed[0]?.snapshot.fileName).toMatch(/^2026-02-02am_participating/);
    });

    it('gives 39 states without territories, and under no other rule', () => {
      expect(rulesOf('article-2026-02-states')).toEqual(['STATES']);
    });

    it('gives Florida 342 as agreements, not as agencies', () => {
      expect(figure('article-2026-02-fl')).toMatchObject({ reproducedBy: 'AGREEMENTS' });
      // No row of Florida is misspelt there, so its rows are as many as its agreements.
      expect(rulesOf('article-2026-02-fl')).toEqual(['AGREEMENTS', 'ROWS', 'ROWS_WITH_STATE_AS_PRINTED']);
    });

    it('gives Texas 296 and Pennsylvania 58 only as rows with the state exactly as printed', () => {
      expect(rulesOf('article-2026-02-tx')).toEqual(['ROWS_WITH_STATE_AS_PRINTED']);
      expect(rulesOf('article-2026-02-pa')).toEqual(['ROWS_WITH_STATE_AS_PRINTED']);
    });

    it('does not give Alabama 53, and says between which lists it would fall', () => {
      expect(figure('article-2026-02-al')).toMatchObject({
        verdict: 'NOT_REPRODUCED',
        wouldFallBetween: { earlier: { on: '2026-02-17', value: 52 }, later: { on: '2026-02-27', value: 54 } },
      });
    });

    it('gives 135, 63 and 950 % as they were claimed', () => {
      for (const name of ['article-2026-02-before', 'article-2026-02-tn', 'article-2026-02-increase']) {
        expect(figure(name).verdict).toBe('REPRODUCED');
      }
    });

    it('tells administrations from published totals before 2021, and from lists since', async () => {
      const told = (await queries.administrations()).map(({ start, end }) =>
        [start, end].map(({ agreements, basis }) => `${agreements} ${basis}`),
      );
      expect(told).toEqual([
        ['41 PUBLISHED_TOTAL', '34 PUBLISHED_TOTAL'],
        ['34 PUBLISHED_TOTAL', '148 LISTS'],
        ['148 LISTS', '135 LISTS'],
        ['135 LISTS', '1604 LISTS'],
      ]);
    });
  });

  describe('every count', () => {
    it('is kept as it would be counted anew', async () => {
      const { db } = database();
      const read = () => selectRecords(db, sql`select * from standing_changes order by 1, 2, 3, 4, 5, 6`);
      const kept = await read();
      await inTransaction(db, recount, { long: true });
      expect(await read()).toEqual(kept);
    });

    it(
      'of every list equals a slow count of its rows',
      unlessPassed(async () => {
        const lists = await readSlowly(database().db);
        const days = [...new Set(lists.map(({ day }) => day))];
        expect(days.length).toBeGreaterThan(200);
        for (const day of days) await compare(queries, lists, day);
      }),
      120_000,
    );
  });
}

async function compare(queries: Queries, lists: readonly SlowList[], day: string): Promise<void> {
  const slow = countSlowly(lists, day, {});
  const found = await queries.statistics({}, day);
  if (slow === null) {
    expect(found, day).toBeNull();
    return;
  }
  const { agreements, agencies, states, places, pending, byState } = slow;
  expect(found, day).toMatchObject({ agreements, agencies, states, places, pending });
  const told = Object.fromEntries((found?.byState ?? []).map(({ placeCode, ...counted }) => [placeCode, counted]));
  expect(told, day).toEqual(byState);
}
