/** Instances, PostgreSQL and listening sessions that end under a thousand watchers, and a siege. */
import { fileURLToPath } from 'node:url';
import { runChaos } from '../chaos/run.ts';
import { judge } from '../chaos/verdict.ts';
import { besiege } from '../siege/run.ts';
import { judgeSiege } from '../siege/verdict.ts';
import { allOf, atMost, type FaultRun, megabytes, most, none } from './figure.ts';

export const programAsCompiled: readonly string[] = [
  process.execPath,
  fileURLToPath(new URL('../../dist/src/main.js', import.meta.url)),
];

const WATCHERS = 1_000;
/** Beside the time of a fault that lasts: PostgreSQL is away for a fifteenth of it. */
const CHAOS_SHARE = 1.5;

export const chaos: FaultRun = {
  rows: ['D4', 'D5'],
  run: async function* (seconds) {
    const run = await runChaos({
      ...{ command: programAsCompiled, watchers: WATCHERS, seconds: seconds * CHAOS_SHARE, notify: true },
      catchUpSeconds: 60,
    });
    const verdict = judge(run);
    for (const text of new Set([...verdict.faults, ...run.troubles])) process.stderr.write(`${text}\n`);
    const stopped = run.faults.endings.filter(({ signal }) => signal === 'SIGTERM');
    yield* [
      allOf('D4', `watchers with all ${verdict.events} events, in order, once`, verdict.complete, WATCHERS),
      none('D4', 'gaps, repeats, events under a wrong number', verdict.gaps + verdict.duplicates + verdict.mistaken),
      none('D4', 'events acknowledged and lost, or the other way round', verdict.lostCommits),
      none('D4', 'watchers told an error, instances ended by themselves', verdict.faults.length + run.troubles.length),
      atMost('D4', 'from commit to receipt, calm, p99', verdict.calm.p99, 1_000, 'ms'),
      atMost('D4', 'from commit to receipt, whole run, p99', verdict.whole.p99 / 1_000, 10, 's'),
      allOf(
        'D5',
        'instances that ended with 0 on SIGTERM',
        stopped.filter(({ exitCode }) => exitCode === 0).length,
        stopped.length,
      ),
      atMost('D5', '… the last one after', most(stopped.map(({ endedAfter }) => endedAfter)) / 1_000, 30, 's'),
    ];
  },
};

/** The look at the log is every second. */
const POLL_MILLISECONDS = 1_000;

export const polling: FaultRun = {
  rows: ['D2'],
  run: async function* (seconds) {
    for (const notify of [true, false]) {
      const watchers = 100;
      const run = await runChaos({
        ...{ command: programAsCompiled, watchers, seconds: seconds / 2, notify, catchUpSeconds: 60 },
      });
      const verdict = judge(run);
      const how = notify ? 'with LISTEN sessions killed' : 'without notifications';
      const heard = run.faults.listeningAfter.filter((after) => after !== null);
      yield* [
        allOf('D2', `${how}: watchers with all ${verdict.events} events`, verdict.complete, watchers),
        notify
          ? allOf('D2', '… instances that listened again', heard.length, run.faults.listeningAfter.length)
          : atMost('D2', '… from commit to receipt, calm, p99', verdict.calm.p99, POLL_MILLISECONDS * 1.5, 'ms'),
      ];
    }
  },
};

/** What honest clients may wait beside a calm server, and what stays of hostile ones: both on a machine shared with all. */
const MOST_TIMES = 10;
const MOST_GROWTH = 1.5;

export const siege: FaultRun = {
  rows: ['W2', 'D16'],
  run: async function* (seconds) {
    const found = await besiege({ database: 'embedded', seconds, restSeconds: seconds / 4, honest: 50, hostile: 31 });
    const verdict = judgeSiege(found);
    const grown = megabytes(found.after.heap + found.after.external - found.before.heap - found.before.external);
    yield* [
      none(
        'W2',
        `31 hostile clients beside 50 honest ones for ${seconds} s: what must hold and did not`,
        verdict.broken.length,
      ),
      atMost(
        'W2',
        'p99 of honest queries as a multiple of the calm',
        verdict.besieged.p99 / verdict.calm.p99,
        MOST_TIMES,
      ),
      atMost(
        'D16',
        `heap and external memory after it, as a multiple of before (${grown.toFixed(0)} MB)`,
        verdict.growth,
        MOST_GROWTH,
      ),
      none('D16', 'watchers left when everybody has gone', found.watchersLeft),
    ];
  },
};
