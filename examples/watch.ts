/**
 * A complete watcher over a WebSocket: prints every new agreement, and misses none across lost connections.
 *
 *   npx tsx examples/watch.ts [http://localhost:4000/graphql] [FL]
 */
import { setTimeout } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

const [url = `http://localhost:${process.env.PORT ?? 4000}/graphql`, state] = process.argv.slice(2);
const filter = state === undefined ? {} : { states: [state] };

const passing = new Set(['UNAVAILABLE', 'SHUTTING_DOWN', 'TIMEOUT', 'RATE_LIMITED']);

interface Added {
  cursor: string;
  summary: string;
  agreement: { model: string; signedOn: string | null } | null;
}

/** The place in the log after which to go on. A real watcher keeps it where it survives a restart. */
let cursor = await position().catch(endWithoutServer);

for (;;) {
  const client = createClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
  try {
    for await (const added of watch(client, cursor)) {
      console.log(added.summary);
      cursor = added.cursor;
    }
  } catch (error) {
    // CURSOR_STALE and the like are for good: query again. Anything else passes, like a connection that was lost.
    if (Array.isArray(error) && !passing.has(error[0]?.extensions.code)) throw new Error(JSON.stringify(error));
  }
  await client.dispose();
  await setTimeout(500 + Math.random() * 2_000);
}

async function* watch(client: ReturnType<typeof createClient>, after: string): AsyncGenerator<Added> {
  const query = `subscription Watch($after: EventCursor, $filter: EventFilter) {
    agreementAdded(after: $after, filter: $filter) { cursor summary agreement { model signedOn } }
  }`;
  for await (const { data } of client.iterate<{ agreementAdded: Added }>({ query, variables: { after, filter } })) {
    if (data) yield data.agreementAdded;
  }
}

async function position(): Promise<string> {
  const body = JSON.stringify({ query: '{ ledgerEvents(first: 0) { position } }' });
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const { data } = (await response.json()) as { data: { ledgerEvents: { position: string } } };
  return data.ledgerEvents.position;
}

function endWithoutServer({ message, cause }: Error): never {
  const why = cause instanceof Error && cause.message !== '' ? cause.message : message;
  console.error(
    `No server answers at ${url} (${why}). "npm start" starts one; PORT or the first argument says where it is.`,
  );
  process.exit(1);
}
