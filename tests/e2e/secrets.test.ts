/** What a server writes and answers while it is asked, fails and is attacked, searched for everything secret. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { emptyLedger, startServer } from '../support/processes/program.ts';

const secrets = {
  databasePassword: 'canary-of-the-database-4711',
  settingsKey: 'canary-of-the-settings-key-4711',
  unknownKey: 'canary-of-an-unknown-key-4711',
  webhook: 'canary-of-the-webhook-4711',
  cookie: 'canary-of-a-cookie-4711',
};
const forged = '{"level":"fatal","msg":"forged"}';

test('nothing that is secret is in the log, on the console or in an answer, and nobody forges a line', async () => {
  await using ledger = await emptyLedger();
  const url = ledger.settings.DATABASE_URL?.replace('accord287@', `accord287:${secrets.databasePassword}@`);
  const away = createServer((_request, response) => void response.writeHead(500).end());
  await new Promise<void>((resolve) => away.listen(0, '127.0.0.1', resolve));
  await using server = await startServer({
    ...ledger.settings,
    ...(url === undefined ? {} : { DATABASE_URL: url }),
    ...{ LOG_LEVEL: 'trace', SAMPLE: 'false', OPERATOR_KEYS: secrets.settingsKey },
    OPERATOR_WEBHOOK_URL: `http://127.0.0.1:${(away.address() as AddressInfo).port}/${secrets.webhook}`,
  });
  const answers: string[] = [];
  const ask = async (key: string, query: string, more: Record<string, string> = {}): Promise<void> => {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...more },
      body: JSON.stringify({ query, operationName: `A\r\n${forged}`, variables: { key } }),
    });
    answers.push(JSON.stringify([...response.headers]), await response.text());
  };
  const cookie = { cookie: secrets.cookie, 'user-agent': `agent ${forged}` };
  for (const key of [secrets.settingsKey, secrets.unknownKey]) {
    for (const query of ['{ auditLog { totalCount } }', '{', '{ nobody }', 'mutation { nothing }'])
      await ask(key, query, cookie);
  }
  // What fetch does not send.
  const { port } = new URL(server.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(
    `GET /graphql?query=%0a${forged} HTTP/1.1\r\nhost: x\r\nx-request-id: a\tb\r\nauthorization: Bearer ${secrets.unknownKey}\r\n\r\n`,
  );
  socket.on('data', (chunk) => answers.push(String(chunk)));
  await setTimeout(500);
  socket.destroy();
  // A fault in the middle, with whatever the program has at hand.
  server.kill('SIGTERM');
  const { stdout, stderr } = await server.ended;
  away.close();
  const written = [stdout, stderr, ...answers].join('\n');
  for (const [name, secret] of Object.entries(secrets)) expect(written.includes(secret), name).toBe(false);
  expect(stdout.split('\n').filter((line) => line.startsWith(forged.slice(0, 16)))).toEqual([]);
  expect(stdout.split('\n').filter((line) => line.includes('"status":')).length).toBeGreaterThan(5);
  expect(inject('template').kind === 'postgres').toBe(url !== undefined);
});

test.skipIf(inject('template').kind !== 'postgres')(
  'the password of a database that is not there is not told',
  async () => {
    const settings = { DATABASE_URL: `postgres://accord287:${secrets.databasePassword}@127.0.0.1:9/nothing` };
    const start = startServer(settings);
    await expect(start).rejects.toThrow(/ended with 1/);
    await expect(start).rejects.not.toThrow(secrets.databasePassword);
  },
);
