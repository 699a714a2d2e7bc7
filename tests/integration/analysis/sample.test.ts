/** The analysis on the sample ledger: the same operations, and every answer says SAMPLE. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestDatabase } from '../../support/databases/test-database.ts';
import { openSampleLedger } from '../../support/ledgers/filled-ledgers.ts';
import { type Api, openApi } from '../graphql/api.ts';

interface Figure {
  name: string;
  verdict: string;
  reproducedBy: string | null;
  sample: boolean;
}

let ledger: TestDatabase;
let api: Api;

beforeAll(async () => {
  ledger = await openSampleLedger();
  api = await openApi(ledger);
}, 120_000);

afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await ledger?.[Symbol.asyncDispose]();
});

test('follows the published totals, and says that it is a sample', async () => {
  const { data, errors } = await api.ask(`{
    statistics(asOf: "2026-02-02") { sample agreements agencies states places asPrinted { agreements agencies } }
    growth(from: "2025-01-20", to: "2026-02-02") { agreements { from to percent } start { sample } }
    publishedFigures { name verdict reproducedBy sample }
    timeline(from: "2026-01-01", to: "2026-02-28", interval: MONTH) { agreements added }
  }`);
  expect(errors).toEqual([]);
  const { publishedFigures, ...rest } = data as unknown as { publishedFigures: Figure[] };
  expect(rest).toMatchInlineSnapshot(`
    {
      "growth": {
        "agreements": {
          "from": 135,
          "percent": 922.96,
          "to": 1381,
        },
        "start": {
          "sample": true,
        },
      },
      "statistics": {
        "agencies": 1154,
        "agreements": 1381,
        "asPrinted": {
          "agencies": 1168,
          "agreements": 1381,
        },
        "places": 41,
        "sample": true,
        "states": 39,
      },
      "timeline": [
        {
          "added": 101,
          "agreements": 1372,
        },
        {
          "added": 51,
          "agreements": 1414,
        },
      ],
    }
  `);
  expect(publishedFigures.every(({ sample }) => sample)).toBe(true);
  const told = publishedFigures
    .filter(({ name }) => name.startsWith('article'))
    .map(({ name, verdict, reproducedBy }) => `${name} ${verdict} ${reproducedBy}`);
  expect(told).toMatchInlineSnapshot(`
    [
      "article-2026-02-before REPRODUCED AGREEMENTS",
      "article-2026-02-after REPRODUCED_UNDER_ANOTHER_RULE AGENCIES_AS_PRINTED",
      "article-2026-02-states REPRODUCED STATES",
      "article-2026-02-increase REPRODUCED PERCENT_OF_AGREEMENTS",
      "article-2026-02-fl REPRODUCED_UNDER_ANOTHER_RULE AGREEMENTS",
      "article-2026-02-tx REPRODUCED_UNDER_ANOTHER_RULE ROWS_WITH_STATE_AS_PRINTED",
      "article-2026-02-tn REPRODUCED AGREEMENTS",
      "article-2026-02-pa REPRODUCED_UNDER_ANOTHER_RULE ROWS_WITH_STATE_AS_PRINTED",
      "article-2026-02-al NOT_REPRODUCED null",
    ]
  `);
});
