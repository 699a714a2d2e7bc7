/** PostgreSQL that is there and answers nothing, and PostgreSQL that is away. */
import { setTimeout } from 'node:timers/promises';
import { administer } from '../../../tests/support/run/global-setup.ts';
import { post } from '../../siege/target.ts';
import { probe, probeCalm, question } from '../api.ts';
import { allOf, atMost, type Figure, most, none, quantile } from '../figure.ts';
import type { Stage } from '../instances.ts';
import { watch } from './watched.ts';

const ASKING = 200;
const ADDRESSES = 20;
const asked = '{ agencies(first: 20) { nodes { name } } }';

/** Every query waits for a lock: those who ask are refused in time, and who looks after the server sees it. */
export async function lockTables({ databaseUrl, one }: Stage): Promise<Figure[]> {
  const port = Number(new URL(one.url).port);
  const calm = await probeCalm(new URL('/healthz', one.url).href);
  const looks = [probe(new URL('/healthz', one.url), 50), probe(new URL('/readyz', one.url), 50)];
  const times: number[] = [];
  const outcomes = await administer(databaseUrl, (sql) =>
    sql.begin(async (holding) => {
      await holding`lock table agencies in access exclusive mode`;
      return Promise.all(
        Array.from({ length: ASKING }, async (_, number) => {
          const at = performance.now();
          const outcome = await post({ port, address: `127.0.8.${1 + (number % ADDRESSES)}` }, { query: asked });
          times.push(performance.now() - at);
          return outcome;
        }),
      );
    }),
  );
  const lives = (await Promise.all(looks.map((look) => look.stop()))).flat();
  const refused = outcomes.filter((outcome) => /TIMEOUT|UNAVAILABLE|RATE_LIMITED/.test(outcome));
  const after = await post({ port, address: '127.0.8.250' }, { query: asked });
  return [
    allOf(
      'D8',
      `of ${ASKING} queries at once refused with TIMEOUT, UNAVAILABLE or RATE_LIMITED`,
      refused.length,
      ASKING,
    ),
    atMost('D8', '… the last one after', most(times) / 1_000, 6, 's'),
    none('D8', '/healthz or /readyz meanwhile other than 200', lives.filter(({ status }) => status !== 200).length),
    atMost(
      'D8',
      `… p99 (${calm.toFixed(0)} ms before)`,
      quantile(
        lives.map(({ milliseconds }) => milliseconds),
        0.99,
      ),
      calm + 200,
      'ms',
    ),
    allOf('D8', 'a query afterwards answered', after === '200 data' ? 1 : 0, 1),
  ];
}

const AWAY_MILLISECONDS = 6_000;
const EACH = 10;

/** Stopped at once, and started again. */
export async function stopDatabase({ cluster, databaseUrl, one, other, publisher }: Stage): Promise<Figure[]> {
  const watchers = await watch(databaseUrl, [one.url, other.url], EACH);
  const queries = probe(one.url, 50, () => question(asked));
  await setTimeout(2_000);
  await cluster.control('-m', 'immediate', 'stop');
  const stoppedAt = performance.now();
  await setTimeout(AWAY_MILLISECONDS);
  await cluster.control('start');
  const backAt = performance.now();
  const committedAt = await publishAgain(() => publisher.publish('TX'));
  const complete = await watchers.withEvents(1, 15_000);
  const received = watchers.all.map(({ watched }) => watched.receivedAt[0] ?? Number.POSITIVE_INFINITY);
  const told = most(received) - performance.timeOrigin;
  await setTimeout(3_000);
  const answers = await queries.stop();
  watchers.close();
  const during = answers.filter(({ at }) => at > stoppedAt && at < backAt);
  const firstGood = answers.find(({ at, status }) => at > backAt && status === 200);
  return [
    none(
      'D1',
      `of ${during.length} queries while PostgreSQL was away for 6 s not refused with 503`,
      during.filter(({ status }) => status !== 503).length,
    ),
    atMost('D1', '… the longest took', most(during.map(({ milliseconds }) => milliseconds)), 2_000, 'ms'),
    atMost(
      'D1',
      'the first answer after its return',
      ((firstGood?.at ?? Infinity) + (firstGood?.milliseconds ?? 0) - backAt) / 1_000,
      2,
      's',
    ),
    allOf('D1', 'watchers of both instances with the event that came first', complete, 2 * EACH),
    atMost(
      'D1',
      `… the last receipt after its return (${(told + performance.timeOrigin - committedAt).toFixed(0)} ms after the commit)`,
      (told - backAt) / 1_000,
      3,
      's',
    ),
  ];
}

/** The writer's own connections come back too. */
async function publishAgain(publish: () => Promise<number>): Promise<number> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await publish();
    } catch (error) {
      if (tries === 50) throw error;
      await setTimeout(100);
    }
  }
}
