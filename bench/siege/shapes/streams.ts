/** WebSockets and event streams that open, ask and leave as no honest client does. */
import { setTimeout } from 'node:timers/promises';
import {
  linger,
  lingerOn,
  open,
  openWebSocket,
  rawPost,
  type Shape,
  subscribeMessage,
  type Target,
} from '../target.ts';

const backfill =
  'subscription ($after: EventCursor) { ledgerEvents(after: $after, includeBackfill: true) { cursor summary agency { name printedNames agreements { nodes { id } } } } }';
const events = 'subscription { ledgerEvents { cursor } }';

/** The place before the first event, which needs the ledger's epoch. */
async function beginning(target: Target): Promise<string | null> {
  const response = await fetch(`http://127.0.0.1:${target.port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ ledgerEvents(first: 1) { edges { cursor } } }"}',
  });
  const answer = (await response.json()) as { data?: { ledgerEvents: { edges: { cursor: string }[] } } };
  return answer.data?.ledgerEvents.edges[0]?.cursor ?? null;
}

export const streamShapes: readonly Shape[] = [
  {
    name: 'one id, subscribed and completed without waiting',
    pause: 500,
    strike: async (target) => {
      const socket = await openWebSocket(target);
      for (let round = 0; round < 100; round += 1) {
        socket.send(subscribeMessage('1', `subscription S${round} { ledgerEvents { cursor } }`));
        socket.send('{"id":"1","type":"complete"}');
      }
      return lingerOn(socket, 1_000);
    },
  },
  {
    name: '2,000 subscriptions on one socket',
    pause: 1_000,
    strike: async (target) => {
      const socket = await openWebSocket(target);
      for (let id = 0; id < 2_000; id += 1) socket.send(subscribeMessage(String(id), events));
      return lingerOn(socket, 2_000);
    },
  },
  {
    name: 'different selections, as many as can be had',
    pause: 1_000,
    strike: async (target) => {
      const sockets = await Promise.allSettled(Array.from({ length: 10 }, () => openWebSocket(target)));
      const opened = sockets.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      for (const [index, socket] of opened.entries()) {
        for (let id = 0; id < 20; id += 1) {
          socket.send(
            subscribeMessage(
              String(id),
              `subscription { ledgerEvents { cursor a${index}x${id}: agency { name printedNames agreements { totalCount nodes { id printedRows { totalCount } } } } } }`,
            ),
          );
        }
      }
      const outcomes = await Promise.all(opened.map((socket) => lingerOn(socket, 15_000)));
      return outcomes[0] ?? 'refused';
    },
  },
  {
    name: 'a selection that costs too much for each event',
    pause: 1_000,
    strike: async (target) => {
      const socket = await openWebSocket(target);
      const costly = Array.from(
        { length: 10 },
        (_, n) =>
          `a${n}: agency { agreements(first: 100) { totalCount nodes { printedRows(first: 20) { totalCount nodes { cells { text } } } } } }`,
      );
      socket.send(subscribeMessage('1', `subscription { ledgerEvents { cursor ${costly.join(' ')} } }`));
      return lingerOn(socket, 20_000);
    },
  },
  {
    name: 'a WebSocket that asks for everything and does not read',
    pause: 2_000,
    strike: async (target) => {
      const after = await beginning(target);
      const socket = await openWebSocket(target);
      socket.pause();
      for (let id = 0; id < 20; id += 1) socket.send(subscribeMessage(String(id), backfill, { after }));
      return lingerOn(socket, 45_000);
    },
  },
  {
    name: 'an event stream that asks for everything and does not read',
    pause: 2_000,
    strike: async (target) => {
      const after = await beginning(target);
      const socket = await open(target);
      socket.pause();
      socket.write(rawPost({ query: backfill, variables: { after } }, 'accept: text/event-stream\r\n'));
      return linger(socket, 45_000);
    },
  },
  {
    name: 'WebSockets that never say anything',
    pause: 1_000,
    strike: async (target) => {
      const sockets = await Promise.allSettled(Array.from({ length: 40 }, () => openWebSocket(target, false)));
      const opened = sockets.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      return (await Promise.all(opened.map((socket) => lingerOn(socket, 5_000))))[0] ?? 'refused';
    },
  },
  {
    name: 'pings without end',
    pause: 1_000,
    strike: async (target) => {
      const socket = await openWebSocket(target);
      for (let round = 0; round < 20_000 && socket.readyState === socket.OPEN; round += 1) {
        socket.send('{"type":"ping"}');
        if (round % 500 === 0) await setTimeout(10);
      }
      return lingerOn(socket, 500);
    },
  },
  {
    name: 'streams that open and leave',
    pause: 20,
    strike: async (target) => {
      const socket = await openWebSocket(target);
      socket.send(subscribeMessage('1', events));
      await setTimeout(5);
      socket.terminate();
      return 'left';
    },
  },
];
