/** The analysis of a document: hostile shapes are refused or read at once, whatever their fragments make of them. */
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { priceOperation } from '../../../src/graphql/document/cost.ts';
import { createPreparer } from '../../../src/graphql/document/document.ts';
import { createDocumentMemory } from '../../../src/graphql/document/document-memory.ts';
import { countPairs, expand } from '../../../src/graphql/document/expansion.ts';
import { planOperation } from '../../../src/graphql/execution/plan.ts';
import { type Selection, selectionBelow } from '../../../src/graphql/execution/selection.ts';
import { typenameOf } from '../../../src/graphql/schema/node.ts';
import { schema } from '../../../src/graphql/schema/schema.ts';
import {
  clique,
  deepAliases,
  hostileShapes,
  repeatInLevels,
  repeatOverFragments,
  ring,
  spreadRepeatedly,
} from '../../support/servers/hostile-documents.ts';

const prepare = (text: string) => createPreparer(schema)(text);

/** Code and limit of the first error. */
function refusalOf(text: string): unknown[] {
  const { extensions } = prepare(text).errors?.[0] ?? {};
  const limit = extensions?.limit as { name?: string } | undefined;
  return [extensions?.code, ...(limit === undefined ? [] : [limit.name])];
}

/** Everything that comes before execution; milliseconds. */
function analyse(text: string): number {
  const start = performance.now();
  for (const operation of prepare(text).operations) {
    const input = { schema, fragments: operation.fragments, variables: {} };
    if (priceOperation(operation.node, input).refusal === null) {
      const plan = planOperation(operation.node, { ...input, typenameOf });
      for (const { selection } of plan?.root.fields ?? []) readAll(selection);
    }
  }
  return performance.now() - start;
}

function readAll(selection: Selection): number {
  let names = 0;
  for (const [, below] of selection) names += 1 + readAll(below);
  return names;
}

test.each(hostileShapes)('$name: read in a moment, at any size', ({ most, make }) => {
  for (const share of [0.02, 0.3, 1]) {
    // Ordinary documents of this length take some 10 ms; the shapes that hung took seconds, or never ended.
    expect(analyse(make(Math.max(1, Math.round(most * share))))).toBeLessThan(1000);
  }
});

describe('fields with their fragments written out', () => {
  test('are counted wherever a fragment is spread', () => {
    expect(expand(parse(spreadRepeatedly(10)))).toEqual({ operations: 1, fields: 1 + 2 ** 10, isSound: true });
    expect(expand(parse(repeatOverFragments(3)))).toMatchObject({ fields: 1 + 10 + 100 + 1000 + 1000 });
    expect(expand(parse('{ a ... { b ... on T { c { d } } } }'))).toMatchObject({ fields: 4 });
    expect(expand(parse('{ a } query B { b { c } }'))).toMatchObject({ operations: 2, fields: 2 });
  });

  test.each([
    ['a ring', ring(5)],
    ['all spreading all', clique(5)],
    ['a fragment of itself', '{ ...F } fragment F on Query { ...F }'],
    ['a fragment that is used nowhere', '{ a } fragment F on Query { b }'],
    ['two of one name', '{ ...F } fragment F on Query { a } fragment F on Query { b }'],
  ])('say nothing of %s', (_name, text) => {
    expect(expand(parse(text)).isSound).toBe(false);
    expect(refusalOf(text)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  });

  test('are refused beyond 5,000, before anything else is judged', () => {
    const some = (count: number) => `...${Array.from({ length: count }, () => 'F').join(' ...')}`;
    const document = (count: number) => `{ states { ${some(count)} } } fragment F on State { ${'naem '.repeat(100)} }`;
    expect(refusalOf(document(50))).toEqual(['QUERY_TOO_COMPLEX', 'fields']);
    // Not too many: now what is wrong with it is told.
    expect(refusalOf(document(1))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(refusalOf(spreadRepeatedly(13))).toEqual(['QUERY_TOO_COMPLEX', 'fields']);
    expect(refusalOf(repeatOverFragments(7))).toEqual(['QUERY_TOO_COMPLEX', 'fields']);
  });

  test('are told only where they can be counted', () => {
    const limits = [13, 180].map((size) => prepare(spreadRepeatedly(size)).errors?.[0]?.extensions.limit);
    expect(limits).toEqual([
      { name: 'fields', most: 5000, found: 1 + 2 ** 13 },
      { name: 'fields', most: 5000, found: null },
    ]);
  });
});

describe('pairs of fields that answer one key', () => {
  test('are those of one object, over all its fragments and parents', () => {
    const pairs = (text: string) => countPairs(parse(text), 1000);
    expect(pairs('{ a a a }')).toBe(3);
    expect(pairs('{ a { b } a { b } }')).toBe(2);
    expect(pairs('{ a { b } c { b } }')).toBe(0);
    expect(pairs('{ a ...F ... { a } } fragment F on Query { a }')).toBe(3);
    expect(pairs('{ x: a x: b y: a }')).toBe(1);
    expect(pairs(deepAliases(3))).toBe(0);
  });

  test('are refused where comparing them would take long, and honest repetition is not', () => {
    const fragments = (count: number) =>
      `{ states { ${Array.from({ length: count }, (_, i) => `...F${i}`).join(' ')} } } ${Array.from({ length: count }, (_, i) => `fragment F${i} on State { id code name }`).join(' ')}`;
    expect(prepare(fragments(60)).errors).toBeNull();
    expect(refusalOf(fragments(100))).toEqual(['QUERY_TOO_COMPLEX', 'pairs']);
    expect(refusalOf(`{ states { ${'name '.repeat(500)} } }`)).toEqual(['QUERY_TOO_COMPLEX', 'pairs']);
  });
});

test('a document has at most 50 operations and 4,000 lines', () => {
  const operations = (count: number) =>
    Array.from({ length: count }, (_, i) => `query Q${i} { ledger { revision } }`).join(' ');
  expect(prepare(operations(50)).errors).toBeNull();
  expect(refusalOf(operations(51))).toEqual(['QUERY_TOO_COMPLEX', 'operations']);
  expect(prepare(`${'\n'.repeat(3999)}{ ledger { revision } }`).errors).toBeNull();
  expect(refusalOf(`${'\n'.repeat(4001)}{ ledger { revision } }`)).toEqual(['DOCUMENT_TOO_LARGE', 'lines']);
});

test('errors say where they are, at a few places each', () => {
  const conflict = `{\n  states {\n${Array.from({ length: 20 }, (_, i) => `    x: ${i % 2 ? 'name' : 'code'}`).join('\n')}\n  }\n}`;
  const errors = prepare(conflict).errors ?? [];
  expect(errors[0]?.locations).toEqual([
    { line: 3, column: 5 },
    { line: 4, column: 5 },
  ]);
  const repeated = prepare(`{ agencies(${'\nfirst: 1'.repeat(9)}) { nodes { id } } }`).errors ?? [];
  expect(repeated[0]?.locations).toEqual([2, 3, 4, 5].map((line) => ({ line, column: 1 })));
});

test('selection sets of one field are one selection, each fragment read once', () => {
  const text = repeatOverFragments(60);
  const document = parse(text);
  const { fragments } = { fragments: fragmentsOf(text) };
  const [operation] = document.definitions;
  if (operation?.kind !== 'OperationDefinition') throw new Error('No operation.');
  // One name on each of 61 levels, where expanding would meet 10 to the power of 60 fields.
  expect(readAll(selectionBelow([operation], fragments))).toBe(62);
  expect(readAll(selectionBelow([{ selectionSet: operation.selectionSet }], fragmentsOf(text)))).toBe(62);
  const levels = parse(repeatInLevels(7)).definitions[0];
  if (levels?.kind !== 'OperationDefinition') throw new Error('No operation.');
  expect(readAll(selectionBelow([levels], {}))).toBe(1 + 7 + 7);
});

function fragmentsOf(text: string) {
  return Object.fromEntries(
    parse(text).definitions.flatMap((each) => (each.kind === 'FragmentDefinition' ? [[each.name.value, each]] : [])),
  );
}

describe('documents remembered', () => {
  const room = { documents: 3, bytes: 1_000_000 };
  const limits = { once: room, again: room, longest: 100 };

  test('are the newest, as many as there is room for', () => {
    const memory = createDocumentMemory(limits);
    const texts = ['{ a: __typename }', '{ b: __typename }', '{ c: __typename }', '{ d: __typename }'];
    for (const text of texts) memory.keep(text, prepare(text));
    expect(texts.map((text) => memory.find(text) !== undefined)).toEqual([false, true, true, true]);
    const long = `{ __typename } # ${'x'.repeat(100)}`;
    memory.keep(long, prepare(long));
    expect(memory.find(long)).toBeUndefined();
  });

  test('are not displaced by others once they were sent again', () => {
    const memory = createDocumentMemory(limits);
    const used = '{ __typename }';
    memory.keep(used, prepare(used));
    expect(memory.find(used)).toBeDefined();
    for (const text of ['{ a: __typename }', '{ b: __typename }', '{ c: __typename }', '{ d: __typename }']) {
      memory.keep(text, prepare(text));
    }
    expect(memory.find(used)).toBeDefined();
  });

  test('keep of what was refused its errors, with their places, and the names of its operations', () => {
    const text = `query Known { __typename }\nquery Wrong { ${'nothing '.repeat(5)}}`;
    const { document, errors } = prepare(text);
    expect(errors?.[0]).toMatchObject({ locations: [{ line: 2, column: 15 }] });
    expect(document?.definitions).toMatchObject([{ name: { value: 'Known' } }, { name: { value: 'Wrong' } }]);
    expect(JSON.stringify(document)).not.toContain('nothing');
    expect(errors?.every((error) => error.nodes === undefined)).toBe(true);
  });

  test('are forgotten when the plans of their operations grow too heavy', () => {
    const memory = createDocumentMemory(limits);
    const text = '{ states { name } }';
    const prepared = prepare(text);
    memory.keep(text, prepared);
    expect(memory.find(text)).toBe(prepared);
    const root = prepared.operations[0];
    const plan = root && planOperation(root.node, { schema, fragments: {}, variables: {}, typenameOf });
    if (!root || !plan) throw new Error('No plan.');
    root.plans.set('', { ...plan, fields: () => 10_000 });
    for (let found = 0; found < 100; found += 1) memory.find(text);
    expect(memory.find(text)).toBeUndefined();
  });
});
