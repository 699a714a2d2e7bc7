/** An agency by slug answers what it answers by its id, in as many statements as there are levels to read. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uuidOf } from '../../support/databases/builders.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { type Api, openApi } from './api.ts';
import { fillSmallLedger } from './small-ledger.ts';

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

const anyStatus = 'filter: { statuses: [ACTIVE, SUPERSEDED, ENDED, PENDING] }';
const rows = 'nodes { id model signedOn } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

/** Selections below an agency, and in how many statements an agency of that slug is read with them. */
const selections: [string, number][] = [
  [`agreements { ${rows} }`, 2],
  [`agreements(${anyStatus}) { ${rows} }`, 2],
  [`agreements(first: 1, ${anyStatus}) { ${rows} totalCount }`, 3],
  [`agreements(last: 1, ${anyStatus}) { ${rows} }`, 2],
  [`agreements(filter: { models: [WARRANT_SERVICE_OFFICER] }) { ${rows} totalCount }`, 3],
  ['agreements { edges { cursor node { model agency { name county { name } } } } }', 2],
  ['agreements(first: 0) { nodes { id } pageInfo { hasNextPage } }', 2],
  ['agreements { totalCount }', 2],
  [`agreements { position ${rows} }`, 3],
  [`agreements { ${rows} } others: agreements(first: 1, ${anyStatus}) { ${rows} }`, 3],
];

test.each(selections)('%s', async (selection, statements) => {
  for (const [slug, name] of [
    ['bay-county-sheriff', 'Bay County Sheriff'],
    ['melbourne-police', 'Melbourne Police'],
  ] as const) {
    let bySlug: unknown;
    const sent = await ledger.statements.during(async () => {
      const { data } = await api.ask(`query ($slug: String!) { agency(slug: $slug) { name ${selection} } }`, { slug });
      bySlug = data?.agency;
    });
    const { data } = await api.ask(`query ($id: ID!) { node(id: $id) { ... on Agency { name ${selection} } } }`, {
      id: `agency_${uuidOf(`agency ${name}`)}`,
    });
    expect(bySlug).toEqual(data?.node);
    expect(bySlug).toMatchObject({ name });
    expect(sent).toHaveLength(statements);
  }
});

test('two agencies of one operation keep theirs apart', async () => {
  const { data } = await api.ask(`{
    bay: agency(slug: "bay-county-sheriff") { agreements { nodes { model } } }
    miami: agency(slug: "miami-dade-county-sheriff") { agreements { nodes { model } } }
    nobody: agency(slug: "nobody") { agreements { nodes { model } } } }`);
  expect(data).toEqual({
    bay: { agreements: { nodes: [{ model: 'TASK_FORCE' }, { model: 'JAIL_ENFORCEMENT' }] } },
    miami: { agreements: { nodes: [{ model: 'WARRANT_SERVICE_OFFICER' }] } },
    nobody: null,
  });
});

test('a cursor that is none is refused at its field', async () => {
  const { errors } = await api.ask(
    '{ agency(slug: "bay-county-sheriff") { agreements(after: "x") { nodes { id } } } }',
  );
  expect(errors).toMatchObject([{ path: ['agency', 'agreements'], extensions: { code: 'BAD_CURSOR' } }]);
});
