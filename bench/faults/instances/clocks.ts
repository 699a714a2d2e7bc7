/** An instance whose clock is an hour ahead, and then an hour behind: order, cursors and keys do not go by it. */
import { setTimeout } from 'node:timers/promises';
import { openDatabase } from '../../../src/database/open.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { freePort } from '../../../tests/support/processes/free-port.ts';
import { startInstance } from '../../chaos/instance.ts';
import { programAsCompiled } from '../endings.ts';
import { allOf, type Figure } from '../figure.ts';
import type { Stage } from '../instances.ts';
import { watch } from './watched.ts';

const EACH = 10;
const EVENTS = 60;
const PAUSE_MILLISECONDS = 100;
const HOUR_MILLISECONDS = 3_600_000;

/** Before the program is loaded: its clock is ahead, and after a SIGUSR2 behind. What measures spans is not touched. */
const skewedClock = `
  const Real = Date;
  let offset = ${HOUR_MILLISECONDS};
  process.on('SIGUSR2', () => { offset = -${HOUR_MILLISECONDS}; });
  globalThis.Date = new Proxy(Real, {
    apply: () => new Real(Real.now() + offset).toString(),
    construct: (_, given) => (given.length === 0 ? new Real(Real.now() + offset) : new Real(...given)),
    get: (_, name) => (name === 'now' ? () => Real.now() + offset : Reflect.get(Real, name)),
  });`;

export async function skewClocks({ databaseUrl, one, publisher }: Stage): Promise<Figure[]> {
  const preload = `data:text/javascript,${encodeURIComponent(skewedClock)}`;
  const [program = '', ...args] = programAsCompiled;
  await using skewed = startInstance({
    ...{ name: 'accord287-skewed', command: [program, '--import', preload, ...args], port: await freePort() },
    ...{ notify: true, databaseUrl },
  });
  await skewed.whenUp();
  const database = await openDatabase({ kind: 'postgres', url: databaseUrl });
  const keyFor = async (milliseconds: number): Promise<string> => {
    const expiresAt = new Date(Date.now() + milliseconds).toISOString();
    return (await createOperations(database).createKey({ name: 'of the clocks', role: 'READ', expiresAt })).key;
  };
  const [lasting, ending] = [await keyFor(HOUR_MILLISECONDS / 2), await keyFor(4_000)];
  // Until the instance has read the keys.
  await setTimeout(2_500);
  const judged: boolean[] = [];
  const judge = async (key: string, status: number): Promise<void> => {
    const headers = { authorization: `Bearer ${key}` };
    const response = await fetch(`${skewed.url}?query={__typename}`, { headers });
    judged.push(response.status === status);
  };
  const watchers = await watch(databaseUrl, [one.url, skewed.url], EACH);
  await judge(lasting, 200);
  for (let event = 0; event < EVENTS; event += 1) {
    if (event === EVENTS / 2) process.kill(skewed.pid, 'SIGUSR2');
    await publisher.publish('TX');
    await setTimeout(PAUSE_MILLISECONDS);
  }
  await judge(lasting, 200);
  await judge(ending, 401);
  const complete = await watchers.withEvents(EVENTS, 5_000);
  watchers.close();
  await database.close();
  const orders = watchers.all.map(({ watched }) => watched.sequences.join());
  const [first] = orders;
  if (skewed.troubles.length > 0) throw new Error(skewed.troubles.join('\n'));
  return [
    allOf('D6', `watchers with all ${EVENTS} events across a jump of two hours`, complete, 2 * EACH),
    allOf('D6', '… in one order', orders.filter((order) => order === first).length, 2 * EACH),
    allOf(
      'D6',
      'keys that hold, or no longer, by the clock of the database',
      judged.filter(Boolean).length,
      judged.length,
    ),
  ];
}
