/** Counts as a stream: what they are now, and again after each list that changes what was selected. */
import { expect, test } from 'vitest';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { ingest } from '../../support/ledgers/ledger.ts';
import { openLiveServer } from '../../support/servers/live-server.ts';
import { transports } from '../../support/servers/stream-clients.ts';
import { readAnswer } from '../graphql/api.ts';

const query = `subscription($filter: StatisticsFilter) {
  statistics(filter: $filter) { id agreements agencies states pending byModel { model agreements } }
}`;

const list = (on: string, ...agencies: string[]) => ({
  on,
  rows: agencies.map((agency) => ({ agency, state: agency.startsWith('Bay') ? 'FL' : 'TX' })),
});

test.each(transports)('over %s', { timeout: 60_000 }, async (_name, open) => {
  await using ledger = await openTestDatabase();
  await using server = await openLiveServer(ledger);
  await using all = open(server.url, { query });
  await using ofFlorida = open(server.url, { query, variables: { filter: { states: ['FL'] } } });
  const asked = [all.next(), ofFlorida.next()];
  await expect.poll(() => server.live.feed.watchers).toBe(2);
  // Nothing is told before there is a list: an unknown is not a zero.
  await ingest(ledger.db, list('2026-01-05', 'Bay County Sheriff', 'Dallas Police'));
  const first = await Promise.all(asked);
  expect(first.map((each) => each?.data?.statistics)).toMatchObject([
    { agreements: 2, agencies: 2, states: 2, pending: null },
    { agreements: 1, agencies: 1, states: 1, pending: null },
  ]);
  await ingest(ledger.db, list('2026-01-06', 'Bay County Sheriff', 'Dallas Police', 'Austin Police'));
  expect((await all.next())?.data?.statistics).toMatchObject({ agreements: 3 });
  // What did not change for a watcher is not told to it: its next word is about the list after.
  await ingest(
    ledger.db,
    list('2026-01-07', 'Bay County Sheriff', 'Bay City Police', 'Dallas Police', 'Austin Police'),
  );
  expect((await all.next())?.data?.statistics).toMatchObject({ agreements: 4 });
  expect((await ofFlorida.next())?.data?.statistics).toMatchObject({ agreements: 2 });
  // A cache puts what is sent in the place of what was queried.
  const queried = '{ statistics { id } state(code: "FL") { statistics { id } } }';
  const { data } = await readAnswer(await fetch(`${server.url}?query=${encodeURIComponent(queried)}`));
  expect(first).toMatchObject([{ data: { statistics: data?.statistics } }, { data: data?.state }]);
  await using late = open(server.url, { query });
  expect((await late.next())?.data?.statistics).toMatchObject({ agreements: 4 });
  await using wrong = open(server.url, { query, variables: { filter: { states: ['ZZ'] } } });
  expect((await wrong.next())?.errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
});
