/**
 * Subscriptions as text/event-stream, in the form of GraphQL over SSE (`next`, then `complete`). Every event carries
 * its cursor as `id`, so a plain EventSource resumes by itself; a comment every 12 s shows life, and carries the id of
 * how far the log was searched, so that a stream with nothing to tell resumes from there too.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { onceAborted } from '../../abort.ts';
import type { Frame } from '../../feed/groups/frame.ts';
import type { Sink } from '../../feed/groups/watcher.ts';
import type { Viewer } from '../../graphql/access/viewer.ts';
import { format } from '../../graphql/execution/answer.ts';
import { type Admission, abortWhenGone } from '../../graphql/execution/caller.ts';
import { refuseKey, toPublicError } from '../../graphql/execution/errors.ts';
import { readOperationText } from '../../graphql/http/plain-request.ts';
import type { Streams } from '../../graphql/subscriptions/streams.ts';
import type { Subscription } from '../../graphql/subscriptions/subscriber.ts';
import { refuse } from '../http/refuse.ts';
import type { ReadAddress } from '../limits/client-address.ts';
import { type FollowedOutlet, LEAST_AHEAD_BYTES, type UnsentBytes } from '../limits/unsent-bytes.ts';
import { Delivery } from './delivery.ts';
import { inSlices } from './in-slices.ts';
import type { StreamSlots } from './stream-slots.ts';

export interface EventStreamOptions {
  streams: Streams;
  slots: StreamSlots;
  admission: Admission;
  readAddress: ReadAddress;
  unsent: UnsentBytes;
  /** Milliseconds between comments. */
  beat?: number;
}

export interface EventStreams {
  /** False for a request that is not for a subscription, which is then answered elsewhere. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  readonly size: number;
  /** Ends all streams over so many milliseconds; their clients come back with Last-Event-ID. */
  close(milliseconds: number): Promise<void>;
}

const BEAT_MILLISECONDS = 12_000;
const RETRY_MILLISECONDS = 2_000;
/** A refused EventSource would come back for the same refusal. */
const REFUSED_RETRY_MILLISECONDS = 60_000;
/** Beats in a row at which the same bytes were still to be taken. */
const MOST_LATE = 3;

interface Stream {
  response: ServerResponse;
  subscription: Subscription;
  delivery: Delivery;
}

export function createEventStreams(options: EventStreamOptions): EventStreams {
  const open = new Set<Stream>();
  const timer = setInterval(() => {
    for (const stream of open) beat(stream);
  }, options.beat ?? BEAT_MILLISECONDS);
  timer.unref();
  return {
    answer: async (request, response) => {
      if (!wantsStream(request)) return false;
      const operation = await readOperationText(request);
      if (operation === null || options.streams.kindOf(operation) !== 'subscription') return false;
      const viewer = options.streams.readViewer(request.headers.authorization);
      // The ordinary way has the words for a wrong key.
      if (viewer === null) return false;
      // Its end has been told already.
      if (request.socket.destroyed) return true;
      const address = options.readAddress(request);
      const giveBack = options.slots.take(address);
      if (giveBack === null) {
        refuse(response, tooManyStreams);
        return true;
      }
      const caller = { viewer, address, admission: options.admission, abort: abortWhenGone(response) };
      response.once('close', giveBack);
      begin(response);
      const lastEventId = lastEventIdOf(request);
      const sink = new ResponseSink(response, followResponse(options.unsent, address, response));
      const opened = await options.streams.subscribe({ ...operation, caller, lastEventId }, sink);
      if ('errors' in opened) {
        endWith(response, opened.errors);
        return true;
      }
      const stream = { response, subscription: opened, delivery: new Delivery(request.socket) };
      follow(open, stream);
      endWithKey(stream, viewer);
      // Until the first event a lost connection resumes from here.
      if (sink.written === 0) response.write(`${idLine(opened)}\n`);
      return true;
    },
    get size() {
      return open.size;
    },
    close: async (milliseconds) => {
      clearInterval(timer);
      await inSlices([...open], milliseconds, ({ response }) => response.end());
    },
  };
}

const tooManyStreams = {
  status: 503,
  code: 'RATE_LIMITED',
  message: 'Too many streams are open from here, or in this instance.',
  headers: { 'retry-after': '5' },
} as const;

function wantsStream({ headers }: IncomingMessage): boolean {
  return (headers.accept ?? '').includes('text/event-stream');
}

function lastEventIdOf({ headers }: IncomingMessage): string | null {
  const given = headers['last-event-id'];
  return typeof given === 'string' && given !== '' ? given : null;
}

function begin(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Proxies would collect a page of it before they hand it on.
    'x-accel-buffering': 'no',
  });
  response.write(`retry: ${RETRY_MILLISECONDS}\n\n`);
}

function endWith(response: ServerResponse, errors: readonly GraphQLError[]): void {
  const result = JSON.stringify({ errors: errors.map(format) });
  response.end(`retry: ${REFUSED_RETRY_MILLISECONDS}\n\nevent: next\ndata: ${result}\n\nevent: complete\ndata:\n\n`);
}

function follow(open: Set<Stream>, stream: Stream): void {
  const { response, subscription } = stream;
  if (response.destroyed) {
    subscription.watcher.close();
    return;
  }
  open.add(stream);
  response.once('close', () => {
    open.delete(stream);
    subscription.watcher.close();
  });
}

/** What was opened with a key ends with it. */
function endWithKey({ response, subscription }: Stream, { key }: Viewer): void {
  if (key === undefined) return;
  const end = (): void => subscription.watcher.fail(refuseKey());
  if (key.ended.aborted) end();
  else response.once('close', onceAborted(key.ended, end));
}

function followResponse(unsent: UnsentBytes, address: string, response: ServerResponse): FollowedOutlet {
  const outlet = unsent.follow({
    address,
    unsent: () => response.writableLength,
    close: () => response.destroy(),
  });
  response.once('close', () => outlet.leave());
  return outlet;
}

function beat({ response, subscription, delivery }: Stream): void {
  if (delivery.look() >= MOST_LATE) response.destroy();
  else if (response.writableLength === 0) response.write(`:\n${idLine(subscription)}\n`);
}

function idLine(subscription: Subscription): string {
  const cursor = subscription.cursor();
  return cursor === null ? '' : `id: ${cursor}\n`;
}

/** A response as a sink of the feed. */
class ResponseSink implements Sink {
  written = 0;
  readonly #response: ServerResponse;
  readonly #outlet: FollowedOutlet;

  constructor(response: ServerResponse, outlet: FollowedOutlet) {
    this.#response = response;
    this.#outlet = outlet;
  }

  write(frames: readonly Frame[]): number {
    let written = 0;
    let full = false;
    this.#response.cork();
    for (const { cursor, payload } of frames) {
      this.#response.write(`${cursor === null ? '' : `id: ${cursor}\n`}event: next\ndata: ${payload}\n\n`);
      written += 1;
      const { writableLength } = this.#response;
      full = writableLength > LEAST_AHEAD_BYTES && writableLength > this.#outlet.ahead();
      if (full) break;
    }
    this.#response.uncork();
    if (full) this.#outlet.measure();
    this.written += written;
    return written;
  }

  whenReady(listener: () => void): void {
    this.#response.once('drain', listener);
  }

  fail(error: unknown): void {
    endWith(this.#response, [toPublicError(error, undefined)]);
  }
}
