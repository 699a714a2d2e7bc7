/** Documents that were made to be expensive: what refusing them costs, and what others notice. */
import { setTimeout } from 'node:timers/promises';
import { createPreparer } from '../../../src/graphql/document/document.ts';
import { schema } from '../../../src/graphql/schema/schema.ts';
import { hostileShapes } from '../../../tests/support/servers/hostile-documents.ts';
import type { SiegedServer } from '../../siege/server.ts';
import { post } from '../../siege/target.ts';
import { probe, probeCalm } from '../api.ts';
import { atMost, type Figure, none, quantile } from '../figure.ts';

const ATTACKERS = 50;
const ALONE = 40;

const pagesOfAHundred =
  '{ states { agencies(first: 100) { nodes { agreements(first: 100) { nodes { ledgerEvents(first: 100) { nodes { id } } } } } } } }';
const copies = `{ ${'ledger { revision } '.repeat(1_000)}}`;

/** Alone, then by many at once while others look whether the server lives. */
export async function attackWithDocuments({ port }: SiegedServer, seconds: number): Promise<Figure[]> {
  const alone = async (query: string): Promise<number> => {
    const times: number[] = [];
    for (let each = 0; each < ALONE; each += 1) {
      const at = performance.now();
      await post({ port, address: '127.0.3.1' }, { query });
      times.push(performance.now() - at);
    }
    return quantile(times, 0.5);
  };
  const [deep, wide] = [await alone(pagesOfAHundred), await alone(copies)];
  const healthUrl = `http://127.0.0.1:${port}/healthz`;
  const calm = await probeCalm(healthUrl);
  const looks = probe(healthUrl, 20);
  const outcomes: string[] = [];
  const until = performance.now() + (seconds / 6) * 1_000;
  const attack = async (_: unknown, number: number): Promise<void> => {
    while (performance.now() < until) {
      outcomes.push(await post({ port, address: `127.0.3.${number + 2}` }, { query: pagesOfAHundred }));
      await setTimeout(20);
    }
  };
  await Promise.all(Array.from({ length: ATTACKERS }, attack));
  const lives = (await looks.stop()).map(({ milliseconds }) => milliseconds);
  const answered = outcomes.filter((outcome) => !/QUERY_TOO_COMPLEX|RATE_LIMITED/.test(outcome));
  return [
    atMost('Q1', 'a refusal alone, median', deep, 50, 'ms'),
    none('Q1', `of ${outcomes.length} by ${ATTACKERS} at once not refused`, answered.length),
    atMost('Q1', `/healthz meanwhile, p99 (${calm.toFixed(0)} ms before)`, quantile(lives, 0.99), calm + 100, 'ms'),
    atMost('Q7', 'a refusal alone, median', wide, 50, 'ms'),
  ];
}

const ROUNDS = 20;

/** In this process: all that comes before what a document costs, of each shape as large as it may be. */
export async function analyseHostileDocuments(): Promise<Figure[]> {
  const texts = hostileShapes.map(({ most: size, make }) => make(size));
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const text of texts) {
      const prepare = createPreparer(schema);
      const before = process.cpuUsage();
      prepare(text);
      const { user, system } = process.cpuUsage(before);
      // The first rounds compile.
      if (round >= ROUNDS / 4) times.push((user + system) / 1_000);
    }
  }
  return [atMost('Q6', `CPU time of the analysis of ${texts.length} shapes, p99`, quantile(times, 0.99), 20, 'ms')];
}
