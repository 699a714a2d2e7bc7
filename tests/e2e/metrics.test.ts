/** Metrics of a running server: who may read them, what they count, and that the rules and panels shipped exist in them. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { freePort } from '../support/processes/free-port.ts';
import { emptyLedger, startServer } from '../support/processes/program.ts';

const key = 'a-key-of-the-operator-of-tests';
const ask = (url: string, query: string) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
const figureOf = (text: string, series: string): number =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.slice(series.length),
  );

test('are for operators and for a port of the machine, and count what is asked', async () => {
  await using ledger = await emptyLedger();
  const metricsPort = String(await freePort());
  await using server = await startServer({ ...ledger.settings, OPERATOR_KEYS: key, METRICS_PORT: metricsPort });
  const url = new URL('/metrics', server.url);
  for (const headers of [{}, { authorization: 'Bearer somebody-else-with-a-key' }]) {
    const refused = await fetch(url, { headers });
    expect([refused.status, await refused.json()]).toMatchObject([
      403,
      { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
    ]);
  }
  await (await ask(server.url, '{ ledger { revision } }')).text();
  await (await ask(server.url, '{ ledger { revision } }')).text();
  await (await ask(server.url, '{ nothing }')).text();
  const answer = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  expect(answer.headers.get('content-type')).toContain('text/plain');
  const text = await answer.text();
  expect(figureOf(text, 'accord287_operations_total{kind="query",code="OK"}')).toBe(2);
  expect(figureOf(text, 'accord287_operations_total{kind="unknown",code="GRAPHQL_VALIDATION_FAILED"}')).toBe(1);
  expect(figureOf(text, 'accord287_documents_remembered')).toBe(1);
  expect(figureOf(text, 'accord287_statement_duration_seconds_count')).toBeGreaterThan(0);
  expect(figureOf(text, 'accord287_held_lists{kind="PARTICIPATING"}')).toBe(0);
  expect(figureOf(text, 'accord287_http_requests_total{status="403"}')).toBe(2);

  const onMachine = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
  const names = new Set((await onMachine.text()).match(/^# TYPE (\S+)/gm)?.map((line) => line.slice(7)));
  for (const file of ['prometheus/alerts.yml', 'grafana/accord287.json']) {
    const used = (await readFile(new URL(`../../deploy/${file}`, import.meta.url), 'utf8')).match(
      /(accord287|nodejs|process)_\w+/g,
    );
    expect(used?.length).toBeGreaterThan(3);
    for (const name of used ?? []) expect(names).toContain(name.replace(/_bucket$/, ''));
  }
});
