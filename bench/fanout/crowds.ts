/** Crowds of watchers on our server: what each makes of it, in figures. */
import { setTimeout } from 'node:timers/promises';
import { places } from '../../schema/places.ts';
import { ask, middle, opening, receipts, startClients } from './clients.ts';
import type { Ours } from './ours.ts';
import type { Receipts } from './watchers.ts';

export interface Filtered {
  filters: number;
  /** Watchers that want the event. */
  wanted: number;
  cpuMilliseconds: number;
  lastMilliseconds: number;
}

/** Watchers spread over the filters of all places: what one event costs that few of them want. */
export async function measureFilters({ server, publisher }: Ours, count: number, events: number): Promise<Filtered> {
  const codes = places.map(({ code }) => code).slice(0, 51);
  const clients = startClients();
  await opening(
    clients,
    server.url,
    count,
    codes.map((code) => ({ states: [code] })),
  );
  const wanted = Math.ceil((count - codes.indexOf('TX')) / codes.length);
  await setTimeout(1_000);
  const spent: number[] = [];
  const last: number[] = [];
  for (let event = 0; event < events; event += 1) {
    await setTimeout(300);
    const before = await server.cpu();
    last.push((await receipts(clients, wanted, () => publisher.publish('TX'))).last);
    await setTimeout(100);
    spent.push((await server.cpu()) - before);
  }
  clients.kill();
  return { filters: codes.length, wanted, cpuMilliseconds: middle(spent) / 1000, lastMilliseconds: middle(last) };
}

export interface Burst {
  firstMilliseconds: number;
  lastMilliseconds: number;
  /** Of the server, for each delivery. */
  cpuMicroseconds: number;
}

/** Many events of one transaction. Throws where one is missing or out of order. */
export async function measureBurst({ server, publisher }: Ours, count: number, events: number): Promise<Burst> {
  const clients = startClients();
  await opening(clients, server.url, count, [{}]);
  const before = await server.cpu();
  const { first, last } = await receipts(clients, count * events, () => publisher.publish('TX', events));
  const cpuMicroseconds = ((await server.cpu()) - before) / count / events;
  clients.kill();
  return { firstMilliseconds: first, lastMilliseconds: last, cpuMicroseconds };
}

export interface Storm {
  missed: number;
  received: number;
  allMilliseconds: number;
  /** Of queries over HTTP meanwhile. */
  p99Milliseconds: number;
  /** Answers of /readyz meanwhile other than 200. */
  notReady: number;
}

/** All watchers come back at once with an old cursor, as after a restart: until all have what they missed. */
export async function measureStorm({ server, publisher }: Ours, count: number): Promise<Storm> {
  const body = JSON.stringify({ query: '{ ledgerEvents(first: 0) { position } }' });
  const question = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  const { data } = (await (await fetch(server.url, question)).json()) as {
    data: { ledgerEvents: { position: string } };
  };
  const missed = 10;
  await publisher.publish('TX', missed);
  const clients = startClients();
  const answer = ask<Receipts>(clients, { kind: 'expect', receipts: count * missed, within: 60_000 });
  const startedAt = performance.timeOrigin + performance.now();
  void opening(clients, server.url, count, [{ after: data.ledgerEvents.position }]);
  const waits: number[] = [];
  let notReady = 0;
  let storming = true;
  const asking = (async () => {
    while (storming) {
      const askedAt = performance.now();
      await (await fetch(server.url, question)).text();
      waits.push(performance.now() - askedAt);
      const ready = await fetch(new URL('/readyz', server.url));
      await ready.text();
      if (ready.status !== 200) notReady += 1;
      await setTimeout(20);
    }
  })();
  const { last, received } = await answer;
  storming = false;
  await asking;
  clients.kill();
  const p99Milliseconds = waits.toSorted((left, right) => left - right)[Math.floor(waits.length * 0.99)] ?? Number.NaN;
  return { missed, received, allMilliseconds: last - startedAt, p99Milliseconds, notReady };
}

export interface Stalled {
  events: number;
  /** The last receipt of an event before, and of twenty for those that read meanwhile. */
  calmMilliseconds: number;
  stalledMilliseconds: number;
  grownBytes: number;
  /** Of those that did not read: how many there are, and how many have every event in the end. */
  silent: number;
  whole: number;
  closed: number;
  /** Events that the middle one of them had when it began to read again. */
  hadEvents: number;
}

/** A tenth of the clients stops reading for a while: what the others notice, and whether the tenth misses anything. */
export async function measureStalled({ server, publisher }: Ours, count: number, seconds: number): Promise<Stalled> {
  const clients = startClients();
  await opening(clients, server.url, count, [{}]);
  const calm = await receipts(clients, count, () => publisher.publish('TX'));
  const before = await server.memory();
  await ask(clients, { kind: 'pause', every: 10 });
  const readers = count - Math.ceil(count / 10);
  const stalled: number[] = [];
  const until = performance.now() + seconds * 1000;
  let events = 1;
  while (performance.now() < until) {
    const answer = ask<Receipts>(clients, { kind: 'expect', receipts: readers * 20, within: 30_000 });
    const at = await publisher.publish('TX', 20);
    events += 20;
    stalled.push((await answer).last - at);
    await setTimeout(1_000);
  }
  const after = await server.memory();
  const { received } = await ask<{ received: number[] }>(clients, { kind: 'resume', every: 10 });
  await setTimeout(5_000);
  const caught = await ask<{ received: number[]; closed: number }>(clients, { kind: 'resume', every: 10 });
  clients.kill();
  return {
    events,
    ...{ calmMilliseconds: calm.last, stalledMilliseconds: middle(stalled), grownBytes: after - before },
    ...{ silent: caught.received.length, closed: caught.closed, hadEvents: middle(received) },
    whole: caught.received.filter((each) => each === events).length,
  };
}
