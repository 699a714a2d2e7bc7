/** The evidence for an agreement without repetition: each form of its row once, with the lists between which it stood. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { putAgency, putAgreement, putRow, putSnapshot } from '../../support/databases/builders.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { type Api, openApi } from './api.ts';

let ledger: TestDatabase;
let api: Api;

beforeAll(async () => {
  ledger = await openTestDatabase();
  const { db } = ledger;
  const days = ['2025-03-01', '2025-03-10', '2025-03-20', '2025-03-30', '2025-04-10'];
  const lists = await days.reduce<Promise<{ number: number }[]>>(
    async (before, day) => [...(await before), await putSnapshot(db, `${day}T17:00:00Z`)],
    Promise.resolve([]),
  );
  const held = await putSnapshot(db, '2025-03-25T17:00:00Z', { status: 'HELD' });
  const agency = await putAgency(db, 'Bay County Sheriff', { nameKey: 'bay' });
  // The second list prints another day, the fourth is the first without the agreement.
  const signed = ['2025-02-20', '2025-02-02', '2025-02-20', null, '2025-02-20'];
  const row = { agencyName: 'Bay County Sheriff', nameKey: 'bay' };
  for (const [index, list] of lists.entries()) {
    const signedOn = signed[index] ?? null;
    if (signedOn !== null) await putRow(db, list, 2 + index, { ...row, signedOn });
  }
  await putRow(db, held, 2, { ...row, signedOn: '2025-02-20' });
  const listed = { firstListedAt: new Date('2025-03-01T17:00:00Z'), unlistedAt: new Date('2025-03-30T17:00:00Z') };
  await putAgreement(db, 'bay', agency, { ...listed, status: 'UNLISTED' });
  api = await openApi(ledger);
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await ledger[Symbol.asyncDispose]();
});

const rows = (args: string): string => `{ agreements(filter: { statuses: [UNLISTED] }) { nodes { printedRows${args} {
  totalCount nodes { rowNumber lists firstSnapshot { fileName } snapshot { fileName } } pageInfo { hasNextPage } } } } }`;

const march = (day: number): { fileName: string } => ({ fileName: `2025-03-${String(day).padStart(2, '0')}.xlsx` });

test('distinct rows are each form once, with its first and its last list', async () => {
  const { data, errors } = await api.ask(rows('(distinct: true)'));
  expect(errors).toEqual([]);
  const nodes = [
    { rowNumber: 4, lists: 2, firstSnapshot: march(1), snapshot: march(20) },
    { rowNumber: 3, lists: 1, firstSnapshot: march(10), snapshot: march(10) },
  ];
  const printedRows = { totalCount: 2, nodes, pageInfo: { hasNextPage: false } };
  expect(data?.agreements).toEqual({ nodes: [{ printedRows }] });
});

test('without it every list is told, and nothing of the others', async () => {
  const { data } = await api.ask(rows(''));
  const nodes = [20, 10, 1].map((day, index) => ({
    ...{ rowNumber: 4 - index, lists: null, firstSnapshot: null, snapshot: march(day) },
  }));
  const printedRows = { totalCount: 3, nodes, pageInfo: { hasNextPage: false } };
  expect(data?.agreements).toEqual({ nodes: [{ printedRows }] });
});

test('distinct rows of a page of agreements take one statement, and one for their lists', async () => {
  const query =
    '{ agreements(filter: { statuses: [UNLISTED] }) { nodes { printedRows(distinct: true) { nodes { firstSnapshot { fileName } } } } } }';
  const statements = await ledger.statements.during(async () => void (await api.ask(query)));
  expect(statements).toHaveLength(3);
});
