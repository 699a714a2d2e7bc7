/**
 * One answer at a time for each connection. HTTP lets a client send requests before it has the answers; node starts
 * them all at once, keeps each answer until the ones before are taken, and tells the answers that wait nothing when
 * the connection ends. Here a request starts when the answer before it has been taken, and is forgotten with its
 * connection. An answer that is not taken in time ends the connection.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Log } from '../log.ts';

export interface ResponseQueue {
  /** Calls `make` as soon as it is this answer's turn, if the connection lives until then. */
  join(response: ServerResponse, make: (answer: Answer) => void): void;
  /** True while an answer is in the making on the connection, or not yet taken. */
  isBusy(connection: Duplex): boolean;
  /** Answers in the making or being taken. */
  readonly making: number;
  /** Requests that wait for their turn. */
  readonly waiting: number;
  close(): void;
}

export interface Answer {
  readonly response: ServerResponse;
  /** A stream takes as long as it takes, until it is ended; whether it is read is its own affair. */
  isStream: boolean;
  /** When its head was first seen written, in milliseconds of the process's clock. */
  writtenAt: number | null;
}

export interface ResponseQueueOptions {
  log: Log;
  /** Milliseconds in which a client must have taken an answer. */
  deadline?: number;
  /** Milliseconds between two looks at what is not taken. */
  look?: number;
}

const DEADLINE_MILLISECONDS = 30_000;
const LOOK_MILLISECONDS = 1_000;
/** Requests of one connection that wait, their bodies unread. Browsers send none ahead. */
const MOST_WAITING = 8;

interface Connection {
  current: Answer | null;
  waiting: { response: ServerResponse; make: (answer: Answer) => void }[];
}

export function createResponseQueue({ log, deadline, look }: ResponseQueueOptions): ResponseQueue {
  const connections = new Map<Duplex, Connection>();
  const taking = new Set<Answer>();
  let waiting = 0;

  const timer = setInterval(() => {
    for (const answer of taking) {
      if (!isLate(answer, deadline ?? DEADLINE_MILLISECONDS)) continue;
      log.info({ path: pathOf(answer.response) }, 'connection cut: its client took no answer in time');
      answer.response.destroy();
    }
  }, look ?? LOOK_MILLISECONDS);
  timer.unref();

  function connectionOf(socket: Duplex): Connection {
    const known = connections.get(socket);
    if (known !== undefined) return known;
    const connection: Connection = { current: null, waiting: [] };
    connections.set(socket, connection);
    // Not on the responses: those that wait are told nothing.
    socket.once('close', () => {
      connections.delete(socket);
      waiting -= connection.waiting.length;
      connection.waiting = [];
      if (connection.current !== null) taking.delete(connection.current);
    });
    return connection;
  }

  function begin(connection: Connection, { response, make }: Connection['waiting'][number]): void {
    const answer: Answer = { response, isStream: false, writtenAt: null };
    connection.current = answer;
    taking.add(answer);
    response.once('close', () => {
      taking.delete(answer);
      connection.current = null;
      const next = connection.waiting.shift();
      if (next === undefined) return;
      waiting -= 1;
      if (!response.req.socket.destroyed) begin(connection, next);
    });
    make(answer);
  }

  return {
    join: (response, make) => {
      const { socket } = response.req;
      // One segment may hold a thousand requests, which node hands over after the connection was cut, too.
      if (socket.destroyed) return;
      const connection = connectionOf(socket);
      if (connection.current === null) return begin(connection, { response, make });
      if (connection.waiting.length >= MOST_WAITING) {
        log.info({ waiting: MOST_WAITING }, 'connection cut: its client sends requests without waiting for answers');
        cut(socket);
        return;
      }
      connection.waiting.push({ response, make });
      waiting += 1;
    },
    isBusy: (socket) => (connections.get(socket)?.current ?? null) !== null,
    get making() {
      return taking.size;
    },
    get waiting() {
      return waiting;
    },
    close: () => clearInterval(timer),
  };
}

/**
 * Ends a connection with all that was read of it. Node would go on to parse what is left of the segment, 3,000 requests
 * at worst, which stalls the loop for half a second; a parser that is told of an upgrade stops. That is no public
 * part of node: where it is missing, the rest is parsed and dropped.
 */
function cut(socket: Socket & { parser?: { onIncoming?: () => number } | null }): void {
  if (typeof socket.parser?.onIncoming === 'function') socket.parser.onIncoming = () => UPGRADE;
  socket.destroy();
}

const UPGRADE = 2;

function isLate(answer: Answer, deadline: number): boolean {
  const { response, isStream } = answer;
  if (!response.headersSent || (isStream && !response.writableEnded)) return false;
  answer.writtenAt ??= performance.now();
  return performance.now() - answer.writtenAt > deadline;
}

function pathOf({ req }: ServerResponse): string {
  return (req.url ?? '/').split('?', 1)[0]?.slice(0, 200) ?? '/';
}
