/** What caches of clients hold on to: which types have ids, and that an id stands for one thing. */
import { isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../../src/graphql/schema/schema.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { codeBlocks } from '../../support/repository/documentation.ts';
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

test('docs/clients.md names every type without an id as a value', () => {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const values = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !roots.includes(type) && type.getFields().id === undefined)
    .map(({ name }) => name)
    .filter((name) => !/^__|(Connection|Edge)$|^PageInfo$/.test(name));
  const block = codeBlocks('docs/clients.md').find(({ text }) => text.includes('export const values'));
  const named = [...(block?.text.matchAll(/'(\w+)'/g) ?? [])].map(([, name]) => name);
  expect(named).toEqual(values.sort());
});

interface Counts {
  id: string;
  agreements: number;
}

test('counts have one id for each question, however it is asked', async () => {
  const { data, errors } = await api.ask(`{
    now: statistics { ...C }
    all: statistics(filter: {}) { ...C }
    on: statistics(asOf: "2025-04-01") { ...C }
    florida: state(code: "FL") { statistics { ...C } }
    filtered: statistics(filter: { states: ["fl", "FL"], counties: null }) { ...C }
    floridaOn: state(code: "FL") { statistics(asOf: "2025-04-01") { ...C } }
    both: statistics(filter: { states: ["TX", "FL"], models: [TASK_FORCE, JAIL_ENFORCEMENT] }) { ...C }
    turned: statistics(filter: { models: [JAIL_ENFORCEMENT, TASK_FORCE], states: ["FL", "TX"] }) { ...C }
    growth(from: "2025-03-03", to: "2025-04-01") { id start { ...C } end { ...C } }
    later: growth(from: "2025-03-04", to: "2025-04-01") { id }
    snapshots(filter: { statuses: [ACCEPTED] }) { nodes { statistics { ...C } } }
    administrations { id end { statistics { ...C } } }
  } fragment C on Statistics { id agreements }`);
  expect(errors).toEqual([]);
  const answer = data as unknown as Record<'now' | 'all' | 'on' | 'filtered' | 'both' | 'turned', Counts> &
    Record<'florida' | 'floridaOn', { statistics: Counts }> & {
      growth: { id: string; start: Counts; end: Counts };
      later: { id: string };
      snapshots: { nodes: { statistics: Counts }[] };
      administrations: { id: string; end: { statistics: Counts | null } }[];
    };
  const { now, on, florida, growth } = answer;
  expect(answer.all).toEqual(now);
  expect(answer.filtered).toEqual(florida.statistics);
  expect(answer.turned).toEqual(answer.both);
  expect(growth.end).toEqual(on);
  expect(answer.administrations.at(-1)?.end.statistics).toEqual(now);
  const different = [now, on, florida.statistics, answer.floridaOn.statistics, answer.both, growth.start];
  const lists = answer.snapshots.nodes.flatMap(({ statistics }) => statistics ?? []);
  const ids = [...different, ...lists, ...answer.administrations, growth, answer.later].map(({ id }) => id);
  expect(lists.length).toBeGreaterThan(1);
  expect(new Set(ids).size).toBe(ids.length);
});

test('distinct rows, which say more, have other ids than the rows of lists', async () => {
  const { data } = await api.ask(`{ agreements { nodes {
    all: printedRows { nodes { id } } distinct: printedRows(distinct: true) { nodes { id } } } } }`);
  interface Rows {
    nodes: { id: string }[];
  }
  const { nodes } = (data as unknown as { agreements: { nodes: { all: Rows; distinct: Rows }[] } }).agreements;
  const all = new Set(nodes.flatMap((each) => each.all.nodes.map(({ id }) => id)));
  const distinct = nodes.flatMap((each) => each.distinct.nodes.map(({ id }) => id));
  expect(new Set(distinct).size).toBe(distinct.length);
  expect(distinct).not.toEqual([]);
  expect(distinct.filter((id) => all.has(id))).toEqual([]);
});

test('no id of one type is that of another', async () => {
  const { data, errors } = await api.ask(`{
    ledger { id lists { id } }
    statistics { id }
    publishedFigures { id }
    administrations { id }
    agreements { nodes { id printedRows { nodes { id rowNumber snapshot { id } } } } }
    states { id }
  }`);
  expect(errors).toEqual([]);
  const types = new Map<string, Set<string>>();
  JSON.stringify(data, (key, value: unknown) => {
    if (key === 'id') {
      const kind = String(value).split('_', 1)[0] ?? '';
      types.set(kind, (types.get(kind) ?? new Set()).add(String(value)));
    }
    return value;
  });
  expect([...types.keys()].sort()).toEqual(
    ['administration', 'agreement', 'figure', 'ledger', 'lists', 'row', 'snapshot', 'state', 'statistics'].sort(),
  );
  expect(types.get('lists')?.size).toBe(2);
});
