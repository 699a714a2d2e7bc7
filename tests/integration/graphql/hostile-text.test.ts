/** Whatever text a client sends, in cursors or arguments, it is refused or answered; it never reaches SQL as SQL. */
import fc from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeEventCursor } from '../../../src/feed/log/cursor.ts';
import { schema } from '../../../src/graphql/schema/schema.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { runs } from '../../support/run/long-tests.ts';
import { type Api, codeOf, openApi } from './api.ts';
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
  expect(faults).toEqual([]);
});

const connections = ['agencies', 'agreements', 'snapshots', 'ledgerEvents'] as const;
const pageOf = (name: string, cursor: 'String' | 'EventCursor') =>
  `query($c: ${cursor}) { page: ${name}(first: 1, after: $c) { nodes { id } pageInfo { endCursor hasNextPage } } }`;
const queryOf = (name: (typeof connections)[number]) =>
  pageOf(name, name === 'ledgerEvents' ? 'EventCursor' : 'String');

async function endCursor(name: (typeof connections)[number]): Promise<string> {
  const { data } = await api.ask(queryOf(name));
  const page = data?.page as { pageInfo: { endCursor: string } } | undefined;
  if (page === undefined) throw new Error(`${name} answered nothing.`);
  return page.pageInfo.endCursor;
}

describe('cursors (Q11)', () => {
  test.each(connections)('of %s that are no cursors are BAD_CURSOR', async (name) => {
    const texts = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.base64String({ maxLength: 80 }),
      fc.json().map((text) => Buffer.from(text).toString('base64url')),
      fc
        .array(fc.oneof(fc.string(), fc.constant(null), fc.integer()))
        .map((parts) => Buffer.from(JSON.stringify([`${name}:SIGNED_ON:desc`, ...parts])).toString('base64url')),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (cursor) => {
        expect([cursor, codeOf(await api.ask(queryOf(name), { c: cursor }))]).toEqual([cursor, 'BAD_CURSOR']);
      }),
      { numRuns: runs(120, 2_500) },
    );
  });

  test.each(connections)('of %s with a flipped bit are refused or lead elsewhere, never to a fault', async (name) => {
    const cursor = await endCursor(name);
    const bits = fc.integer({ min: 0, max: Buffer.from(cursor, 'base64url').length * 8 - 1 });
    await fc.assert(
      fc.asyncProperty(bits, async (bit) => {
        const bytes = Buffer.from(cursor, 'base64url');
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const answer = await api.ask(queryOf(name), { c: bytes.toString('base64url') });
        expect(answer.status).toBe(200);
        expect([undefined, 'BAD_CURSOR', 'CURSOR_STALE', 'CURSOR_IN_FUTURE']).toContain(codeOf(answer));
      }),
      { numRuns: 150 },
    );
  });

  test('of another connection or another order are refused', async () => {
    const other = await endCursor('agencies');
    for (const name of ['agreements', 'snapshots', 'ledgerEvents'] as const) {
      expect(codeOf(await api.ask(queryOf(name), { c: other }))).toBe('BAD_CURSOR');
    }
    const byName = `query($c: String) { agencies(after: $c, orderBy: { field: FIRST_LISTED_AT, direction: ASC }) { nodes { id } } }`;
    expect(codeOf(await api.ask(byName, { c: other }))).toBe('BAD_CURSOR');
  });

  test('of the log have a code for each reason', async () => {
    const { epoch } = ledger.ledger;
    const ask = async (cursor: string) => codeOf(await api.ask(queryOf('ledgerEvents'), { c: cursor }));
    expect(await ask(encodeEventCursor(epoch, 7n))).toBeUndefined();
    expect(await ask(encodeEventCursor(epoch, 8n))).toBe('CURSOR_IN_FUTURE');
    expect(await ask(encodeEventCursor('00000000-0000-4000-8000-000000000000', 1n))).toBe('CURSOR_STALE');
    expect(await ask('x'.repeat(10_000))).toBe('BAD_CURSOR');
  });

  test('of the log page forward and backward over every event once', async () => {
    const query = `query($a: EventCursor, $b: EventCursor) {
      forward: ledgerEvents(first: 3, after: $a) { edges { cursor node { summary cursor } } pageInfo { hasNextPage } }
      backward: ledgerEvents(last: 3, before: $b) { edges { cursor node { summary } } } }`;
    interface Events {
      edges: { cursor: string; node: { summary: string; cursor: string } }[];
    }
    const read = async (variables: object) =>
      (await api.ask(query, variables)).data as unknown as Record<string, Events>;
    const first = await read({});
    expect(first.forward?.edges.map(({ node }) => node.summary)).toEqual(['Event 1', 'Event 2', 'Event 3']);
    expect(first.forward?.edges.every(({ cursor, node }) => cursor === node.cursor)).toBe(true);
    expect(first.backward?.edges.map(({ node }) => node.summary)).toEqual(['Event 5', 'Event 6', 'Event 7']);
    const next = await read({ a: first.forward?.edges.at(-1)?.cursor, b: first.backward?.edges[0]?.cursor });
    expect(next.forward?.edges.map(({ node }) => node.summary)).toEqual(['Event 4', 'Event 5', 'Event 6']);
    expect(next.backward?.edges.map(({ node }) => node.summary)).toEqual(['Event 2', 'Event 3', 'Event 4']);
  });
});

const hostile = [
  '%',
  '_',
  '\\',
  "'; drop table agencies; --",
  '" or 1=1',
  '{"',
  '}',
  'a\0b',
  '\ud800',
  '\udfff lone',
  '$1',
  "E'\\x00'",
  '{,}',
  'NULL',
  '‮',
  'x'.repeat(100_000),
  '',
];

interface Place {
  name: string;
  query: (text: string) => string;
}

/** A query for each place where a text can stand: arguments of root fields, and fields of their inputs. */
function places(): Place[] {
  const root = schema.getQueryType();
  return Object.values(root?.getFields() ?? {}).flatMap((field) => {
    const selection = isLeafType(getNamedType(field.type)) ? '' : '{ __typename }';
    const body = 'pageInfo' in subfields(field.type) ? '{ nodes { __typename } totalCount }' : selection;
    return field.args.flatMap((argument) =>
      textPlaces(argument.type).map(({ path, wrap }) => ({
        name: `${field.name}(${argument.name}${path})`,
        query: (text: string) =>
          `{ ${field.name}(${[`${argument.name}: ${wrap(JSON.stringify(text))}`, ...required(field.args, argument)].join(', ')}) ${body} }`,
      })),
    );
  });
}

function subfields(type: Parameters<typeof getNamedType>[0]): object {
  const named = getNamedType(type);
  return named && 'getFields' in named ? named.getFields() : {};
}

function required(args: readonly GraphQLArgument[], except: GraphQLArgument): string[] {
  const others = args.filter((each) => each !== except && isNonNullType(each.type) && each.defaultValue === undefined);
  return others.map((each) => `${each.name}: "x"`);
}

function textPlaces(type: GraphQLInputType): { path: string; wrap: (text: string) => string }[] {
  if (isNonNullType(type)) return textPlaces(type.ofType);
  if (isListType(type))
    return textPlaces(type.ofType).map(({ path, wrap }) => ({ path, wrap: (text) => `[${wrap(text)}]` }));
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).flatMap((field) =>
      textPlaces(field.type).map(({ path, wrap }) => ({
        path: `.${field.name}${path}`,
        wrap: (text) => `{ ${field.name}: ${wrap(text)} }`,
      })),
    );
  }
  return isEnumType(type) || ['Int', 'Boolean', 'Float'].includes(String(type))
    ? []
    : [{ path: '', wrap: (text) => text }];
}

describe('arguments (Q14)', () => {
  test.each(places())('$name takes any text without a fault', async ({ query }) => {
    for (const text of hostile) {
      const answer = await api.ask(query(text));
      expect(answer.status, text.slice(0, 50)).toBeLessThan(500);
      const codes = [
        undefined,
        'BAD_USER_INPUT',
        'BAD_CURSOR',
        'GRAPHQL_VALIDATION_FAILED',
        'GRAPHQL_PARSE_FAILED',
        'UNAUTHENTICATED',
      ];
      expect(codes, text.slice(0, 50)).toContain(codeOf(answer));
    }
  });
});
