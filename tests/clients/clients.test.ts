/**
 * Each recipe of docs/clients.md with the real package, against the server as it is built: pages, caches, live events,
 * and what was missed while the server was away.
 */
import { execFile } from 'node:child_process';
import { copyFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EventSource } from 'eventsource';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { packageRoot } from '../../src/package-root.ts';
import { freePort } from '../support/processes/free-port.ts';
import { dataDirectory, type RunningServer, runCommand, startServer } from '../support/processes/program.ts';
import { made, relaySettings, runGenql, writeRecipes } from './recipes.ts';

writeRecipes();
const { values } = await import(join(made, 'values.ts'));
const { resumingClient } = await import(join(made, 'resume.ts'));
const { ask } = await import(join(made, 'plain.ts'));

const run = promisify(execFile);
let data: Awaited<ReturnType<typeof dataDirectory>>;
let lists: string[];
let port: number;
let server: RunningServer;
const open = (): Promise<RunningServer> =>
  startServer({ DATA_DIR: data.path, PORT: String(port), SAMPLE: 'false', POINTS_PER_MINUTE: '100000' });

beforeAll(async () => {
  data = await dataDirectory();
  const folder = join(data.path, 'lists');
  await runCommand(['sample', '--agencies', '150', '--lists', '55', '--out', folder], {});
  const names = (await readdir(folder)).filter((name) => name.includes('participating')).sort();
  lists = names.map((name) => join(folder, name));
  // Enough for pages; the tests release the others, one at a time.
  await ingest(...lists.splice(0, lists.length - 32));
  port = await freePort();
  server = await open();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await data[Symbol.asyncDispose]();
});

/** Resolves with how many agreements were added by the last of them. */
async function ingest(...paths: string[]): Promise<number> {
  const { code, stdout, stderr } = await runCommand(['ingest', '--json', ...paths], { DATA_DIR: data.path });
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout).files.at(-1).events.AGREEMENT_ADDED ?? 0;
}

const release = (): Promise<number> => ingest(lists.shift() ?? 'no list is left');

const webSocket = () => resumingClient({ url: server.url.replace('http', 'ws'), webSocketImpl: WebSocket });

const newest = `query Newest($after: String) {
  agreements(first: 20, after: $after, orderBy: { field: FIRST_LISTED_AT, direction: DESC }) {
    totalCount
    position
    edges { cursor node { id model status agency { id name } } }
    pageInfo { hasNextPage endCursor hasPreviousPage startCursor }
  }
}`;
const added = 'subscription Added($after: EventCursor) { agreementAdded(after: $after) { id cursor summary } }';
const counts =
  '{ statistics { id agreements byState(first: 3) { state { id code } agreements } } ledger { id revision } }';
const live = 'subscription Live { statistics { id agreements } }';

interface Newest {
  agreements: {
    totalCount: number;
    position: string;
    edges: { node: { id: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
}
interface Added {
  agreementAdded: { id: string; cursor: string };
}
interface Counts {
  statistics: { id: string; agreements: number };
}

const position = async (): Promise<string> => (await ask(server.url, newest)).agreements.position;

/** Watches across a server that is killed, and expects each event once. `watch` answers how to stop. */
async function missesNothing(watch: (after: string, seen: (cursor: string) => void) => () => void): Promise<void> {
  const after = await position();
  const seen: string[] = [];
  const stop = watch(after, (cursor) => seen.push(cursor));
  let expected = await release();
  await expect.poll(() => seen.length).toBe(expected);
  server.kill('SIGKILL');
  await server.ended;
  expected += await release();
  server = await open();
  expected += await release();
  await expect.poll(() => seen.length).toBe(expected);
  stop();
  expect(new Set(seen).size).toBe(expected);
}

test('plain fetch asks, and throws what leaves no data', async () => {
  expect((await ask(server.url, counts)).statistics.agreements).toBeGreaterThan(0);
  await expect(ask(server.url, '{ agreements(after: "x") { totalCount } }')).rejects.toThrow();
});

describe.each([
  { version: 4, modules: '@apollo/client', recipe: 'apollo.ts' },
  { version: 3, modules: 'apollo-client-3/core', recipe: 'apollo-3.ts' },
])('Apollo Client $version', async ({ modules, recipe }) => {
  const { ApolloLink, HttpLink, gql } = await import(modules);
  const persisted = await import(`${modules.replace('/core', '')}/link/persisted-queries`);
  const { createApollo } = await import(join(made, recipe));
  const abstract = () => ask(server.url, '{ __schema { types { name possibleTypes { name } } } }');

  test('reads page after page into one list, and keeps counts that are sent in the place of those queried', async () => {
    const socket = webSocket();
    const client = createApollo(server.url, socket, await abstract());
    const query = client.watchQuery({ query: gql(newest) });
    const subscription = query.subscribe({});
    await expect.poll(() => query.getCurrentResult().data?.agreements?.edges?.length).toBe(20);
    const { endCursor } = query.getCurrentResult().data.agreements.pageInfo;
    await query.fetchMore({ variables: { after: endCursor } });
    const ids = () =>
      query.getCurrentResult().data.agreements.edges.map(({ node }: { node: { id: string } }) => node.id);
    await expect.poll(() => new Set(ids()).size).toBe(40);
    const before = (await client.query({ query: gql(counts) })).data.statistics.agreements;
    const watching = client.subscribe({ query: gql(live) }).subscribe({});
    // A list may add as many as it leaves out.
    const counted = async (): Promise<number> => (await ask(server.url, counts)).statistics.agreements;
    while ((await counted()) === before) await release();
    const kept = () => client.readQuery({ query: gql(counts) })?.statistics.agreements;
    await expect.poll(kept).toBe(await counted());
    watching.unsubscribe();
    subscription.unsubscribe();
    await socket.dispose();
  });

  test('merges fragments on interfaces and values that are asked for in parts', async () => {
    const socket = webSocket();
    const client = createApollo(server.url, socket, await abstract());
    const events = gql(`{ ledgerEvents(last: 3) { nodes { ...E } } }
      fragment E on LedgerEvent { id summary ... on Node { id } ... on AgreementAdded { kind } }`);
    const { data: answer } = await client.query({ query: events });
    expect(answer.ledgerEvents.nodes).toHaveLength(3);
    expect(client.readQuery({ query: events })).toEqual(answer);
    await client.query({ query: gql('{ statistics { id asPrinted { agreements } } }') });
    await client.query({ query: gql('{ statistics { id asPrinted { agencies } } }') });
    const whole = client.readQuery({ query: gql('{ statistics { id asPrinted { agreements agencies } } }') });
    expect(whole?.statistics.asPrinted).toMatchObject({ agreements: expect.any(Number), agencies: expect.any(Number) });
    await socket.dispose();
  });

  test('goes on after the last event when the server was away', async () => {
    const socket = webSocket();
    const client = createApollo(server.url, socket, await abstract());
    await missesNothing((after, seen) => {
      const watching = client
        .subscribe({ query: gql(added), variables: { after } })
        .subscribe(({ data: event }: { data: Added }) => seen(event.agreementAdded.cursor));
      return () => watching.unsubscribe();
    });
    await socket.dispose();
  });

  test('sends the document after a persisted query was refused', async () => {
    const socket = webSocket();
    const client = createApollo(server.url, socket, await abstract());
    const { createHash } = await import('node:crypto');
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
    const { createPersistedQueryLink: make, PersistedQueryLink: Link } = persisted;
    const link = make ? make({ sha256 }) : new Link({ sha256 });
    client.setLink(ApolloLink.from([link, new HttpLink({ uri: server.url })]));
    const { data: answer } = await client.query({ query: gql(counts) });
    expect(answer.statistics.agreements).toBeGreaterThan(0);
    await socket.dispose();
  });
});

describe('urql with graphcache', async () => {
  const { createUrql } = await import(join(made, 'urql.ts'));
  const { persistedExchange } = await import('@urql/exchange-persisted');
  const { Client, fetchExchange } = await import('@urql/core');
  const introspect = () => ask(server.url, getIntrospectionQuery());

  test('reads page after page into one list, without a warning about keys', async () => {
    const warned: unknown[] = [];
    const { warn, error } = console;
    console.warn = console.error = (...said: unknown[]) => warned.push(said);
    const socket = webSocket();
    const client = createUrql(server.url, socket, await introspect());
    const first = await client.query(newest, {}).toPromise();
    const { endCursor } = first.data.agreements.pageInfo;
    const second = await client.query(newest, { after: endCursor }).toPromise();
    const ids = second.data.agreements.edges.map(({ node }: { node: { id: string } }) => node.id);
    expect(new Set(ids).size).toBe(40);
    const many = `{ growth(from: "2026-01-01", to: "2026-01-31") { id agreements { from to } start { id agreements } }
      statistics { id byModel { model agreements } byState { agreements state { id code } } asPrinted { agreements } }
      timeline(interval: MONTH) { start agreements } milestones { title } administrations { id start { on } }
      ledger { id lists { id kind newest { id rows { nodes { id cells { text } corrections { rule } } } } } }
      ledgerEvents(last: 5) { nodes { id kind standing { agreementId agencyId } } } search(text: "county") { ... on Node { id } } }`;
    expect((await client.query(many, {}).toPromise()).error).toBeUndefined();
    [console.warn, console.error] = [warn, error];
    expect(warned).toEqual([]);
    await socket.dispose();
  });

  test('goes on after the last event when the server was away', async () => {
    const socket = webSocket();
    const client = createUrql(server.url, socket, await introspect());
    await missesNothing((after, seen) => {
      const watching = client
        .subscription(added, { after })
        .subscribe(({ data: event }: { data?: Added }) => event && seen(event.agreementAdded.cursor));
      return () => watching.unsubscribe();
    });
    await socket.dispose();
  });

  test('sends the document after a persisted query was refused', async () => {
    const exchanges = [persistedExchange({ preferGetForPersistedQueries: true }), fetchExchange];
    const client = new Client({ url: server.url, preferGetMethod: false, exchanges });
    expect((await client.query<Counts>(counts, {}).toPromise()).data?.statistics.agreements).toBeGreaterThan(0);
  });
});

describe('Relay', async () => {
  const { createRelay } = await import(join(made, 'relay.ts'));
  const { fetchQuery, requestSubscription, createOperationDescriptor } = await import('relay-runtime');

  test('compiles connections and refetchable fragments from the contract, and answers them', async () => {
    await copyFile(join(packageRoot(), 'schema/schema.graphql'), join(made, 'schema.graphql'));
    await writeFile(join(made, 'relay.config.json'), JSON.stringify(relaySettings()));
    await writeFile(
      join(made, 'src/page.ts'),
      `import { graphql } from 'relay-runtime';
      graphql\`query pageNewestQuery($code: String!) { state(code: $code) { name ...page_agencies } statistics { agreements } }\`;
      graphql\`fragment page_agencies on State @refetchable(queryName: "pageAgenciesQuery")
        @argumentDefinitions(first: { type: "Int", defaultValue: 5 }, after: { type: "String" }) {
        agencies(first: $first, after: $after) @connection(key: "page_agencies") {
          edges { node { name agreements(first: 10) { edges { node { model printedRows(first: 1) { edges { node { cells { text } } } } } } } } }
        }
      }\`;
      graphql\`subscription pageAddedSubscription($after: EventCursor) { agreementAdded(after: $after) { cursor agreement { model } } }\`;`,
    );
    await run(
      process.execPath,
      [join(packageRoot(), 'tests/clients/node_modules/relay-compiler/cli.js'), 'relay.config.json'],
      {
        cwd: made,
      },
    );
    const query = (await import(join(made, 'src/__generated__/pageNewestQuery.graphql.ts'))).default;
    const environment = createRelay(server.url, webSocket());
    const answer = (await fetchQuery(environment, query, { code: 'FL' }).toPromise()) as { state: { name: string } };
    expect(answer.state.name).toBe('Florida');
    const { data: kept } = environment.lookup(createOperationDescriptor(query, { code: 'FL' }).fragment);
    expect(kept).toMatchObject({ state: { name: 'Florida' }, statistics: { agreements: expect.any(Number) } });
  });

  test('goes on after the last event when the server was away', async () => {
    const subscription = (await import(join(made, 'src/__generated__/pageAddedSubscription.graphql.ts'))).default;
    const environment = createRelay(server.url, webSocket());
    await missesNothing((after, seen) => {
      const { dispose } = requestSubscription(environment, {
        subscription,
        variables: { after },
        onNext: (event) => seen((event as Added).agreementAdded.cursor),
      });
      return dispose;
    });
  });
});

describe('genql', () => {
  let recipe: typeof import('./made/genql.ts');

  beforeAll(async () => {
    await copyFile(join(packageRoot(), 'schema/schema.graphql'), join(made, 'schema.graphql'));
    await runGenql();
    recipe = await import(join(made, 'genql.ts'));
  });

  test('reads all pages', async () => {
    const ids = new Set<string>();
    for await (const { id } of recipe.agreements(server.url)) ids.add(id);
    expect(ids.size).toBe((await ask(server.url, newest)).agreements.totalCount);
  });

  test('goes on after the last event when the server was away', async () => {
    const socket = webSocket();
    await missesNothing((after, seen) => {
      const fields = { agreementAdded: { __args: { after }, cursor: true, summary: true } };
      const next = ({ data: event }: { data?: unknown }) => seen((event as Added).agreementAdded.cursor);
      const sink = { next, error: console.error, complete: () => {} };
      return socket.subscribe(recipe.resumable(fields, after), sink);
    });
    await socket.dispose();
  });
});

test('graphql-sse goes on after the last event when the server was away', async () => {
  const { follow } = await import(join(made, 'sse.ts'));
  await missesNothing((after, seen) => {
    const ending = new AbortController();
    void (async () => {
      for await (const { cursor } of follow(server.url, added, after, ending.signal)) seen(cursor);
    })();
    return () => ending.abort();
  });
});

test('graphql-request asks as it is', async () => {
  const { request } = await import('graphql-request');
  expect((await request<Counts>(server.url, counts)).statistics.agreements).toBeGreaterThan(0);
});

test('the endless list of examples/newest misses and doubles nothing while lists arrive', async () => {
  const { openNewest } = await import(join(packageRoot(), 'examples/newest/newest.js'));
  const list = openNewest({ url: server.url, onChange: () => {}, EventSource });
  const ids = (): string[] => list.rows.map(({ id }: { id: string }) => id);
  await list.loadMore();
  expect(ids()).toHaveLength(50);
  await release();
  await Promise.all([list.loadMore(), list.loadMore(), release()]);
  while (!list.isComplete) await list.loadMore();
  const all = async (): Promise<string[]> => {
    const found: string[] = [];
    for (let after: string | null = null; ; ) {
      const { agreements }: Newest = await ask(server.url, newest, { after });
      found.push(...agreements.edges.map(({ node }) => node.id));
      if (!agreements.pageInfo.hasNextPage) return found;
      after = agreements.pageInfo.endCursor;
    }
  };
  const expected = (await all()).sort();
  await expect.poll(() => ids().toSorted()).toEqual(expected);
  list.close();
});

test('every type that is a value is one of the contract', async () => {
  const { __schema } = await ask(server.url, '{ __schema { types { name } } }');
  const names = __schema.types.map(({ name }: { name: string }) => name);
  expect(values.filter((name: string) => !names.includes(name))).toEqual([]);
});
