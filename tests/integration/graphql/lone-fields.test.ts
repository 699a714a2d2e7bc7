/** Every field of every node can be asked for alone: what it needs of its row is read, whatever else is selected. */
import {
  type GraphQLNamedType,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../../src/graphql/schema/schema.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { type Api, asOperator, openApi } from './api.ts';
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
  await ledger.close();
});

const roots = {
  agencies: 'Agency',
  agreements: 'Agreement',
  snapshots: 'Snapshot',
  ledgerEvents: 'LedgerEvent',
  reviewItems: 'ReviewItem',
};
const cases = Object.entries(roots).flatMap(([root, typename]) => {
  const type = schema.getType(typename);
  if (!isObjectType(type) && !isInterfaceType(type)) throw new Error(`${typename} has no fields.`);
  return Object.values(type.getFields())
    .filter(({ args }) => !args.some(isRequiredArgument))
    .map((field): [string, string] => [root, selectionOf(field.name, getNamedType(field.type))]);
});

/** The field with the least of what is below it that has to be read. */
function selectionOf(name: string, type: GraphQLNamedType): string {
  if (!isCompositeType(type)) return name;
  if (!isObjectType(type)) return `${name} { __typename }`;
  const leaf = Object.values(type.getFields()).find(
    (field) => field.args.length === 0 && !isCompositeType(getNamedType(field.type)),
  );
  return `${name} { ${leaf?.name ?? '__typename'} }`;
}

test.each(cases)('%s { nodes { %s } }', async (root, selection) => {
  const answer = await api.ask(`{ ${root}(first: 10) { nodes { ${selection} } } }`, null, asOperator);
  expect(answer.errors).toEqual([]);
});
