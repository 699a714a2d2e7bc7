/** Watchers as processes: the command and the examples, across the death of the server that they follow. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { GraphQLError, parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { encodeEventCursor } from '../../src/feed/log/cursor.ts';
import { schema } from '../../src/graphql/schema/schema.ts';
import { runHere } from '../support/processes/command-here.ts';
import { freePort } from '../support/processes/free-port.ts';
import {
  dataDirectory,
  emptyLedger,
  type RunningCommand,
  type RunningServer,
  runCommand,
  type Settings,
  startCommand,
  startModule,
  startServer,
} from '../support/processes/program.ts';
import { servedLedger } from '../support/processes/served-ledger.ts';
import { openLiveServer } from '../support/servers/live-server.ts';

/** Lists that each show at least one new agreement, the oldest first. */
let lists: string[];
let folder: Awaited<ReturnType<typeof dataDirectory>>;

beforeAll(async () => {
  folder = await dataDirectory();
  await runHere(['sample', '--agencies', '150', '--lists', '8', '--out', folder.path], {});
  const names = await readdir(folder.path);
  lists = names
    .filter((name) => name.includes('participating'))
    .sort()
    .map((name) => join(folder.path, name));
  expect(lists.length).toBeGreaterThan(5);
}, 60_000);

afterAll(() => folder[Symbol.asyncDispose]());

/** How many events it appended to the log, and how many of them are additions. */
async function ingestAndCount(settings: Settings, ...paths: string[]): Promise<{ events: number; added: number }> {
  const { code, stdout, stderr } = await runHere(['ingest', '--json', ...paths], settings);
  expect(code, stderr).toBe(0);
  const { files } = JSON.parse(stdout) as { files: { events: Record<string, number> }[] };
  const events = files.flatMap((file) => Object.values(file.events)).reduce((sum, each) => sum + each, 0);
  return { events, added: files.reduce((sum, file) => sum + (file.events.AGREEMENT_ADDED ?? 0), 0) };
}

const ingest = async (settings: Settings, ...paths: string[]): Promise<number> =>
  (await ingestAndCount(settings, ...paths)).added;

async function openStreams(server: { url: string }): Promise<number> {
  const { watchers } = (await (await fetch(new URL('/readyz', server.url))).json()) as { watchers: number };
  return watchers;
}

const linesOf = (command: RunningCommand): string[] => command.written().split('\n').filter(Boolean);

async function ended(command: RunningCommand): Promise<void> {
  command.kill('SIGTERM');
  await command.ended;
}

/** The same port again, for whoever comes back to it. */
async function restarted(server: RunningServer, settings: Settings): Promise<RunningServer> {
  server.kill('SIGKILL');
  await server.ended;
  return startServer({ ...settings, PORT: new URL(server.url).port });
}

test('the command and the examples tell each new agreement once, across the death of the server', {
  timeout: 180_000,
}, async () => {
  await using ledger = await emptyLedger();
  const [first = '', second = '', third = '', fourth = ''] = lists.slice(-4);
  await using server = await startServer(ledger.settings);
  await ingest(ledger.settings, first);
  const watchers = [
    startCommand(['watch', '--url', server.url, '--kind', 'agreement-added'], {}),
    startCommand(['watch', '--url', server.url, '--kind', 'agreement-added', '--json'], {}),
    startModule('examples/watch.ts', [server.url], {}),
    startModule('examples/event-source.ts', [server.url], {}),
  ];
  const added = (command: RunningCommand) =>
    linesOf(command).filter((line) => line.includes('listed for the first time'));
  const counts = (): number[] => watchers.map((command) => added(command).length);
  await expect.poll(async () => openStreams(server), { timeout: 30_000 }).toBe(watchers.length);
  let expected = await ingest(ledger.settings, second);
  expect(expected).toBeGreaterThan(0);
  await expect.poll(counts, { timeout: 30_000 }).toEqual(watchers.map(() => expected));
  await using again = await restarted(server, ledger.settings);
  expected += await ingest(ledger.settings, third);
  await expect.poll(counts, { timeout: 60_000 }).toEqual(watchers.map(() => expected));
  expected += await ingest(ledger.settings, fourth);
  await expect.poll(counts, { timeout: 30_000 }).toEqual(watchers.map(() => expected));
  expect(again.log.filter(({ level }) => level === 'error')).toEqual([]);
  for (const command of watchers) {
    expect(new Set(added(command)).size).toBe(expected);
    await ended(command);
  }
  const [, json] = watchers;
  if (json === undefined) throw new Error('No such watcher.');
  for (const line of linesOf(json)) {
    expect(JSON.parse(line)).toMatchObject({
      ...{ kind: 'AGREEMENT_ADDED', agency: { slug: expect.any(String), name: expect.any(String) } },
      agreement: { model: expect.stringMatching(/^(TASK_FORCE|JAIL_ENFORCEMENT|WARRANT_SERVICE_OFFICER)$/) },
      standing: { gone: false, status: 'ACTIVE', agencyName: expect.any(String), state: { code: expect.any(String) } },
    });
  }
});

test.each(['examples/watch.ts', 'examples/event-source.ts'])('%s says where no server answers', async (example) => {
  const port = String(await freePort());
  const { code, stderr } = await startModule(example, [], { PORT: port }).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(new RegExp(`^No server answers at http://localhost:${port}/graphql .*\\n$`));
});

test('watch says what it cannot follow, and goes on from a cursor', { timeout: 90_000 }, async () => {
  await using ledger = await servedLedger();
  await using server = await openLiveServer(ledger.database);
  const garbage = await runHere(['watch', '--url', server.url, '--after', 'garbage'], {});
  expect(garbage).toMatchObject({ code: 1, stderr: expect.stringContaining('BAD_CURSOR') });
  const stale = await runHere(['watch', '--url', server.url, '--after', encodeEventCursor(randomUUID(), 0n)], {});
  expect(stale).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/CURSOR_STALE.*\nStart watch .*without --after/),
  });
  const wrongPlace = await runCommand(['watch', '--state', 'ZZ'], {});
  expect(wrongPlace).toMatchObject({ code: 1, stderr: expect.stringContaining('--state') });
  await ingest(ledger.settings, ...lists.slice(0, 2));
  const watcher = startCommand(['watch', '--url', server.url, '--json', '--history'], {});
  await expect.poll(async () => openStreams(server), { timeout: 30_000 }).toBe(1);
  let events = 0;
  for (const list of lists.slice(2, 5)) events += (await ingestAndCount(ledger.settings, list)).events;
  expect(events).toBeGreaterThan(1);
  await expect.poll(() => linesOf(watcher).length, { timeout: 30_000 }).toBe(events);
  await ended(watcher);
  const [one, ...rest] = linesOf(watcher).map((line) => JSON.parse(line) as { cursor: string; id: string });
  const resumed = startCommand(['watch', '--url', server.url, '--json', '--history', '--after', one?.cursor ?? ''], {});
  await expect.poll(() => linesOf(resumed).length, { timeout: 30_000 }).toBe(rest.length);
  await ended(resumed);
  expect((await resumed.ended).stderr).toContain('To go on from here: --after');
  expect(linesOf(resumed).map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(rest.map(({ id }) => id));
});

test('watch goes on with another ledger at the address, and says so; from a cursor it ends', {
  timeout: 180_000,
}, async () => {
  await using ledger = await emptyLedger();
  await using other = await emptyLedger();
  const server = await startServer(ledger.settings);
  const PORT = new URL(server.url).port;
  const watcher = startCommand(['watch', '--url', server.url, '--json', '--history'], {});
  const asked = await fetch(server.url, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ query: '{ ledgerEvents(first: 0) { position } }' }),
  });
  const { data } = (await asked.json()) as { data: { ledgerEvents: { position: string } } };
  const fromCursor = startCommand(['watch', '--url', server.url, '--after', data.ledgerEvents.position], {});
  await expect.poll(async () => openStreams(server), { timeout: 30_000 }).toBe(2);
  const following = watcher.heard(/another log than before[\s\S]*Following from \S+\n/);
  server.kill('SIGKILL');
  await server.ended;
  await using again = await startServer({ ...other.settings, PORT });
  await following;
  expect(await fromCursor.ended).toMatchObject({ code: 1, stderr: expect.stringContaining('CURSOR_STALE') });
  await expect.poll(async () => openStreams(again), { timeout: 30_000 }).toBe(1);
  const added = await ingest(other.settings, lists[0] ?? '');
  await expect.poll(() => linesOf(watcher).length, { timeout: 30_000 }).toBe(added + 1);
  await ended(watcher);
});

test('watch names the server it does not reach and what chooses another, and follows it once it is there', {
  timeout: 60_000,
}, async () => {
  await using ledger = await emptyLedger();
  const PORT = String(await freePort());
  const watcher = startCommand(['watch'], { PORT });
  await watcher.heard(new RegExp(`http://127.0.0.1:${PORT}/graphql .*trying again.*PORT or --url`));
  const watching = watcher.heard(/Watching /);
  await using _server = await startServer({ ...ledger.settings, PORT });
  await watching;
  await ended(watcher);
});

test('watch says from where it follows, which is a cursor to come back with', { timeout: 60_000 }, async () => {
  await using ledger = await servedLedger();
  await using server = await openLiveServer(ledger.database);
  const watcher = startCommand(['watch', '--url', new URL(server.url).origin], {});
  await watcher.heard(/Following from \S+\n/);
  await ended(watcher);
  const { stderr } = await watcher.ended;
  const [, cursor = ''] = /Following from (\S+)\n/.exec(stderr) ?? [];
  expect(stderr).toContain(`To go on from here: --after ${cursor}\n`);
  const added = await ingest(ledger.settings, lists[0] ?? '');
  expect(added).toBeGreaterThan(0);
  const later = startCommand(['watch', '--url', server.url, '--history', '--after', cursor], {});
  // And that a history arrived.
  await expect.poll(() => linesOf(later).length, { timeout: 30_000 }).toBe(added + 1);
  await ended(later);
});

test('watch says once what the server refuses with, and that it is connected again only once it is answered', {
  timeout: 60_000,
}, async () => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/graphql' });
  await once(sockets, 'listening');
  let refusals = 0;
  const limited = new GraphQLError('At most 2 points a minute. Try again in 33 s.', {
    extensions: { code: 'RATE_LIMITED' },
  });
  const server = useServer(
    {
      onSubscribe: (_context, _id, { query }) => {
        refusals -= 1;
        return refusals < 0 ? { schema, document: parse(query) } : [limited];
      },
      execute: () => ({ data: { ledgerEvents: { position: 'here' } } }),
      subscribe: () => new Promise(() => {}),
    },
    sockets,
  );
  const url = `http://127.0.0.1:${(sockets.address() as AddressInfo).port}/graphql`;
  const watcher = startCommand(['watch', '--url', url], {});
  const again = watcher.heard(/again\.\n.*RATE_LIMITED.*\n[\s\S]*Connected/);
  await watcher.heard(/Following from here/);
  refusals = 3;
  for (const socket of sockets.clients) socket.close(1012);
  await again;
  await ended(watcher);
  expect((await watcher.ended).stderr.split('\n')).toEqual([
    `Watching ${url}.`,
    'Following from here',
    `The connection to ${url} is lost; trying again.`,
    'The server refuses for now; trying again. RATE_LIMITED: At most 2 points a minute. Try again in 33 s.',
    `Connected to ${url} again.`,
    'To go on from here: --after here',
    '',
  ]);
  await server.dispose();
  sockets.close();
});
