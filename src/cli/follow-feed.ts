/**
 * The recipe for watchers, as a program: ask for the position, subscribe after it, keep each event's cursor, and on a
 * lost connection subscribe after the last one, for as long as it takes.
 */
import { setTimeout } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { z } from 'zod';

export interface FeedRequest {
  /** Of the API, with http or https. */
  url: string;
  /** Null: from now on. */
  after: string | null;
  includeBackfill: boolean;
  filter: Record<string, readonly string[]>;
}

export type FollowedEvent = z.infer<typeof followedEvent>;

/** The server's word that it cannot go on, such as CURSOR_STALE. */
export class FeedRefused extends Error {
  override readonly name = 'FeedRefused';
}

const followedEvent = z.object({
  ...{ cursor: z.string(), kind: z.string(), occurredAt: z.string(), recordedAt: z.string(), summary: z.string() },
  ...{ provisional: z.boolean(), backfill: z.boolean(), id: z.string() },
  state: z.object({ code: z.string() }),
});
const answer = z.object({ data: z.object({ ledgerEvents: followedEvent }) });
const positionAnswer = z.object({ data: z.object({ ledgerEvents: z.object({ position: z.string() }) }) });

const positionQuery = '{ ledgerEvents(first: 0) { position } }';
const subscription = `subscription Watch($after: EventCursor, $filter: EventFilter, $includeBackfill: Boolean!) {
  ledgerEvents(after: $after, filter: $filter, includeBackfill: $includeBackfill) {
    id kind cursor occurredAt recordedAt provisional backfill summary state { code }
  }
}`;

/** Codes that another try would only get again. */
const transient: ReadonlySet<unknown> = new Set(['UNAVAILABLE', 'SHUTTING_DOWN', 'TIMEOUT', 'RATE_LIMITED']);
const LONGEST_WAIT = 30_000;

/** Ends when the signal is aborted; throws {@link FeedRefused}. */
export async function* followFeed(
  request: FeedRequest,
  signal: AbortSignal,
  note: (text: string) => void,
): AsyncGenerator<FollowedEvent, void, void> {
  let { after } = request;
  let failures = 0;
  let reached = false;
  while (!signal.aborted) {
    // A client of its own for each try: graphql-ws would repeat the variables of the first.
    let openSince = Number.POSITIVE_INFINITY;
    const client = createClient({
      url: request.url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      // The question for the position and the subscription share a socket.
      lazyCloseTimeout: 5_000,
      on: {
        connected: () => {
          openSince = performance.now();
          note(reached ? `Connected to ${request.url} again.` : `Watching ${request.url}.`);
          reached = true;
        },
      },
    });
    const stop = (): void => void client.terminate();
    signal.addEventListener('abort', stop, { once: true });
    try {
      if (after === null) {
        after = await positionOf(client.iterate({ query: positionQuery }));
        note(`Following from ${after}`);
      }
      const { filter, includeBackfill } = request;
      for await (const result of client.iterate({
        query: subscription,
        variables: { after, filter, includeBackfill },
      })) {
        const event = answer.parse(result).data.ledgerEvents;
        after = event.cursor;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      refuseForGood(error);
      // One that held for a while was fine; one that is cut again and again is not asked for more often.
      if (performance.now() - openSince > LONGEST_WAIT) failures = 0;
      if (failures === 0) note(describeFailure(request.url, reached));
      failures += 1;
      const longest = Math.min(LONGEST_WAIT, 500 * 2 ** Math.min(failures, 10));
      // Cut short by the end; nothing else can go wrong with waiting.
      await setTimeout(longest * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {});
    } finally {
      signal.removeEventListener('abort', stop);
      await client.dispose();
    }
  }
}

const describeFailure = (url: string, reached: boolean): string =>
  reached
    ? `The connection to ${url} is lost; trying again.`
    : `No connection to ${url} can be made; trying again. PORT or --url choose the server.`;

async function positionOf(results: AsyncIterable<unknown>): Promise<string> {
  for await (const result of results) return positionAnswer.parse(result).data.ledgerEvents.position;
  throw new Error('The server answered nothing.');
}

/** graphql-ws throws the errors of the operation as an array, and a closing as an object with its code. */
function refuseForGood(error: unknown): void {
  if (error instanceof z.ZodError) throw new FeedRefused('This is not the API of an Accord287 server.');
  if (Array.isArray(error)) {
    const [first] = error;
    if (!transient.has(first?.extensions?.code)) throw new FeedRefused(`${first?.extensions?.code}: ${first?.message}`);
  }
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  if (code === 4406) throw new FeedRefused('This is not the API of an Accord287 server.');
}
