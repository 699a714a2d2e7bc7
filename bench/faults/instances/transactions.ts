/** A transaction that wrote, reads from its own moment and stays open, as a dump does: events are not later for it. */
import { setTimeout } from 'node:timers/promises';
import { administer } from '../../../tests/support/run/global-setup.ts';
import { allOf, atMost, type Figure, quantile } from '../figure.ts';
import type { Stage } from '../instances.ts';
import { watch } from './watched.ts';

const EACH = 10;
const PAUSE_MILLISECONDS = 200;
/** What a busy machine adds. */
const SLACK_MILLISECONDS = 100;

export async function holdTransaction(
  { databaseUrl, one, other, publisher }: Stage,
  seconds: number,
): Promise<Figure[]> {
  const phase = async (milliseconds: number): Promise<[p99: number, complete: number, events: number]> => {
    const watchers = await watch(databaseUrl, [one.url, other.url], EACH);
    const committedAt: number[] = [];
    const until = performance.now() + milliseconds;
    while (performance.now() < until) {
      committedAt.push(await publisher.publish('TX'));
      await setTimeout(PAUSE_MILLISECONDS);
    }
    const complete = await watchers.withEvents(committedAt.length, 5_000);
    watchers.close();
    return [quantile(watchers.latencies(committedAt), 0.99), complete, committedAt.length];
  };
  const [calm] = await phase(seconds * 250);
  const [held, complete, events] = await administer(databaseUrl, (sql) =>
    sql.begin('isolation level repeatable read', async (open) => {
      await open`create temporary table kept_open as select count(*) from ledger_events`;
      return phase(seconds * 1_000);
    }),
  );
  return [
    allOf('D13', `watchers with all ${events} events while it was open for ${seconds} s`, complete, 2 * EACH),
    atMost(
      'D13',
      `from commit to receipt, p99 (${calm.toFixed(0)} ms before)`,
      held,
      2 * calm + SLACK_MILLISECONDS,
      'ms',
    ),
  ];
}
