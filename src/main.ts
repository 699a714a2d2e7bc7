/**
 * The server: settings → ledger → application → listen → wait → close. The one place where the parts meet; loading
 * this file runs it.
 */
import type { Server } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { type Config, ConfigError, loadConfig, runnable } from './config.ts';
import { FolderExchanged } from './database/embedded/faults.ts';
import { currentLedger } from './database/folder/ledger-directory.ts';
import { type LedgerPlace, type OpenLedger, openLedger } from './database/open-ledger.ts';
import { timeStatements } from './database/statements/timed-statements.ts';
import { type KeyRing, openKeyRing } from './graphql/access/key-ring.ts';
import { createGraphql } from './graphql/http/yoga.ts';
import { type RunningLive, startLive } from './graphql/subscriptions/live.ts';
import { RULES_VERSION } from './ledger/derive/rules-version.ts';
import { alarmsByItself } from './operations/alarms/alarms-by-itself.ts';
import { localActor } from './operations/audit/actor.ts';
import { type ControlServer, startControlServer } from './operations/control/server.ts';
import { createOperationsOf, type OperationsOf } from './operations/create-operations.ts';
import { followByItself } from './operations/follow/follow-by-itself.ts';
import { followSettings } from './operations/follow/follow-settings.ts';
import { heldKeys, KEYS_CHANNEL, noteUse } from './operations/keys/keep-keys.ts';
import { logOperations } from './operations/log-operations.ts';
import { fillSampleLedger } from './operations/sample/fill-sample.ts';
import { releaseWhileWatched } from './operations/sample/release-sample.ts';
import { watchHealth } from './server/health.ts';
import { createFiles } from './server/http/files.ts';
import { closeHttp, createHttpServer, listen } from './server/http/http-server.ts';
import { createResponseQueue } from './server/http/response-queue.ts';
import { createAdmission } from './server/limits/admission.ts';
import { createAddressReader } from './server/limits/client-address.ts';
import { createRequestRate, tellAllowance } from './server/limits/request-rate.ts';
import { createUnsentBytes } from './server/limits/unsent-bytes.ts';
import { createLog, type Log } from './server/log.ts';
import { observeEventDelays } from './server/metrics/event-delays.ts';
import { createMetrics, type Metrics } from './server/metrics/metrics.ts';
import { answerMetrics, createMetricsServer } from './server/metrics/metrics-page.ts';
import { closeInOrder } from './server/shutdown.ts';
import { acceptWebSockets, type WebSockets } from './server/sockets/websocket.ts';
import { createEventStreams, type EventStreams } from './server/streams/event-stream.ts';
import { createStreamSlots } from './server/streams/stream-slots.ts';
import { startWatchdog } from './server/watchdog.ts';

/** Metrics tell outsiders how to hurt a server. */
const LOOPBACK = '127.0.0.1';

await main();

async function main(): Promise<void> {
  let log = createLog('info');
  try {
    const config = loadConfig();
    log = createLog(config.log.level);
    const place = choosePlace(config);
    const ledger = await openLedger(place, RULES_VERSION, {
      onTrouble: (error) => {
        if (!(error instanceof FolderExchanged)) return log.error({ err: error }, 'embedded database');
        log.fatal({ err: error }, error.message);
        // Closing in order writes into the folder.
        process.exit(1);
      },
    });
    if (ledger.mended > 0)
      log.warn({ mended: ledger.mended }, 'others could reach the ledger; now its owner alone can');
    if (!ledger.lockedByKernel && process.platform !== 'win32')
      log.warn(
        'only a file keeps a second owner out: install "flock" (util-linux) to share the folder with containers',
      );
    await serve(config, place, ledger, log);
  } catch (error) {
    if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
    else log.fatal({ err: error }, error instanceof Error ? error.message : 'The server could not start');
    process.exitCode = 1;
  }
}

function choosePlace({ database }: Config): LedgerPlace {
  return database.kind === 'postgres' ? database : currentLedger(database.dataDir, database.sample);
}

async function serve(config: Config, place: LedgerPlace, ledger: OpenLedger, log: Log): Promise<void> {
  startWatchdog();
  const metrics: Metrics = createMetrics({
    watchers: () => live.feed.watchers,
    groups: () => live.feed.groups,
    streams: () => slots.taken,
    operations: () => admission.underWay,
    unsentBytes: () => unsent.total,
    behind: () => performance.now() - live.tail.readAt,
    documents: () => graphql.documents,
    lists: () => graphql.queries.listStatuses(),
  });
  const directory = 'directory' in place ? place.directory : null;
  const follow = followSettings(config.follow);
  const watchers = (): number => live.feed.watchers;
  const operationsOfAll = createOperationsOf(ledger.database, { follow, directory, watchers });
  const operationsOf: OperationsOf = (actor) => logOperations(operationsOfAll(actor), log, metrics.act);
  const keys = await openKeys(config, ledger, log);
  const graphql = createGraphql({
    database: timeStatements(ledger.database, metrics.statement),
    ...{ keys, operationsOf, log },
    observe: metrics.operation,
  });
  const live = await startLive(ledger.database, graphql.queries, config.streams, log);
  observeEventDelays(live.tail, metrics.eventRead);
  let isFilling = place.sample;
  const health = watchHealth({
    ping: ledger.database.ping,
    onChange: (available) => log[available ? 'info' : 'error']({ available }, 'database'),
    readAt: () => live.tail.readAt,
    isFilling: () => isFilling,
  });
  const streams = graphql.openStreams(live);
  const readAddress = createAddressReader(config.trustedProxies);
  const count = createRequestRate(config.http.pointsPerMinute);
  const slots = createStreamSlots(config.streams);
  const admission = createAdmission(count);
  const line = createResponseQueue({ log });
  const unsent = createUnsentBytes();
  const streaming = { streams, slots, readAddress, count, admission, line, unsent, health, log };
  const eventStreams = createEventStreams(streaming);
  const server = createHttpServer({
    ...{ stream: eventStreams.answer, line, unsent, readAddress, health, log },
    graphql: (request, response, address) =>
      graphql.handle(request, response, {
        address,
        admission,
        tell: (allowance) => tellAllowance(response, allowance),
      }),
    files: createFiles({
      find: graphql.queries.originalNamed,
      read: ledger.database.originals.read,
      readViewer: keys.readViewer,
      count,
    }),
    readViewer: keys.readViewer,
    count: (request, address) => count(address, keys.readViewer(request.headers.authorization)),
    observe: metrics.request,
    metrics: (request, response) =>
      answerMetrics(response, metrics, keys.readViewer(request.headers.authorization)?.operator === true),
    open: () => ({ watchers: live.feed.watchers, groups: live.feed.groups, streams: slots.taken }),
  });
  const webSockets = acceptWebSockets(server, streaming);
  const metricsServer = config.http.metricsPort === null ? null : createMetricsServer(metrics);
  let control: ControlServer | undefined;

  const ending = new AbortController();
  const byItself: Promise<void>[] = [];
  let closing = false;
  const close = (reason: string, exitCode: number): void => {
    process.exitCode = Math.max(Number(process.exitCode ?? 0), exitCode);
    if (closing) return;
    closing = true;
    ending.abort();
    void (async () => {
      log.info({ reason }, 'closing');
      const errors = await closeInOrder([
        { name: 'readiness', deadlineMilliseconds: 1_000, run: () => health.drain() },
        { name: 'balancer', deadlineMilliseconds: 3_000, run: () => letBalancersNotice(config) },
        { name: 'streams', deadlineMilliseconds: 8_000, run: () => closeStreams([webSockets, eventStreams]) },
        { name: 'HTTP', deadlineMilliseconds: 11_000, run: () => closeHttp(server, 10_000) },
        { name: 'metrics', deadlineMilliseconds: 1_000, run: () => metricsServer?.close() },
        { name: 'follower', deadlineMilliseconds: 10_000, run: () => Promise.all(byItself) },
        { name: 'control socket', deadlineMilliseconds: 3_000, run: () => control?.close() },
        { name: 'GraphQL', deadlineMilliseconds: 1_000, run: () => graphql.yoga.dispose() },
        { name: 'keys', deadlineMilliseconds: 2_000, run: () => keys.close() },
        { name: 'feed', deadlineMilliseconds: 5_000, run: () => live.close() },
        { name: 'health', deadlineMilliseconds: 1_000, run: () => health.close() },
        { name: 'database', deadlineMilliseconds: 6_000, run: () => ledger.close() },
      ]);
      for (const error of errors) log.error({ err: error }, 'closing');
      log.info('closed');
      // Whatever still holds the loop open had its deadline.
      process.exit();
    })();
  };
  onStop(log, close);

  try {
    if ('directory' in place) control = await startControlServer(place.directory, operationsOf);
    await listen(server, config.http);
    if (metricsServer !== null) await listen(metricsServer, { host: LOOPBACK, port: config.http.metricsPort ?? 0 });
  } catch (error) {
    if (isTaken(error)) log.fatal(describeTaken(error, config));
    else log.fatal({ err: error }, 'cannot listen');
    close('cannot listen', 1);
    return;
  }
  log.info({ url: addressOf(server, config), database: ledger.database.kind, sample: place.sample }, 'listening');
  if (!place.sample) {
    if (config.follow.byItself) byItself.push(followByItself(operationsOf(localActor('follower')), log, ending.signal));
    const alarms = { webhook: config.operatorWebhook, directory, naming: runnable };
    byItself.push(alarmsByItself(ledger.database, alarms, log, ending.signal));
    return;
  }
  await fillSample(ledger, log, () => closing);
  isFilling = false;
  showSample(ledger, live, log, ending.signal);
}

function openKeys({ operatorKeyHashes, streams }: Config, { database }: OpenLedger, log: Log): Promise<KeyRing> {
  return openKeyRing(operatorKeyHashes, {
    read: () => heldKeys(database.db),
    noteUse: (ids) => noteUse(database.db, ids),
    listen: streams.notify ? (wake) => database.listen(KEYS_CHANNEL, wake) : null,
    onTrouble: (error) => log.warn({ err: error }, 'the keys could not be read'),
  });
}

/** The control socket has no port, and an error of its own. */
function isTaken(error: unknown): error is Error & { port: number } {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error;
}

function describeTaken({ port }: { port: number }, { http }: Config): string {
  const [host, setting] = port === http.metricsPort ? [LOOPBACK, 'METRICS_PORT'] : [http.host, 'PORT'];
  return `Port ${port} of ${host} is taken: another server listens there. ${setting} chooses another.`;
}

/** Once somebody subscribes, the lists that were held back come one at a time. */
function showSample(ledger: OpenLedger, { feed }: RunningLive, log: Log, signal: AbortSignal): void {
  let showing = false;
  const show = async (): Promise<void> => {
    if (showing || signal.aborted) return;
    showing = true;
    try {
      await releaseWhileWatched(ledger.database, { watchers: () => feed.watchers, signal });
    } catch (error) {
      if (!signal.aborted) log.error({ err: error }, 'a sample list could not be released');
    }
    showing = false;
  };
  feed.onFirstWatcher(() => void show());
  if (feed.watchers > 0) void show();
}

/** Slowly where there are many, so that their clients do not all come to the next instance in one moment. */
async function closeStreams(all: readonly (WebSockets | EventStreams)[]): Promise<void> {
  await Promise.all(all.map((streams) => streams.close(streams.size > 100 ? 5_000 : 250)));
}

/** Behind the open port, so that a newcomer need not wait. Closing may cut it short; the next start goes on. */
async function fillSample(ledger: OpenLedger, log: Log, isClosing: () => boolean): Promise<void> {
  try {
    const report = await fillSampleLedger(ledger.database);
    if (report !== null) log.info({ lists: report.files.length, revision: report.revision }, 'sample ledger filled');
  } catch (error) {
    if (!isClosing()) log.error({ err: error }, 'the sample ledger could not be filled');
  }
}

/**
 * A balancer sends requests until its next look at /readyz; they are still answered. Nothing balances an embedded
 * ledger.
 */
async function letBalancersNotice({ database }: Config): Promise<void> {
  if (database.kind === 'postgres') await setTimeout(2_000);
}

/** A signal closes in order; a second one, or a fault that nobody caught, does not trust what is left. */
function onStop(log: Log, close: (reason: string, exitCode: number) => void): void {
  let signalled = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (signalled) process.exit(130);
      signalled = true;
      close(signal, 0);
    });
  }
  for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(fault, (error: unknown) => {
      log.fatal({ err: error }, fault);
      close(fault, 1);
    });
  }
}

/** With port 0 the system chooses; the log line is where to read it. */
function addressOf(server: Server, config: Config): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.http.port;
  return `http://${config.http.host.includes(':') ? `[${config.http.host}]` : config.http.host}:${port}/graphql`;
}
