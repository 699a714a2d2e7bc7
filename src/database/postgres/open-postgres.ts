/**
 * A PostgreSQL server. Reads must fail within two seconds when it is away and recover by themselves, so connecting
 * has a short deadline and reconnecting a short wait; limits on statements are the session's, for every statement.
 */
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import type { ExclusiveSession, OpenDatabase, PostgresConfig } from '../database.ts';
import { STATEMENT_MILLISECONDS } from '../statement-limits.ts';
import { createExchangeablePool } from './exchangeable-pool.ts';
import { wordSimilarityThreshold } from './session-settings.ts';
import { createPostgresPreparer } from './statements.ts';

const connectTimeoutSeconds = 1.5;
/** postgres.js waits up to 20 s by default, and re-listened 12 s after a 6 s outage. */
const reconnectWaitSeconds = 0.25;

/** Connections that queries leave to the log and its watchers. */
const keptFree = 3;
/** An ingest is one transaction, and the next waits for its lock. */
const mostTransactions = 4;

export async function openPostgres(config: PostgresConfig): Promise<OpenDatabase> {
  const poolSize = config.poolSize ?? 10;
  const connection = {
    application_name: 'accord287',
    statement_timeout: STATEMENT_MILLISECONDS,
    lock_timeout: 2_000,
    idle_in_transaction_session_timeout: 10_000,
    [wordSimilarityThreshold.name]: wordSimilarityThreshold.value,
  };
  const open = (max: number): postgres.Sql => {
    const client = postgres(config.url, { ...connectionOptions, max, connection });
    // Drizzle sets how a client reads and writes dates and JSON when it is given one, so it is given each.
    drizzle(client);
    return client;
  };
  const transactions = open(Math.min(poolSize, mostTransactions));
  const queries = createExchangeablePool(() => open(poolSize), transactions);
  const pinger = createPinger(config.url, queries.exchange);
  const logging = config.logger === undefined ? {} : { logger: config.logger };
  return {
    db: drizzle(queries.client, logging),
    prepare: createPostgresPreparer(queries, {
      atOnce: Math.max(1, poolSize - keptFree),
      logger: config.logger,
    }),
    kind: 'postgres',
    listen: queries.listen,
    exclusively: async (lock, work) => {
      const own = postgres(config.url, { ...connectionOptions, max: 1, connection: { application_name: 'accord287' } });
      try {
        await own`select pg_advisory_lock(${lock}::bigint)`;
        return await work(exclusiveSession(own));
      } finally {
        // Ending the session releases the lock, also when the work failed half-way.
        await own.end({ timeout: 5 });
      }
    },
    ping: () => pinger.ping(),
    close: async () => {
      await pinger.close();
      await Promise.all([queries.close(), transactions.end({ timeout: 5 })]);
    },
  };
}

const connectionOptions = {
  connect_timeout: connectTimeoutSeconds,
  backoff: () => reconnectWaitSeconds,
  // Notices ("relation already exists, skipping") would be printed to the console.
  onnotice: () => {},
};

function exclusiveSession(client: postgres.Sql): ExclusiveSession {
  const db = drizzle(client);
  return { db, applyMigrations: (folder) => migrate(db, { migrationsFolder: folder }) };
}

/**
 * A connection of its own, so that a full pool does not look like a database that is away. One that hangs (a cut
 * cable, a frozen server) is thrown away, since nothing would ever wake it; `onHang` is told, for there may be others.
 */
function createPinger(url: string, onHang: () => void): { ping(): Promise<void>; close(): Promise<void> } {
  let client: postgres.Sql | undefined;
  const discard = async (): Promise<void> => {
    const old = client;
    client = undefined;
    await old?.end({ timeout: 0 });
  };
  return {
    ping: async () => {
      client ??= postgres(url, { ...connectionOptions, connect_timeout: 1, max: 1 });
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
