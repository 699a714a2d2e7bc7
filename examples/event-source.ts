/**
 * A complete watcher with a plain EventSource, as every browser has one; in Node 20 it comes from a package. It
 * resumes by itself: each event carries its cursor as the id that an EventSource sends back.
 *
 *   npx tsx examples/event-source.ts [http://localhost:4000/graphql]
 */
import { EventSource } from 'eventsource';

const [url = `http://localhost:${process.env.PORT ?? 4000}/graphql`] = process.argv.slice(2);

const query = `subscription Watch($after: EventCursor) {
  ledgerEvents(after: $after) { __typename summary provisional occurredAt }
}`;

// From here on nothing is missed: until the first event, a reconnect begins at this place again.
const variables = JSON.stringify({ after: await position().catch(endWithoutServer) });
const source = new EventSource(`${url}?${new URLSearchParams({ query, variables })}`);

source.addEventListener('next', ({ data }) => {
  const { data: told, errors } = JSON.parse(data);
  if (errors) console.error(errors);
  else console.log(told.ledgerEvents.summary);
});

// The server has the last word only in a refusal, such as CURSOR_STALE: then query again.
source.addEventListener('complete', () => source.close());

async function position(): Promise<string> {
  const ask = new URLSearchParams({ query: '{ ledgerEvents(first: 0) { position } }' });
  const response = await fetch(`${url}?${ask}`, { headers: { accept: 'application/json' } });
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
