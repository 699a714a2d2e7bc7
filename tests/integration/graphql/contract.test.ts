/** The contract: printed, described, and spoken over HTTP as the specification says. */
import { readFile } from 'node:fs/promises';
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  parse,
  validate,
} from 'graphql';
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examples } from '../../../src/graphql/http/graphiql-examples.ts';
import { printContract } from '../../../src/graphql/schema/print-schema.ts';
import { schema } from '../../../src/graphql/schema/schema.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { type LiveServer, openLiveServer } from '../../support/servers/live-server.ts';
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

test('the printed contract is the schema', async () => {
  const stored = await readFile(new URL('../../../schema/schema.graphql', import.meta.url), 'utf8');
  expect(printContract()).toBe(stored);
});

interface Element {
  path: string;
  description: string | null | undefined;
  nullable: boolean;
}

function elements(): Element[] {
  return Object.values(schema.getTypeMap()).flatMap((type): Element[] => {
    if (type.name.startsWith('__') || ['String', 'Int', 'Float', 'Boolean', 'ID'].includes(type.name)) return [];
    const self = { path: type.name, description: type.description, nullable: false };
    if (isEnumType(type)) {
      const values = type.getValues();
      return [
        self,
        ...values.map(({ name, description }) => ({ path: `${type.name}.${name}`, description, nullable: false })),
      ];
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields());
      return [
        self,
        ...fields.map(({ name, description }) => ({ path: `${type.name}.${name}`, description, nullable: false })),
      ];
    }
    if (!isObjectType(type) && !isInterfaceType(type)) return [self];
    const fields = Object.values(type.getFields()).flatMap(({ name, description, args, type: answer }) => [
      { path: `${type.name}.${name}`, description, nullable: !String(answer).endsWith('!') },
      ...args.map((each) => ({
        path: `${type.name}.${name}(${each.name})`,
        description: each.description,
        nullable: false,
      })),
    ]);
    return [self, ...fields];
  });
}

describe('every element is described', () => {
  const words = (text: string) => text.toLowerCase().match(/[a-z]+/g) ?? [];
  const isTrivial = ({ path, description }: Element) => {
    const own = new Set(words(path.replaceAll(/([A-Z])/g, ' $1')));
    return (
      words(description ?? '').filter((word) => !own.has(word) && !['the', 'a', 'an', 'of'].includes(word)).length < 2
    );
  };

  test('by more than its own name', () => {
    expect(
      elements()
        .filter(isTrivial)
        .map(({ path }) => path),
    ).toEqual([]);
  });

  test('a nullable field says what null means', () => {
    const silent = elements().filter(({ nullable, description }) => nullable && !/\bnull\b/.test(description ?? ''));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });
});

test('the schema is described, and each scalar says what specifies it', () => {
  expect(schema.description).toMatch(/287\(g\)/);
  const own = Object.values(schema.getTypeMap()).filter((type) => isScalarType(type) && !isSpecifiedScalarType(type));
  expect(own.map(({ name }) => name).sort()).toEqual(['Date', 'DateTime', 'EventCursor', 'URL', 'Upload']);
  for (const type of own) expect(type).toMatchObject({ specifiedByURL: expect.stringMatching(/^https:/) });
});

test('what is deprecated says what to use instead, and until when it stays', () => {
  const reasons = [...printContract().matchAll(/@deprecated(?:\(reason: "(.*)"\))?/g)].map(([, reason]) => reason);
  for (const reason of reasons) expect(reason).toMatch(/^Use `.+` instead\. Goes after \d{4}-\d{2}-\d{2}\./);
});

describe('GraphQL over HTTP', () => {
  // The whole server: what stands before GraphQL takes part in it.
  let server: LiveServer;
  beforeAll(async () => {
    server = await openLiveServer(ledger);
    return () => server[Symbol.asyncDispose]();
  });

  for (const audit of serverAudits({ url: () => server.url })) {
    test(audit.name, async () => {
      const result = await audit.fn();
      expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok');
    });
  }
});

const isQuery = ({ query }: { query: string }) => !query.includes('\nsubscription ');

test.each(examples.filter(isQuery))('example %# of GraphiQL is answered as it stands', async ({ query }) => {
  expect((await api.ask(query)).errors).toEqual([]);
});

test('the other examples of GraphiQL are subscriptions of this schema', () => {
  const others = examples.filter((tab) => !isQuery(tab));
  expect(others.length).toBeGreaterThan(0);
  for (const { query } of others) expect(validate(schema, parse(query))).toEqual([]);
});

describe('GraphiQL', () => {
  const asked = (headers: Record<string, string> = {}) =>
    fetch(api.url, { headers: { accept: 'text/html', ...headers } });

  test('needs nothing from elsewhere', async () => {
    const page = await (await asked()).text();
    expect(page).toContain('What one agency signed');
    expect(page.match(/(?:src|href)="https?:[^"]*"/g)).toBeNull();
  });

  test('has a menu of the examples, and runs the scripts that its policy names', async () => {
    const answer = await asked();
    const page = await answer.text();
    expect(page.match(/<button type="button" data-query="# /g)).toHaveLength(examples.length);
    expect(page).toContain('accord287 sample reset');
    const allowed = answer.headers.get('content-security-policy')?.match(/'sha256-[^']+'/g) ?? [];
    expect(allowed).toHaveLength(3);
  });

  test('is the same page with and without compression', async () => {
    const [packed, plain] = [
      await asked({ 'accept-encoding': 'gzip' }),
      await asked({ 'accept-encoding': 'identity' }),
    ];
    expect([packed, plain].map(({ headers }) => headers.get('content-encoding'))).toEqual(['gzip', null]);
    expect(await packed.text()).toBe(await plain.text());
  });

  test('is sent once to a browser that keeps it', async () => {
    const etag = (await asked({ 'accept-encoding': 'gzip' })).headers.get('etag') ?? '';
    const again = await asked({ 'accept-encoding': 'gzip', 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });
});
