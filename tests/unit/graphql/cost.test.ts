/** What operations cost: the weights of fields, and what the pages of a site would cost. */
import { getNamedType, isCompositeType, isInterfaceType, isObjectType } from 'graphql';
import { describe, expect, test, vi } from 'vitest';
import { MOST_UNITS, priceOperation } from '../../../src/graphql/document/cost.ts';
import { createPreparer } from '../../../src/graphql/document/document.ts';
import { readyOperation } from '../../../src/graphql/execution/pipeline.ts';
import { schema } from '../../../src/graphql/schema/schema.ts';
import { sitePages } from '../../support/servers/site-pages.ts';

const prepare = createPreparer(schema);

function unitsOf(query: string, variables: Record<string, unknown> = {}): number {
  const document = prepare(query);
  const [operation] = document.operations;
  if (operation === undefined) throw new Error(`${query}: ${document.errors?.[0]?.message}`);
  return priceOperation(operation.node, { schema, fragments: operation.fragments, variables }).units;
}

const ready = (query: string, variables: Record<string, unknown> = {}) =>
  readyOperation({ schema }, { document: prepare(query), variables });

test('the nine pages of a site cost less than a hundred points of a hundred units together', () => {
  const costs = Object.entries(sitePages).map(([name, page]) => [name, unitsOf(page.query, page.variables)] as const);
  const points = costs.reduce((sum, [, units]) => sum + 1 + Math.floor(units / 100), 0);
  expect(costs).toHaveLength(9);
  expect(points, JSON.stringify(costs)).toBeLessThan(100);
});

test('an operation that may run says what it costs', () => {
  expect(ready('{ agreements(first: 10) { nodes { agency { name } } } }')).toMatchObject({ units: 41 });
});

test('thirty times what lists print, over a hundred lists, is refused for its cost', () => {
  const aliases = Array.from({ length: 29 }, (_, index) => `a${index}: statistics { asPrinted { agreements } }`);
  const query = `{ snapshots(first: 100) { nodes { statistics { asPrinted { agreements } } ${aliases.join(' ')} } } }`;
  const limit = { name: 'units', most: MOST_UNITS, found: unitsOf(query) };
  expect(unitsOf(query)).toBeGreaterThan(10 * MOST_UNITS);
  expect(ready(query)).toMatchObject({ errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX', limit } }] });
});

describe('a timeline costs the points that can come out', () => {
  const points = (args: string) => unitsOf(`{ timeline(${args}) { agreements } }`) - 300;

  test.each([
    ['interval: MONTH, from: "2025-02-01", to: "2026-04-30"', 15],
    ['interval: DAY, from: "2025-02-01", to: "2025-02-28"', 28],
    ['interval: YEAR, from: "2025-12-31", to: "2026-01-01"', 2],
    ['interval: DAY, from: "1900-01-01", to: "2199-12-31"', 4000],
    ['interval: MONTH, from: "2026-01-01", to: "2025-01-01"', 0],
  ])('%s: %i', (args, count) => {
    expect(points(args)).toBe(count);
  });

  test('without days, from the oldest there can be until now', () => {
    vi.useFakeTimers({ now: new Date('2026-06-15T12:00:00Z') });
    try {
      expect(points('interval: YEAR')).toBe(31);
      expect(points('interval: MONTH, from: "2026-01-01"')).toBe(6);
      expect(points('interval: MONTH, from: "2027-01-01"')).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('variables count like literals', () => {
    const query = 'query($from: Date, $to: Date) { timeline(interval: MONTH, from: $from, to: $to) { agreements } }';
    expect(unitsOf(query, { from: '2025-02-01', to: '2026-04-30' })).toBe(315);
  });

  test('those of all states pass by month, and not by day', () => {
    expect(ready('{ states { timeline(interval: MONTH) { agreements } } }')).toMatchObject({ operation: {} });
    expect(ready('{ states { timeline(interval: DAY) { agreements } } }')).toMatchObject({ errors: [{}] });
  });
});

describe('what costs more than an object', () => {
  const page = 'nodes { id }';
  test.each([
    ['a search', '{ search(text: "x", first: 1) { __typename } }', 400],
    ['a count', `{ agreements(first: 0) { totalCount } }`, 40],
    ['a count of what a text matches', `{ agreements(first: 0, filter: { text: "x" }) { totalCount } }`, 200],
    ['a page of what a text matches', `{ agencies(first: 1, filter: { text: "x" }) { ${page} } }`, 100],
    ['statistics', '{ statistics { agreements } }', 300],
    ['names as printed', '{ agencies(first: 100) { nodes { printedNames } } }', 300],
  ])('%s', (_name, query, least) => {
    expect(unitsOf(query)).toBeGreaterThanOrEqual(least);
  });

  test('a text in a variable costs like one in the document, and null like none', () => {
    const literal = unitsOf('{ agreements(filter: { text: "x" }) { totalCount } }');
    const filter = 'query($f: AgreementFilter) { agreements(filter: $f) { totalCount } }';
    const text = 'query($t: String) { agreements(filter: { text: $t }) { totalCount } }';
    for (const [query, variables] of [
      [filter, { f: { text: 'x' } }],
      [text, { t: 'x' }],
    ] as const) {
      expect(ready(query, variables)).toMatchObject({ units: literal });
      expect(ready(query, {})).toMatchObject({ units: literal - 240 });
      // Remembered under another key.
      expect(ready(query, variables)).toMatchObject({ units: literal });
    }
  });

  test('introspection is counted, so that it cannot be had for nothing', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    expect(unitsOf(getIntrospectionQuery())).toBeLessThan(MOST_UNITS);
    const deep = 'types { fields { type { fields { type { name } } } } }';
    const aliases = Array.from({ length: 30 }, (_, index) => `a${index}: __schema { ${deep} }`).slice(0, 20);
    expect(ready(`{ ${aliases.join(' ')} }`)).toMatchObject({
      errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX' } }],
    });
  });
});

test('counties are shared out among all states, but not among states that may be one', () => {
  expect(unitsOf('{ states { counties { name } } }')).toBe(56 * (1 + 59 / 4));
  expect(unitsOf('{ state(code: "TX") { counties { name } } }')).toBe(Math.ceil(1 + 254 / 4));
  expect(unitsOf('{ states { statistics { byCounty { agreements } } } }')).toBe(Math.ceil(56 * (9 + 5.9) + 250));
  expect(unitsOf('{ state(code: "TX") { statistics { byCounty { agreements } } } }')).toBe(9 + 330 + 250);
  expect(unitsOf('{ nodes(ids: ["x"]) { ... on State { counties { name } } } }')).toBe(20 + 100 * (1 + 254 / 4));
});

test('every list of objects says how many there can be, and fields declare nothing but costs', () => {
  const costs = ['units', 'each', 'atMost', 'distinct', 'perRow', 'countUnits', 'isCount'];
  const known = new Set([...costs, 'batch', 'ahead']);
  const wrong: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))) continue;
    for (const { name, type: answer, args, extensions } of Object.values(type.getFields())) {
      const place = `${type.name}.${name}`;
      const isUnbounded =
        !args.some((each) => each.name === 'first') && !('atMost' in extensions || 'perRow' in extensions);
      if (String(answer).startsWith('[') && isCompositeType(getNamedType(answer)) && isUnbounded) wrong.push(place);
      const declared = Object.keys(extensions).filter((each) => !each.startsWith('pothos'));
      wrong.push(...declared.filter((each) => !known.has(each)).map((each) => `${place}: ${each}`));
      for (const each of ['units', 'each', 'countUnits', 'atMost'] as const) {
        if (!['undefined', 'number', 'function'].includes(typeof extensions[each])) wrong.push(`${place}: ${each}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});
