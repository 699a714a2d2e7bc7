/**
 * Watches the feed of a server as docs/watching.md recommends: queries the position, subscribes after it, keeps the
 * cursor of each event, and after a lost connection subscribes after the last one until the server is back.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import * as z from 'zod';

export interface FeedRequest {
  /** Of the API, with http or https. */
  url: string;
  /** Null: from now on. */
  after: string | null;
  includeBackfill: boolean;
  filter: Record<string, readonly string[]>;
}

export type WatchedEvent = z.infer<typeof watchedEvent>;

/** The server refused for good, as with CURSOR_STALE. */
export class FeedRefused extends Error {
  override readonly name = 'FeedRefused';
  /** The error code of the API; null where the server did not send one. */
  readonly code: string | null;
  constructor(message: string, code: string | null = null) {
    super(message);
    this.code = code;
  }
}

const watchedEvent = z.object({
  ...{ cursor: z.string(), kind: z.string(), occurredAt: z.string(), recordedAt: z.string(), summary: z.string() },
  ...{ provisional: z.boolean(), backfill: z.boolean(), id: z.string() },
  state: z.object({ code: z.string() }).nullable(),
  agency: z.object({ slug: z.string(), name: z.string() }).nullable(),
  agreement: z.object({ id: z.string(), model: z.string() }).nullable(),
  standing: z.record(z.string(), z.unknown()).nullable(),
});
const answer = z.object({ data: z.object({ ledgerEvents: watchedEvent }) });
const positionAnswer = z.object({ data: z.object({ ledgerEvents: z.object({ position: z.string() }) }) });
const failedAnswer = z.object({ errors: z.array(z.unknown()).nonempty().optional() });

const positionQuery = '{ ledgerEvents(first: 0) { position } }';
const subscription = `subscription Watch($after: EventCursor, $filter: EventFilter, $includeBackfill: Boolean!) {
  ledgerEvents(after: $after, filter: $filter, includeBackfill: $includeBackfill) {
    id kind cursor occurredAt recordedAt provisional backfill summary
    state { code } agency { slug name } agreement { id model }
    standing { agreementId gone status signedOn endedOn memorandum agencyId agencyName state { code } }
  }
}`;

/** Codes of temporary failures, after which a retry may succeed. */
const transient: ReadonlySet<unknown> = new Set(['UNAVAILABLE', 'SHUTTING_DOWN', 'TIMEOUT', 'RATE_LIMITED']);
/** Codes of a cursor that the log of the server does not have. */
const ofAnotherLog: ReadonlySet<string> = new Set(['CURSOR_STALE', 'CURSOR_IN_FUTURE']);
const LONGEST_WAIT = 30_000;
/** One that is given up before it is connected says so by an error, which graphql-ws does not listen to any more. */
class HeardSocket extends WebSocket {
  constructor(address: string, protocol: string) {
    super(address, protocol);
    this.on('error', () => {});
  }
}

/** A server that is gone without closing its connections is silent; so often it is asked whether it is there. */
const ASK_MILLISECONDS = 10_000;

/**
 * Yields events until the signal is aborted. Throws {@link FeedRefused} where a retry cannot succeed. `note` hears once
 * that the connection is lost, and once that it is back; `following` hears from which cursor it follows where the request
 * has none, or one of a log that is there no more.
 */
export async function* watchFeed(
  request: FeedRequest,
  signal: AbortSignal,
  note: (text: string) => void,
  following: (cursor: string) => void,
  askEvery = ASK_MILLISECONDS,
): AsyncGenerator<WatchedEvent, void, void> {
  let { after } = request;
  let failures = 0;
  let reached = false;
  /** Failures that were reported since the last connection; each is reported once. */
  const told = new Set<string>();
  while (!signal.aborted) {
    let answeredSince = Number.POSITIVE_INFINITY;
    let silence: NodeJS.Timeout | undefined;
    // A new client for each attempt: graphql-ws would resend the variables of the first one.
    const client = createClient({
      url: request.url.replace(/^http/, 'ws'),
      webSocketImpl: HeardSocket,
      retryAttempts: 0,
      // The query for the position and the subscription share a socket; after a refusal the process waits so long.
      lazyCloseTimeout: 500,
      keepAlive: askEvery,
      on: {
        ping: (received) => {
          if (!received) expectAnswer();
        },
        pong: () => clearTimeout(silence),
      },
    });
    const stop = (): void => void client.terminate();
    const expectAnswer = (): void => {
      clearTimeout(silence);
      silence = setTimeout(stop, askEvery);
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      // Queried at each attempt: an open socket does not prove that the server answers, and a subscription is silent at first.
      expectAnswer();
      const position = await positionOf(client.iterate({ query: positionQuery }));
      clearTimeout(silence);
      answeredSince = performance.now();
      if (!reached) note(`Watching ${request.url}.`);
      else if (told.size > 0) note(`Connected to ${request.url} again.`);
      reached = true;
      told.clear();
      if (after === null) {
        after = position;
        note(`Following from ${after}`);
        following(after);
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
      const cause = refusalIn(error)?.code ?? 'lost';
      // Whoever gave no cursor asked for what comes from now on, of whichever ledger answers.
      if (request.after === null && after !== null && ofAnotherLog.has(cause)) {
        note(
          'The server has another log than before, and what happened until now is not told. The ledger was restored or',
        );
        note('rebuilt, or this is another ledger.');
        after = null;
        told.add(cause);
      } else refuseForGood(error);
      // The backoff restarts after a connection that lasted, not after one that is lost again and again.
      if (performance.now() - answeredSince > LONGEST_WAIT) failures = 0;
      if (!told.has(cause)) note(describeFailure(error, request.url, reached));
      told.add(cause);
      failures += 1;
      const longest = Math.min(LONGEST_WAIT, 500 * 2 ** Math.min(failures, 10));
      // Rejects only when the signal is aborted.
      await wait(longest * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {});
    } finally {
      clearTimeout(silence);
      signal.removeEventListener('abort', stop);
      await client.dispose();
    }
  }
}

function describeFailure(error: unknown, url: string, reached: boolean): string {
  const refusal = refusalIn(error);
  if (refusal !== null) return `The server refuses for now; trying again. ${refusal.code}: ${refusal.message}`;
  return reached
    ? `The connection to ${url} is lost; trying again.`
    : `No connection to ${url} can be made; trying again. PORT or --url choose the server.`;
}

async function positionOf(results: AsyncIterable<unknown>): Promise<string> {
  for await (const result of results) {
    const { errors } = failedAnswer.parse(result);
    if (errors !== undefined) throw errors;
    return positionAnswer.parse(result).data.ledgerEvents.position;
  }
  throw new Error('The server answered nothing.');
}

function refuseForGood(error: unknown): void {
  if (error instanceof z.ZodError) throw new FeedRefused('This is not the API of an Accord287 server.');
  const refusal = refusalIn(error);
  if (refusal !== null && !transient.has(refusal.code)) {
    throw new FeedRefused(`${refusal.code}: ${refusal.message}`, refusal.code);
  }
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  if (code === 4406) throw new FeedRefused('This is not the API of an Accord287 server.');
}

/** The first error of an operation: graphql-ws throws its errors as an array, and a close event as an object. */
function refusalIn(error: unknown): { code: string; message: string } | null {
  if (!Array.isArray(error)) return null;
  const [first] = error;
  return { code: String(first?.extensions?.code), message: String(first?.message) };
}
