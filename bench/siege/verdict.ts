/** What a siege came to: for honest clients, for watchers, and for the server's memory. */
import type { Answer } from './honest.ts';
import type { Siege } from './run.ts';

export interface SiegeVerdict {
  calm: Latency;
  besieged: Latency;
  /** Answers of honest clients that were no data, by what came instead. */
  refusals: Record<string, number>;
  events: number;
  /** Watchers that have every event once, in one order. */
  complete: number;
  losses: readonly string[];
  /** The most milliseconds from the return of an ingest to a receipt after it. */
  latest: number;
  /** Heap and external memory after the siege, as a multiple of before. */
  growth: number;
  /** Counts that must hold on any machine, in sentences; empty when all hold. */
  broken: readonly string[];
}

export interface Latency {
  answers: number;
  median: number;
  p99: number;
}

export function judgeSiege(siege: Siege): SiegeVerdict {
  const { clients, began, ended } = siege;
  const answers = clients.flatMap((client) => client.answers);
  const orders = clients.map(({ watched }) => watched.map(({ id }) => id).join());
  const longest = orders.reduce((found, order) => (order.length > found.length ? order : found), '');
  const complete = orders.filter((order) => order === longest).length;
  const ids = longest === '' ? [] : longest.split(',');
  const refusals: Record<string, number> = {};
  for (const { refusal } of answers) if (refusal !== null) refusals[refusal] = (refusals[refusal] ?? 0) + 1;
  const losses = clients.flatMap((client) => client.losses);
  const broken = [
    ...(siege.serverEnded === null ? [] : [`The server ${siege.serverEnded}.`]),
    ...(losses.length === 0 ? [] : [`Honest watchers were closed or refused ${losses.length} times: ${losses[0]}`]),
    ...(new Set(ids).size === ids.length ? [] : ['A watcher got an event twice.']),
    ...(complete === clients.length ? [] : [`${clients.length - complete} watchers did not get all events.`]),
    ...(ids.length > 0 ? [] : ['No event was sent.']),
    ...(siege.watchersLeft === 0 ? [] : [`${siege.watchersLeft} watchers are left when everybody has gone.`]),
  ];
  return {
    calm: latencyOf(answers.filter(({ at }) => at < began)),
    besieged: latencyOf(answers.filter(({ at }) => at >= began && at < ended)),
    ...{ refusals, events: ids.length, complete, losses, broken },
    latest: latestOf(siege),
    growth: (siege.after.heap + siege.after.external) / (siege.before.heap + siege.before.external),
  };
}

function latencyOf(answers: readonly Answer[]): Latency {
  const sorted = answers.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { answers: sorted.length, median: at(0.5), p99: at(0.99) };
}

/** An event is received before its ingest returns, or soon after. */
function latestOf({ clients, ingestedAt }: Siege): number {
  let latest = 0;
  for (const { at } of clients.flatMap(({ watched }) => watched)) {
    const returned = ingestedAt.findLast((each) => each <= at);
    if (returned === undefined) continue;
    const next = ingestedAt.find((each) => each > at);
    // What comes nearer to the next return belongs to that ingest.
    if (next === undefined || at - returned < next - at) latest = Math.max(latest, at - returned);
  }
  return latest;
}
