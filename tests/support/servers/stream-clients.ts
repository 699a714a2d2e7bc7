/** Watchers over either transport, read one result at a time, so that the same test can be run over both. */
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface StreamResult {
  data: Record<string, never> | null;
  errors: readonly { message: string; extensions: Record<string, unknown> }[];
}

export interface StreamClient extends AsyncDisposable {
  /** The next result; null when the server has ended the stream. Rejects when nothing comes in time. */
  next(): Promise<StreamResult | null>;
}

export interface StreamRequest {
  query: string;
  variables?: Record<string, unknown>;
  headers?: Record<string, string>;
}

export type Transport = (url: string, request: StreamRequest) => StreamClient;

/** Long enough for a busy machine; nothing waits for it in vain but a failing test. */
const PATIENCE = 15_000;

export const overWebSocket: Transport = (url, { query, variables, headers = {} }) => {
  const client = createClient({
    ...{ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: headers },
  });
  const results = client.iterate<Record<string, never>>({ query, ...(variables && { variables }) });
  return {
    next: async () => {
      const { done, value } = await withTimeout(refused(results.next()));
      return done ? null : { data: value.data ?? null, errors: (value.errors ?? []) as StreamResult['errors'] };
    },
    [Symbol.asyncDispose]: async () => {
      await results.return?.(undefined);
      await client.dispose();
    },
  };
};

/** graphql-ws throws the errors of an `error` message; here they are a result like over the other transport. */
async function refused<Value>(next: Promise<Value>): Promise<Value | { done: false; value: never }> {
  try {
    return await next;
  } catch (error) {
    if (!Array.isArray(error)) throw error;
    return { done: false, value: { errors: error } as never };
  }
}

export const overEventStream: Transport = (url, { query, variables, headers = {} }) => {
  const aborting = new AbortController();
  const blocks = readBlocks(url, { query, ...(variables && { variables }) }, headers, aborting.signal);
  return {
    next: async () => {
      for (;;) {
        const { done, value } = await withTimeout(blocks.next());
        if (done || value.event === 'complete') return null;
        if (value.event !== 'next') continue;
        const { data = null, errors = [] } = JSON.parse(value.data);
        return { data, errors };
      }
    },
    [Symbol.asyncDispose]: async () => {
      aborting.abort();
      await blocks.return(undefined).catch(() => {});
    },
  };
};

export const transports: readonly [string, Transport][] = [
  ['WebSocket', overWebSocket],
  ['text/event-stream', overEventStream],
];

export interface Block {
  id: string | null;
  event: string;
  data: string;
  comment: boolean;
}

/** The blocks of an event stream, as they are sent. */
export async function* readBlocks(
  url: string,
  body: object,
  headers: Record<string, string>,
  signal: AbortSignal,
): AsyncGenerator<Block, void, void> {
  const response = await fetch(url, {
    ...{ method: 'POST', body: JSON.stringify(body), signal },
    headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...headers },
  });
  if (response.body === null) return;
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) yield toBlock(part);
  }
}

function toBlock(part: string): Block {
  const block: Block = { id: null, event: '', data: '', comment: false };
  for (const line of part.split('\n')) {
    const colon = line.indexOf(':');
    const [field, value] = [line.slice(0, colon), line.slice(colon + 1).trimStart()];
    if (field === '') block.comment = true;
    if (field === 'id') block.id = value;
    if (field === 'event') block.event = value;
    if (field === 'data') block.data = value;
  }
  return block;
}

function withTimeout<Value>(promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Nothing came within ${PATIENCE} ms.`)), PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
