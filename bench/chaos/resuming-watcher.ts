/**
 * A watcher as docs/watching.md tells people to write one, on graphql-ws: it keeps the cursor of each event, subscribes
 * `after` the last one whenever it comes back, and drops what is not newer. When its instance is away it goes to the
 * other one.
 */
import { setTimeout } from 'node:timers/promises';
import type { FormattedExecutionResult } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { decodeEventCursor } from '../../src/feed/log/cursor.ts';

export interface WatchOptions {
  /** Of the instances; it begins at the first. */
  urls: readonly string[];
  /** The place from which on it must get everything. */
  position: { cursor: string; epoch: string };
  /** Of each event that is newer than the one before. */
  onEvent(id: string, sequence: number): void;
}

export interface Watched {
  /** Of the events kept, in the order in which they came, and when that was, in milliseconds since 1970. */
  sequences: number[];
  receivedAt: number[];
  /** Events that were sent though not newer than the cursor. */
  wireDuplicates: number;
  reconnects: number;
  /** Subscriptions refused with a code that says to come again. */
  refusals: number;
  /** What no watcher should be told: errors in place of events, refusals for good, closings that are not for restarts. */
  faults: string[];
}

export interface ResumingWatcher {
  watched: Watched;
  connected: Promise<void>;
  lastSequence(): number;
  close(): void;
}

const query = `subscription Watch($after: EventCursor) {
  ledgerEvents(after: $after) { __typename id cursor kind summary agency { name state { code } } }
}`;

export function startWatcher({ urls, position, onEvent }: WatchOptions): ResumingWatcher {
  const watched: Watched = {
    ...{ sequences: [], receivedAt: [], wireDuplicates: 0, reconnects: -1, refusals: 0, faults: [] },
  };
  let { cursor } = position;
  let last = sequenceOf(cursor, position.epoch);
  let triesInVain = 0;
  let client: Client | undefined;
  let closed = false;
  let open = (): void => {};
  const connected = new Promise<void>((resolve) => {
    open = resolve;
  });

  function take({ data, errors }: FormattedExecutionResult<Answer>): void {
    const event = data?.ledgerEvents;
    if (event == null) {
      watched.faults.push(JSON.stringify(errors));
      return;
    }
    const sequence = sequenceOf(event.cursor, position.epoch);
    if (sequence <= last) {
      watched.wireDuplicates += 1;
      return;
    }
    ({ cursor } = event);
    last = sequence;
    watched.sequences.push(sequence);
    watched.receivedAt.push(performance.timeOrigin + performance.now());
    onEvent(event.id, sequence);
  }

  /** Rejects with why the subscription ended: nothing but its client completes it. */
  function watchOnce(url: string): Promise<void> {
    const own = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0, connectionAckWaitTimeout: 5_000 });
    client = own;
    own.on('connected', () => {
      watched.reconnects += 1;
      triesInVain = 0;
      open();
    });
    return new Promise((complete, error) => {
      own.subscribe<Answer>({ query, variables: { after: cursor } }, { next: take, error, complete });
    });
  }

  async function follow(): Promise<void> {
    for (let target = 0; !closed; target += 1) {
      try {
        await watchOnce(urls[target % urls.length] ?? '');
        if (!closed) watched.faults.push('completed by the server');
      } catch (error) {
        if (isRefusal(error)) watched.refusals += 1;
        if (!isPassing(error)) watched.faults.push(JSON.stringify(error) ?? String(error));
      }
      await client?.dispose();
      if (!closed) await backOff(triesInVain);
      triesInVain += 1;
    }
  }

  void follow();
  return {
    watched,
    connected,
    lastSequence: () => last,
    close: () => {
      closed = true;
      client?.terminate();
    },
  };
}

interface Answer {
  ledgerEvents: WireEvent;
}

interface WireEvent {
  id: string;
  cursor: string;
}

function sequenceOf(cursor: string, epoch: string): number {
  return Number(decodeEventCursor(cursor, { epoch, lastSequence: BigInt(Number.MAX_SAFE_INTEGER) }).sequence);
}

const SHORTEST_MILLISECONDS = 250;
const LONGEST_MILLISECONDS = 5_000;

/** With full jitter: those whose instance ended in one moment do not come to the other in one moment. */
async function backOff(tries: number): Promise<void> {
  await setTimeout(Math.random() * Math.min(LONGEST_MILLISECONDS, SHORTEST_MILLISECONDS * 2 ** (tries + 1)));
}

/** A refused operation is a list of errors; whatever else ends a subscription is a connection that was lost. */
function isRefusal(error: unknown): error is readonly { extensions?: { code?: unknown } }[] {
  return Array.isArray(error);
}

/** True where the server says that it cannot now, and where the connection was lost or could not be made. */
function isPassing(error: unknown): boolean {
  if (isRefusal(error)) return error.every(({ extensions }) => passingCodes.includes(extensions?.code));
  const closed = typeof error === 'object' && error !== null && 'code' in error;
  return !closed || typeof error.code !== 'number' || passingClosings.includes(error.code);
}

const passingCodes: readonly unknown[] = ['UNAVAILABLE', 'SHUTTING_DOWN', 'TIMEOUT'];
/** Without a closing handshake, service restart, try again later; and 4504, which the client gives a mute server. */
const passingClosings: readonly number[] = [1006, 1012, 1013, 4504];
