/**
 * Question: does every watcher get every event, in order and once, whatever ends in between?
 *
 *   npx tsx bench/chaos.ts [--watchers 1000] [--seconds 60] [--poll]
 *
 * Needs `npm run build` and a PostgreSQL installation: it makes a cluster of its own, to be restarted. Two instances
 * of the program as compiled; watchers of `ledgerEvents` that are real clients (graphql-ws on ws), all of them, in a
 * process of their own, half at each instance; two writers that append events in small transactions throughout. After
 * a calm quarter: two SIGTERMs, two SIGKILLs, two LISTEN sessions killed, and PostgreSQL stopped at once and started,
 * one after the other. `--poll` starts the instances with NOTIFY=false, and there is no session to kill.
 *
 * `expected` is the log at the end times the watchers; a delivery is an event newer than the watcher's cursor when it
 * came. Latency is from the asking for the commit to the receipt, for each delivery. Everything runs on the machine
 * that also measures, so latency has the clients' own work in it.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Run, runChaos } from './chaos/run.ts';
import { judge, type Latency, type Verdict } from './chaos/verdict.ts';
import { formatTable } from './support/plain-table.ts';

const { values } = parseArgs({
  options: {
    watchers: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '60' },
    poll: { type: 'boolean', default: false },
  },
});
const run = await runChaos({
  command: [process.execPath, fileURLToPath(new URL('../dist/src/main.js', import.meta.url))],
  watchers: Number(values.watchers),
  seconds: Number(values.seconds),
  notify: !values.poll,
  catchUpSeconds: 60,
});
const verdict = judge(run);
process.stdout.write(`${formatTable(['measured', ''], linesOf(run, verdict), 1)}\n\n`);
const struck = run.faults.struck.map(({ at, what, outcome }) => [`${at.toFixed(1)} s`, what, outcome]);
process.stdout.write(`${formatTable(['at', 'fault', 'outcome'], struck, 3)}\n`);
for (const text of new Set([...verdict.faults, ...run.troubles, ...run.complaints])) process.stderr.write(`${text}\n`);
process.exitCode = verdict.complete === run.findings.watchers.length ? 0 : 1;

function linesOf({ ingested, findings, faults }: Run, verdict: Verdict): string[][] {
  const ended = faults.endings.filter(({ signal }) => signal === 'SIGTERM');
  const figures: Record<string, number | string> = {
    watchers: findings.watchers.length,
    'events in the log': verdict.events,
    transactions: ingested.transactions,
    '… tried again, or committed without an answer': `${ingested.retries}, ${ingested.unanswered}`,
    'events acknowledged and not in the log, or the other way round': verdict.lostCommits,
    'deliveries expected': verdict.expected,
    'deliveries made': verdict.delivered,
    'watchers with every event, in order, once': verdict.complete,
    gaps: verdict.gaps,
    'duplicates after the check of the cursor': verdict.duplicates,
    'duplicates on the wire': verdict.wireDuplicates,
    'events with another id than in the log': verdict.mistaken,
    reconnects: verdict.reconnects,
    'subscriptions refused for a while': verdict.refusals,
    'watchers told an error for good': verdict.faults.length,
    'latency, calm: median, p99, most (ms)': formatLatency(verdict.calm),
    'latency, whole run: median, p99, most (ms)': formatLatency(verdict.whole),
    'last event received by all after (ms)': verdict.caughtUpAfter.toFixed(0),
    'first event after the return of PostgreSQL (ms)': verdict.afterDatabaseBack.toFixed(0),
    'exit codes after SIGTERM': ended.map(({ exitCode }) => exitCode).join(', '),
    '… after (s)': ended.map(({ endedAfter }) => (endedAfter / 1_000).toFixed(1)).join(', '),
  };
  return Object.entries(figures).map(([name, figure]) => [name, String(figure)]);
}

function formatLatency({ median, p99, most }: Latency): string {
  return [median, p99, most].map((figure) => figure.toFixed(0)).join(', ');
}
