/** Whatever valid query is asked: the planned way answers what graphql-js answers, and nothing is ever a fault. */
import { execute, parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPreparer } from '../../../src/graphql/document/document.ts';
import { createContext } from '../../../src/graphql/execution/create-context.ts';
import { planOperation } from '../../../src/graphql/execution/plan.ts';
import { runPlan } from '../../../src/graphql/execution/run-plan.ts';
import { typenameOf } from '../../../src/graphql/schema/node.ts';
import { schema } from '../../../src/graphql/schema/schema.ts';
import { createQueries } from '../../../src/queries/queries.ts';
import { QueryRefusal } from '../../../src/queries/refusal.ts';
import { uuidOf } from '../../support/databases/builders.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { randomQuery } from '../../support/servers/random-query.ts';
import { type Api, openApi } from './api.ts';
import { fillSmallLedger } from './small-ledger.ts';

let ledger: TestDatabase;
let api: Api;
const faults: unknown[] = [];

beforeAll(async () => {
  ledger = await openTestDatabase();
  await fillSmallLedger(ledger.db);
  const log = { error: (fields: unknown) => faults.push(fields), warn: (fields: unknown) => faults.push(fields) };
  api = await openApi(ledger, { log });
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await ledger[Symbol.asyncDispose]();
});

const ids = [
  'state_FL',
  'county_12086',
  'nothing',
  `agency_${uuidOf('agency Bay County Sheriff')}`,
  `agency_${uuidOf('agency Dalas Police')}`,
  `agreement_${uuidOf('agreement bay old')}`,
  `event_${uuidOf('event 7')}`,
  `snapshot_${uuidOf('snapshot 2025-03-03T17:00:00Z ')}`,
];

function scalar(type: string, argument: string, random: () => number): string | null {
  const pick = (values: readonly string[]) => JSON.stringify(values[Math.floor(random() * values.length)] ?? '');
  // Ends of a range that any assumption may have.
  if (argument === 'low' || argument === 'high') return argument === 'low' ? '0' : type === 'Int' ? '2' : '0.2';
  if (type === 'Int') return argument === 'first' ? String(Math.floor(random() * 6)) : null;
  // A span that ends before it begins is refused.
  // Before the first list nothing can be counted, and an estimate that has to is refused.
  if (argument === 'asOf') return pick(['2025-03-03', '2025-04-01']);
  if (type === 'Date') return pick(/to$/i.test(argument) ? ['2025-03-03', '2025-04-01'] : ['2019-01-01', '2025-03-03']);
  if (type === 'Boolean') return String(random() < 0.5);
  if (type === 'ID') return pick(argument === 'agencyIds' ? ids.slice(3, 5) : ids);
  if (argument === 'after' || argument === 'before') return null;
  if (argument === 'counties' || argument === 'fips') return pick(['12086', '12005', '48113']);
  if (argument === 'states' || argument === 'code') return pick(['FL', 'TX', 'GU']);
  if (argument === 'slug') return pick(['bay-county-sheriff', 'dalas-police', 'nobody']);
  return pick(['bay', 'miami dade', 'melborne', 'florida', "o'clock %_\\", '']);
}

const seeds = Array.from({ length: 160 }, (_, index) => index + 1);

test('a planned query answers exactly what graphql-js answers', async () => {
  const queries = createQueries(ledger);
  const limits = {
    signal: new AbortController().signal,
    deadlineAt: Number.POSITIVE_INFINITY,
    urgent: false,
    atOnce: 3,
    used: { milliseconds: 0 },
  };
  const prepare = createPreparer(schema);
  let compared = 0;
  for (const seed of seeds) {
    const text = randomQuery(seed, { schema, depth: 7, scalar });
    expect(validate(schema, parse(text)), `seed ${seed}: ${text}`).toEqual([]);
    const [operation] = prepare(text).operations;
    if (operation === undefined) continue;
    const viewer = { operator: true };
    const plan = planOperation(operation.node, { schema, fragments: operation.fragments, variables: {}, typenameOf });
    if (plan === null) throw new Error(`Seed ${seed} has no plan: ${text}`);
    const planned = await runPlan(plan.root, createContext(queries, viewer, limits), {}).catch(
      (error: unknown) => error,
    );
    const plain = await execute({
      ...{ schema, document: operation.document, rootValue: {} },
      contextValue: createContext(queries, viewer, limits),
    });
    if (plain.errors?.every(({ originalError }) => originalError instanceof QueryRefusal)) {
      expect(planned, `seed ${seed}: ${text}`).toBeInstanceOf(QueryRefusal);
      continue;
    }
    expect(plain.errors, `seed ${seed}: ${text}`).toBeUndefined();
    expect(JSON.stringify(planned), `seed ${seed}: ${text}`).toBe(JSON.stringify(plain.data));
    compared += 1;
  }
  expect(compared).toBeGreaterThan(60);
});

test('no valid query is a fault of the server', async () => {
  for (const seed of seeds) {
    const text = randomQuery(seed + 10_000, { schema, depth: 5, scalar });
    const answer = await api.ask(text);
    expect(answer.status, text).toBe(200);
    for (const { extensions } of answer.errors) {
      expect(['QUERY_TOO_COMPLEX', 'DOCUMENT_TOO_LARGE', 'UNAUTHENTICATED', 'BAD_USER_INPUT'], text).toContain(
        extensions.code,
      );
    }
  }
  expect(faults).toEqual([]);
});
