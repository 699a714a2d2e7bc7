/** How many people live where agreements are in force: null until estimates are imported, then of the newest year. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { populations } from '../../../schema/tables/populations.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { type Api, openApi } from '../graphql/api.ts';
import { fillSmallLedger } from '../graphql/small-ledger.ts';

let ledger: TestDatabase;
let api: Api;

beforeAll(async () => {
  ledger = await openTestDatabase();
  await fillSmallLedger(ledger.db);
  api = await openApi(ledger);
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await ledger[Symbol.asyncDispose]();
});

const query = `{
  state(code: "FL") { population { people year } counties { fips population { people } } }
  guam: state(code: "GU") { population { people } statistics { population { covered } } }
  statistics { population { covered share year } }
  florida: statistics(filter: { states: ["fl"], models: [TASK_FORCE] }) { population { covered share } }
  bay: statistics(filter: { counties: ["12005", "12086"], models: [TASK_FORCE] }) { population { covered share } }
  before: statistics(asOf: "2025-03-03") { population { covered year } }
}`;

async function ask(): Promise<Record<string, unknown>> {
  const { data, errors } = await api.ask(query);
  expect(errors).toEqual([]);
  return data ?? {};
}

const people = (estimates: Record<string, number>) =>
  Object.entries(estimates).map(([fips, count]) => ({ fips, people: count }));

const estimates = people({ '12': 20_000, '48': 30_000, '12005': 200, '12086': 2800 });

test('everything is null until then', async () => {
  expect(await ask()).toMatchObject({
    ...{ state: { population: null }, statistics: { population: null }, before: { population: null } },
    guam: { population: null, statistics: { population: null } },
  });
});

test('then the newest year answers, whatever is imported after it, and each import raises the revision', async () => {
  const operations = createOperations(ledger);
  const first = await operations.importPopulation({ fileName: 'co-est2024-alldata.csv', year: 2024, estimates });
  expect(first).toMatchObject({ estimates: 4, answering: 2024 });
  const older = { fileName: 'co-est2021-alldata.csv', year: 2021, estimates: people({ '12': 7 }) };
  const second = await operations.importPopulation(older);
  expect(second).toMatchObject({ year: 2021, answering: 2024 });
  expect(Number(second.revision)).toBe(Number(first.revision) + 1);
  expect(await ledger.db.$count(populations)).toBe(5);
  const [entry] = await operations.audit(1, null);
  expect(entry).toMatchObject({ act: 'IMPORT_POPULATION', about: { fileName: older.fileName, year: 2021 } });
  const answer = await ask();
  expect(answer).toMatchObject({
    state: {
      population: { people: 20_000, year: 2024 },
      counties: expect.arrayContaining([
        { fips: '12001', population: null },
        { fips: '12005', population: { people: 200 } },
      ]),
    },
    guam: { population: null, statistics: { population: null } },
    statistics: { population: { covered: 3000, share: 0.06, year: 2024 } },
    // Bay alone has a task force.
    florida: { population: { covered: 200, share: 0.01 } },
    bay: { population: { covered: 200, share: 0.0667 } },
    // Dallas has no county.
    before: { population: { covered: 3000, year: 2024 } },
  });
});

test('a file of the same year takes the place of the one before', async () => {
  const again = { fileName: 'co-est2024-alldata.csv', year: 2024, estimates: people({ '12005': 400 }) };
  await createOperations(ledger).importPopulation(again);
  expect(await ask()).toMatchObject({ statistics: { population: { covered: 3200, share: 0.064 } } });
});

test('counties and the people in them are counted once', async () => {
  const statements = await ledger.statements.during(async () => {
    const both = '{ statistics { byCounty { agreements county { population { people } } } population { covered } } }';
    expect((await api.ask(both)).errors).toEqual([]);
  });
  expect(statements.filter((text) => text.includes('county_fips'))).toHaveLength(1);
});
