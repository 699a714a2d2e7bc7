/** Instances that end and come back one after the other behind a balancer that looks at /readyz. */
import { Agent, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { Instance } from '../../chaos/instance.ts';
import { allOf, type Figure, none } from '../figure.ts';
import type { Stage } from '../instances.ts';

const LOOK_MILLISECONDS = 500;
const CLIENTS = 8;
const ROUNDS = 2;

/** Requests go to the instances that were ready at the last look, over connections that are kept. */
export async function restartOneByOne({ one, other }: Stage): Promise<Figure[]> {
  const both = [one, other];
  const ready = new Set<Instance>(both);
  let over = false;
  const looking = both.map(async (instance) => {
    while (!over) {
      const status = await statusOf(new URL('/readyz', instance.url), null);
      if (status === 200) ready.add(instance);
      else ready.delete(instance);
      await setTimeout(LOOK_MILLISECONDS);
    }
  });
  let [requests, failed] = [0, 0];
  const agent = new Agent({ keepAlive: true });
  const asking = Array.from({ length: CLIENTS }, async (_, client) => {
    while (!over) {
      const choice = [...ready][(requests + client) % ready.size];
      if (choice === undefined) throw new Error('No instance is ready.');
      requests += 1;
      if ((await statusOf(new URL(`${choice.url}?query={ledger{revision}}`), agent)) !== 200) failed += 1;
      await setTimeout(20);
    }
  });
  const codes: (number | null)[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const instance of both) {
      await setTimeout(2_000);
      codes.push((await instance.strike('SIGTERM', 0)).exitCode);
      while (!ready.has(instance)) await setTimeout(100);
    }
  }
  over = true;
  await Promise.all([...asking, ...looking]);
  agent.destroy();
  return [
    none('D5', `of ${requests} requests behind a balancer, failed while ${codes.length} instances ended`, failed),
    allOf('D5', '… that ended with 0', codes.filter((code) => code === 0).length, codes.length),
  ];
}

/** 0: there was no answer. A balancer sends a request again that never reached anybody on a kept connection. */
function statusOf(url: URL, agent: Agent | null): Promise<number> {
  return new Promise((resolve) => {
    const asked = request(url, { agent: agent ?? false, timeout: 10_000 }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', () => resolve(0));
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', (error: NodeJS.ErrnoException) => {
      resolve(asked.reusedSocket && error.code === 'ECONNRESET' ? statusOf(url, null) : 0);
    });
    asked.end();
  });
}
