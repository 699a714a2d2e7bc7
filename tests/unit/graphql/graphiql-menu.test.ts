/** Which tab GraphiQL is made to open: it looks for one with the query, variables and headers edited last. */
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { examples } from '../../../src/graphql/http/graphiql-examples.ts';
import { tabScript } from '../../../src/graphql/http/graphiql-menu.ts';

interface Tab {
  title: string;
  query: string | null;
  variables: string | null;
  headers: string | null;
}

const tab = (title: string, query: string | null, variables: string | null = null): Tab => ({
  ...{ id: title, title, query, variables, headers: null, operationName: null, response: null },
});

function storage(entries: Record<string, string>) {
  const kept = new Map(Object.entries(entries));
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  };
}

/** Null where the browser keeps no tabs. */
function open(
  tabs: Tab[] | null,
  activeTabIndex: number,
  { example, search = '' }: { example?: string; search?: string } = {},
) {
  const state = tabs === null ? {} : { 'graphiql:tabState': JSON.stringify({ tabs, activeTabIndex }) };
  const localStorage = storage({ ...state, 'graphiql:query': 'of another tab', 'graphiql:variables': '{"n":1}' });
  const sessionStorage = storage(example === undefined ? {} : { example });
  runInNewContext(tabScript, { localStorage, sessionStorage, location: { search }, crypto, URLSearchParams });
  const kept = localStorage.getItem('graphiql:tabState');
  const after = kept === null ? null : (JSON.parse(kept) as { tabs: Tab[]; activeTabIndex: number });
  return {
    titles: after?.tabs.map(({ title }) => title) ?? [],
    active: after?.tabs[after.activeTabIndex]?.title,
    query: localStorage.getItem('graphiql:query'),
    variables: localStorage.getItem('graphiql:variables'),
    waits: sessionStorage.getItem('example') !== null,
  };
}

const [first, second] = [tab('First', 'query First { a }'), tab('Second', 'query Second { b }', '{"n":2}')];

test('a first visit is left to GraphiQL', () => {
  expect(open(null, 0)).toMatchObject({ titles: [], query: null, variables: null });
});

test('a reload opens the tab that was open, and no other', () => {
  const found = open([first, second], 1);
  expect(found).toMatchObject({
    titles: ['First', 'Second'],
    active: 'Second',
    query: second.query,
    variables: '{"n":2}',
  });
  expect(open([first, tab('Empty', null)], 1)).toMatchObject({ active: 'Empty', query: null, variables: null });
});

test('what was edited last, which the address has, opens its own tab with its own variables', () => {
  const search = `?query=${encodeURIComponent(first.query ?? '')}`;
  expect(open([first, second], 1, { search })).toMatchObject({ active: 'First', query: first.query, variables: null });
});

test('an example opens in a tab of its own, once', () => {
  const [example] = examples.filter(({ query }) => query.includes('\nsubscription '));
  const opened = open([first], 0, { example: example?.query ?? '' });
  expect(opened).toMatchObject({ titles: ['First', 'EveryNewAgreement'], active: 'EveryNewAgreement', waits: false });
  expect(opened.query).toBe(example?.query);
  expect(open([first, second], 0, { example: second.query ?? '' })).toMatchObject({
    ...{ titles: ['First', 'Second'], active: 'Second' },
  });
  expect(open(null, 0, { example: 'query A { a }' })).toMatchObject({ titles: ['A'], active: 'A' });
});

test('a query that a link brings is left to GraphiQL, without the variables of another', () => {
  const opened = open([first], 0, { search: '?query=%7B+new+%7D' });
  expect(opened).toMatchObject({ titles: ['First'], variables: null });
});

test('tabs that cannot be read are left to GraphiQL', () => {
  const localStorage = storage({ 'graphiql:tabState': '{' });
  const location = { search: '' };
  runInNewContext(tabScript, { localStorage, sessionStorage: storage({}), location, crypto, URLSearchParams });
  expect(localStorage.getItem('graphiql:tabState')).toBe('{');
});
