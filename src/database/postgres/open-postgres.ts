/**
 * A PostgreSQL server. Reads must fail within two seconds when it is away and recover by themselves, so connecting
 * has a short deadline and reconnecting a short wait; limits on statements are the session's, or each transaction's.
 */
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import type { OpenDatabase, PostgresConfig, Transaction } from '../database.ts';
import { inTransaction } from '../transaction.ts';
import { createExchangeablePool } from './exchangeable-pool.ts';
import { createOriginalPieces } from './original-pieces.ts';
import { connectionSettings, localSettings, sessionSettings } from './session-settings.ts';
import { createPostgresPreparer } from './statements.ts';
import { readTexts } from './text-array.ts';

const connectTimeoutSeconds = 1.5;
/** postgres.js waits up to 20 s by default, and re-listened 12 s after a 6 s outage. */
const reconnectWaitSeconds = 0.25;

/** Connections that queries leave to the log and its watchers. */
const keptFree = 3;
/** An ingest is one transaction, and the next waits for its lock. */
const mostTransactions = 4;

export async function openPostgres(config: PostgresConfig): Promise<OpenDatabase> {
  const poolSize = config.poolSize ?? 10;
  const pooled = config.pooled === true;
  const connectionOptions = connectionOptionsOf(pooled);
  const connection = { ...connectionSettings, ...(pooled ? {} : sessionSettings) };
  const open = (max: number): postgres.Sql => {
    const client = postgres(config.url, { ...connectionOptions, max, connection });
    // Drizzle sets how a client reads and writes dates and JSON when it is given one, so it is given each.
    drizzle(client);
    return client;
  };
  const transactions = open(Math.min(poolSize, mostTransactions));
  const queries = createExchangeablePool(() => open(poolSize), transactions, pooled ? localSettings : null);
  const pinger = createPinger(config.url, connectionOptions, queries.exchange);
  const logging = config.logger === undefined ? {} : { logger: config.logger };
  const db = drizzle(queries.client, logging);
  return {
    db,
    prepare: createPostgresPreparer(queries, {
      atOnce: Math.max(1, poolSize - keptFree),
      pooled,
      logger: config.logger,
    }),
    kind: 'postgres',
    originals: createOriginalPieces(db),
    // What listens is a session: through a pooler nobody is woken, and the log is polled.
    listen: pooled ? async () => async () => {} : queries.listen,
    copyTo: null,
    changeTables: async (lock, work) => {
      const locked = async (tx: Transaction): Promise<void> => {
        await tx.execute(sql`select pg_advisory_xact_lock(${lock}::bigint)`);
        await work(tx);
      };
      await inTransaction(db, locked, { long: true });
    },
    ping: () => pinger.ping(),
    close: async () => {
      await pinger.close();
      await Promise.all([queries.close(), transactions.end({ timeout: 5 })]);
    },
  };
}

const connectionOptionsOf = (pooled: boolean) => ({
  // On each new connection the driver would first ask for all types of arrays; the tables have one.
  fetch_types: false,
  types: { texts: { to: 1009, from: [1009], serialize: (text: string) => text, parse: readTexts } },
  // A pooler gives the next statement to another session, which has not the ones that are kept.
  prepare: !pooled,
  connect_timeout: connectTimeoutSeconds,
  backoff: () => reconnectWaitSeconds,
  // Notices ("relation already exists, skipping") would be printed to the console.
  onnotice: () => {},
});

/**
 * A connection of its own, so that a full pool does not look like a database that is away. One that hangs (a cut
 * cable, a frozen server) is thrown away, since nothing would ever wake it; `onHang` is told, for there may be others.
 */
function createPinger(
  url: string,
  options: ReturnType<typeof connectionOptionsOf>,
  onHang: () => void,
): { ping(): Promise<void>; close(): Promise<void> } {
  let client: postgres.Sql | undefined;
  const discard = async (): Promise<void> => {
    const old = client;
    client = undefined;
    await old?.end({ timeout: 0 });
  };
  return {
    ping: async () => {
      client ??= postgres(url, { ...options, connect_timeout: 1, max: 1 });
      const noAnswer = new Error('The database did not answer within a second.');
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_resolve, reject) => {
        // One turn later: an answer that came while this process was busy is read before.
        timer = setTimeout(() => setImmediate(reject, noAnswer), 1_000);
      });
      try {
        await Promise.race([client`select 1`, late]);
      } catch (error) {
        if (error === noAnswer) onHang();
        discard().catch(() => {});
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
    close: discard,
  };
}
