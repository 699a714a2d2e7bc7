/**
 * A watcher as the README tells people to write one, on graphql-ws: it keeps the cursor of each event, subscribes
 * `after` the last one whenever it comes back, and drops what is not newer. When its instance is away it goes to the
 * other one.
 */
import { setTimeout } from 'node:timers/promises';
import type { FormattedExecutionResult } from 'graphql';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { decodeEventCursor } from '../../src/feed/cursor.ts';

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
  /** What no watcher should be told; it has then stopped. */
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
/** With these the server says that it cannot now, not that it never will. */
const passing: readonly unknown[] = ['UNAVAILABLE', 'SHUTTING_DOWN', 'TIMEOUT', 'RATE_LIMITED'];

export function startWatcher({ urls, position, onEvent }: WatchOptions): ResumingWatcher {
  const watched: Watched = {
    ...{ sequences: [], receivedAt: [], wireDuplicates: 0, reconnects: -1, refusals: 0, faults: [] },
  };
  let { cursor } = position;
  let last = sequenceOf(cursor, position.epoch);
  let target = 0;
  let closed = false;
  let open = (): void => {};
  const connected = new Promise<void>((resolve) => {
    open = resolve;
  });
  const client = createClient({
    url: () => urls[target % urls.length] ?? '',
    webSocketImpl: WebSocket,
    connectionAckWaitTimeout: 5_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: backOff,
    on: {
      connected: () => {
        watched.reconnects += 1;
        open();
      },
      closed: () => {
        target += 1;
      },
    },
  });

  function take({ data, errors }: FormattedExecutionResult<{ ledgerEvents: WireEvent }>): void {
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

  function subscribe(refusedBefore: number): void {
    client.subscribe<{ ledgerEvents: WireEvent }>(
      {
        query,
        // Read anew at each connection.
        get variables() {
          return { after: cursor };
        },
      },
      {
        next: take,
        error: (error) => {
          if (closed) return;
          if (!isPassing(error)) {
            watched.faults.push(describe(error));
            return;
          }
          watched.refusals += 1;
          void backOff(refusedBefore).then(() => closed || subscribe(refusedBefore + 1));
        },
        complete: () => {
          if (!closed) watched.faults.push('completed');
        },
      },
    );
  }

  subscribe(0);
  return {
    watched,
    connected,
    lastSequence: () => last,
    close: () => {
      closed = true;
      client.terminate();
      void client.dispose();
    },
  };
}

interface WireEvent {
  id: string;
  cursor: string;
}

function sequenceOf(cursor: string, epoch: string): number {
  return Number(decodeEventCursor(cursor, { epoch, lastSequence: BigInt(Number.MAX_SAFE_INTEGER) }));
}

const SHORTEST_MILLISECONDS = 250;
const LONGEST_MILLISECONDS = 5_000;

/** With full jitter: those whose instance ended in one moment do not come to the other in one moment. */
async function backOff(tries: number): Promise<void> {
  await setTimeout(Math.random() * Math.min(LONGEST_MILLISECONDS, SHORTEST_MILLISECONDS * 2 ** (tries + 1)));
}

/** Errors of the operation come as a list; whatever else ends a subscription is for good. */
function isPassing(error: unknown): boolean {
  return Array.isArray(error) && error.every((each) => passing.includes(each?.extensions?.code));
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : JSON.stringify(error);
}
