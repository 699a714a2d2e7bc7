/**
 * What this process counts and times, in the form that Prometheus reads. Names follow its conventions: base units, and
 * `_total` for what only grows. Labels have few values, so that nobody can fill a database with them.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  /** An operation of GraphQL was answered; `code` is that of its first error, or `OK`. */
  operation(kind: string, code: string, milliseconds: number): void;
  /** A request over HTTP was answered, by GraphQL or before it. */
  request(status: number): void;
  /** A statement of a query came back from the database. */
  statement(milliseconds: number): void;
  /** Somebody changed the ledger through this process, or tried to. */
  act(name: string, outcome: string): void;
  /** An event was read from the log, so many milliseconds after it was recorded. */
  eventRead(milliseconds: number): void;
  /** All of it as text. */
  read(): Promise<string>;
  readonly contentType: string;
}

/** What is counted elsewhere and asked for when it is read. */
export interface MetricSources {
  watchers(): number;
  groups(): number;
  streams(): number;
  /** Operations that run or wait for their turn. */
  operations(): number;
  unsentBytes(): number;
  /** Milliseconds since the log of events was last read to its end. */
  behind(): number;
  /** Documents of operations since the start: those that were remembered, and those that were prepared. */
  documents(): { remembered: number; prepared: number };
  lists(): Promise<readonly ListFreshness[]>;
}

/** How fresh one kind of list is; instants as ISO 8601. */
export interface ListFreshness {
  kind: string;
  held: number;
  staleSince: string | null;
  lastChangedAt: string | null;
}

const LATENCIES = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const DELAYS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  gaugeProcess(registers, sources);
  const readLists = gaugeLists(registers, sources);
  const operations = new Counter({
    ...{ name: 'accord287_operations_total', help: 'GraphQL operations by kind and by the code of their first error' },
    ...{ labelNames: ['kind', 'code'], registers },
  });
  const durations = new Histogram({
    ...{ name: 'accord287_operation_duration_seconds', help: 'Time until an operation was answered' },
    ...{ labelNames: ['kind'], buckets: LATENCIES, registers },
  });
  const requests = new Counter({
    ...{ name: 'accord287_http_requests_total', help: 'HTTP requests by status' },
    ...{ labelNames: ['status'], registers },
  });
  const statements = new Histogram({
    ...{
      name: 'accord287_statement_duration_seconds',
      help: 'Time until the database answered a statement of a query',
    },
    ...{ buckets: LATENCIES, registers },
  });
  const acts = new Counter({
    ...{ name: 'accord287_acts_total', help: 'What operators did through this process, by outcome' },
    ...{ labelNames: ['act', 'outcome'], registers },
  });
  const delays = new Histogram({
    ...{ name: 'accord287_event_delay_seconds', help: 'Time from the recording of a live event until it was read' },
    ...{ buckets: DELAYS, registers },
  });
  return {
    operation: (kind, code, milliseconds) => {
      operations.inc({ kind, code });
      durations.observe({ kind }, milliseconds / 1000);
    },
    request: (status) => requests.inc({ status }),
    statement: (milliseconds) => statements.observe(milliseconds / 1000),
    act: (act, outcome) => acts.inc({ act, outcome }),
    eventRead: (milliseconds) => delays.observe(milliseconds / 1000),
    read: async () => {
      await readLists();
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

function gaugeProcess(registers: Registry[], sources: MetricSources): void {
  const gauge = (name: string, help: string, read: () => number): Gauge =>
    new Gauge({
      ...{ name: `accord287_${name}`, help, registers },
      collect() {
        this.set(read());
      },
    });
  gauge('watchers', 'Watchers of this process', sources.watchers);
  gauge('watcher_groups', 'Groups of watchers who ask the same', sources.groups);
  gauge('streams', 'WebSockets and event streams that are open', sources.streams);
  gauge('operations_under_way', 'Operations that run or wait for their turn', sources.operations);
  gauge('unsent_bytes', 'Bytes of answers that clients have not taken yet', sources.unsentBytes);
  gauge('documents_remembered', 'Operations whose document was remembered', () => sources.documents().remembered);
  gauge('documents_prepared', 'Operations whose document was parsed and validated', () => sources.documents().prepared);
  gauge('log_age_seconds', 'Time since the log of events was read to its end', () => sources.behind() / 1000);
}

/** Sets the gauges that are read from the database; without an answer they have no values. */
function gaugeLists(registers: Registry[], { lists }: MetricSources): () => Promise<void> {
  const byKind = (name: string, help: string): Gauge<'kind'> =>
    new Gauge({ name: `accord287_${name}`, help, labelNames: ['kind'], registers });
  const held = byKind('held_lists', 'Lists that wait for an operator');
  const stale = byKind('list_stale_seconds', 'Time since which the newest list is called stale; 0 while it is not');
  const unchanged = byKind('list_unchanged_seconds', 'Time since the newest list that differs from the one before it');
  const since = (instant: string | null): number => (instant === null ? 0 : (Date.now() - Date.parse(instant)) / 1000);
  return async () => {
    for (const each of [held, stale, unchanged]) each.reset();
    for (const status of await lists().catch(() => [])) {
      const { kind } = status;
      held.set({ kind }, status.held);
      stale.set({ kind }, since(status.staleSince));
      if (status.lastChangedAt !== null) unchanged.set({ kind }, since(status.lastChangedAt));
    }
  };
}
