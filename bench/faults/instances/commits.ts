/** Processes that commit an event and are gone in the same moment: nobody of them can tell of it. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { allOf, type Figure, none } from '../figure.ts';
import type { Stage } from '../instances.ts';
import { watch } from './watched.ts';

const DEATHS = 50;
const AT_ONCE = 2;

export async function commitAndDie({ databaseUrl, one, other, publisher }: Stage): Promise<Figure[]> {
  const watchers = await watch(databaseUrl, [one.url, other.url], 1);
  let next = 0;
  const signals: (string | null)[] = [];
  const die = async (): Promise<void> => {
    while (next < DEATHS) {
      next += 1;
      signals.push(await commitAndKill(databaseUrl, publisher.agencyId, next));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, die));
  const complete = await watchers.withEvents(DEATHS, 5_000);
  watchers.close();
  const repeats = watchers.all.map(({ watched }) => watched.sequences.length - new Set(watched.sequences).size);
  return [
    allOf(
      'D3',
      'writers that ended by kill -9 right after their commit',
      signals.filter((signal) => signal === 'SIGKILL').length,
      DEATHS,
    ),
    allOf('D3', `watchers of the two instances with all ${DEATHS} events`, complete, watchers.all.length),
    none(
      'D3',
      'events told twice',
      repeats.reduce((sum, count) => sum + count, 0),
    ),
  ];
}

function commitAndKill(url: string, agencyId: string, number: number): Promise<string | null> {
  const script = fileURLToPath(new URL('./dying-writer.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), script, url, agencyId, String(number)],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  return new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
}
