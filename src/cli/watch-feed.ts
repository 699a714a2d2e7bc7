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
  /** Null where it is not the server that said it. */
  readonly code: string | null;
  constructor(message: string, code: string | null = null) {
    super(message);
    this.code = code;
  }
}

const followedEvent = z.object({
  ...{ cursor: z.string(), kind: z.string(), occurredAt: z.string(), recordedAt: z.string(), summary: z.string() },
  ...{ provisional: z.boolean(), backfill: z.boolean(), id: z.string() },
  state: z.object({ code: z.string() }).nullable(),
  agency: z.object({ slug: z.string(), name: z.string() }).nullable(),
  agreement: z.object({ id: z.string(), model: z.string() }).nullable(),
});
const answer = z.object({ data: z.object({ ledgerEvents: followedEvent }) });
const positionAnswer = z.object({ data: z.object({ ledgerEvents: z.object({ position: z.string() }) }) });
const failedAnswer = z.object({ errors: z.array(z.unknown()).nonempty().optional() });

const positionQuery = '{ ledgerEvents(first: 0) { position } }';
const subscription = `subscription Watch($after: EventCursor, $filter: EventFilter, $includeBackfill: Boolean!) {
  ledgerEvents(after: $after, filter: $filter, includeBackfill: $includeBackfill) {
    id kind cursor occurredAt recordedAt provisional backfill summary
    state { code } agency { slug name } agreement { id model }
  }
}`;

/** Codes of what passes, so that another try may be answered. */
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
  /** What keeps it from following, each said once until it follows again. */
  const told = new Set<string>();
  while (!signal.aborted) {
    let answeredSince = Number.POSITIVE_INFINITY;
    // A client of its own for each try: graphql-ws would repeat the variables of the first.
    const client = createClient({
      url: request.url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      // The question for the position and the subscription share a socket.
      lazyCloseTimeout: 5_000,
    });
    const stop = (): void => void client.terminate();
    signal.addEventListener('abort', stop, { once: true });
    try {
      // Asked each time: an open socket does not say that the server answers, and a subscription is silent at first.
      const position = await positionOf(client.iterate({ query: positionQuery }));
      answeredSince = performance.now();
      if (!reached) note(`Watching ${request.url}.`);
      else if (told.size > 0) note(`Connected to ${request.url} again.`);
      reached = true;
      told.clear();
      if (after === null) {
        after = position;
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
      if (performance.now() - answeredSince > LONGEST_WAIT) failures = 0;
      const cause = refusalIn(error)?.code ?? 'lost';
      if (!told.has(cause)) note(describeFailure(error, request.url, reached));
      told.add(cause);
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

/** Those of an operation are thrown as an array; a closing is an object with its code. */
function refusalIn(error: unknown): { code: string; message: string } | null {
  if (!Array.isArray(error)) return null;
  const [first] = error;
  return { code: String(first?.extensions?.code), message: String(first?.message) };
}
