/** HTTP connections that send too much, too slowly, or do not read. */
import { setTimeout } from 'node:timers/promises';
import { linger, open, outcomeOf, post, rawPost, type Shape, type Target } from '../target.ts';

const large = {
  query:
    '{ agreements(first: 100) { nodes { id signedOn agency { name printedNames } memorandum printedRows(first: 5) { nodes { cells { column text link } } } } } }',
};

async function writeAll(target: Target, text: string, milliseconds: number): Promise<string> {
  const socket = await open(target);
  socket.write(text);
  return linger(socket, milliseconds);
}

export const connectionShapes: readonly Shape[] = [
  {
    name: '440 pipelined queries',
    pause: 1_000,
    strike: (target) => writeAll(target, rawPost({ query: '{ ledger { revision } }' }).repeat(440), 3_000),
  },
  {
    name: '50 pipelined event streams',
    pause: 1_000,
    strike: (target) =>
      writeAll(
        target,
        rawPost({ query: 'subscription { ledgerEvents { cursor } }' }, 'accept: text/event-stream\r\n').repeat(50),
        3_000,
      ),
  },
  {
    name: '40 connections that do not read their answers',
    pause: 5_000,
    strike: async (target) => {
      const sockets = await Promise.all(Array.from({ length: 40 }, () => open(target)));
      for (const socket of sockets) {
        socket.pause();
        socket.write(rawPost(large).repeat(8));
      }
      const outcomes = await Promise.all(sockets.map((socket) => linger(socket, 20_000)));
      return `${outcomes.filter((outcome) => outcome === 'connection cut').length > 20 ? 'mostly cut' : 'mostly open'}`;
    },
  },
  {
    name: 'headers, a byte at a time',
    pause: 1_000,
    strike: async (target) => {
      const socket = await open(target);
      const drip = setInterval(() => socket.write('x'), 500);
      socket.write('POST /graphql HTTP/1.1\r\nx-slow: ');
      const outcome = await linger(socket, 20_000);
      clearInterval(drip);
      return outcome;
    },
  },
  {
    name: 'a body that never ends',
    pause: 1_000,
    strike: (target) =>
      writeAll(
        target,
        'POST /graphql HTTP/1.1\r\nhost: siege\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n{',
        40_000,
      ),
  },
  {
    name: 'bodies of 300 kB',
    pause: 200,
    strike: (target) => post(target, { query: '{ ledger { revision } }', variables: { text: 'x'.repeat(300_000) } }),
  },
  {
    name: 'queries, 50 a second',
    pause: 20,
    strike: (target) => post(target, { query: '{ agencies(first: 20) { nodes { name } } }' }),
  },
  {
    name: 'the page, as fast as it comes',
    pause: 20,
    strike: (target) =>
      writeAll(target, 'GET /graphql HTTP/1.1\r\nhost: siege\r\naccept: text/html\r\nconnection: close\r\n\r\n', 2_000),
  },
  {
    name: 'forged cursors',
    pause: 50,
    strike: (target) =>
      post(target, {
        query: 'query ($after: EventCursor) { ledgerEvents(first: 100, after: $after) { nodes { id } } }',
        variables: { after: Buffer.from(`v1:${Math.random()}:9`).toString('base64url') },
      }),
  },
  {
    name: 'a query whose sender leaves',
    pause: 50,
    strike: async (target) => {
      const socket = await open(target);
      socket.write(rawPost(large));
      await setTimeout(5);
      socket.destroy();
      return outcomeOf(undefined, '');
    },
  },
];
