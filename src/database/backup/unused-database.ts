/**
 * Whether a backup may be restored into a database on a server: it has nothing, or the tables of a ledger in which
 * nobody ever did anything, as a command or a server that was started too early leaves them.
 */
import postgres from 'postgres';
import { migrationLock, readMigrations } from '../migrate.ts';
import { BackupFailed } from './backup-report.ts';

/** Throws {@link BackupFailed} where anything would be lost. `drop` makes an unused ledger nothing. */
export async function requireUnused(url: string, { drop = false } = {}): Promise<void> {
  const client = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    await client.begin(async (tx) => {
      const others = await tx`select from pg_stat_activity
        where datname = current_database() and application_name = 'accord287' and pid <> pg_backend_pid()`;
      if (others.length > 0) throw new BackupFailed('A server is connected to this database: stop it first.');
      // Whoever starts on the database meanwhile waits.
      await tx`select pg_advisory_xact_lock(${migrationLock})`;
      const made = madeByMigrations();
      await requireNothingElse(tx, made.table);
      await requireNothingDone(tx);
      if (drop) await dropMade(tx, made);
    });
  } finally {
    await client.end({ timeout: 5 });
  }
}

type Kind = 'table' | 'function' | 'type';

/** Names in the schema public, of what any build has made and this one may have. */
function madeByMigrations(): Record<Kind, string[]> {
  const text = readMigrations()
    .flatMap((migration) => migration.sql)
    .join('\n');
  const named = (kind: Kind): string[] => {
    const found = text.matchAll(new RegExp(`^create ${kind} (?:"public"\\.)?"?(\\w+)"?`, 'gim'));
    return [...new Set([...found].map(([, name]) => name ?? ''))];
  };
  return { table: named('table'), function: named('function'), type: named('type') };
}

/** Sequences of a column come and go with their table, and what belongs to an extension with that. */
async function requireNothingElse(tx: postgres.TransactionSql, tables: readonly string[]): Promise<void> {
  const [found] = await tx<{ name: string }[]>`select relname as name from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    where nspname <> 'information_schema' and nspname not like 'pg\\_%' and relkind in ('r', 'p', 'f', 'v', 'm', 'S')
      and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid
        and (deptype = 'e' or (relkind = 'S' and deptype in ('a', 'i'))))
      and not (nspname = 'public' and relname = any(${[...tables]}))
      and (nspname, relname) <> ('drizzle', '__drizzle_migrations') limit 1`;
  if (found === undefined) return;
  throw new BackupFailed(
    `The database is not empty, it has ${found.name}: a restore replaces nothing. Make a new one.`,
  );
}

async function requireNothingDone(tx: postgres.TransactionSql): Promise<void> {
  for (const [table, what] of [
    ['ledger_events', 'events'],
    ['snapshots', 'lists'],
    ['audit_entries', 'entries in its audit log'],
  ] as const) {
    const [kept] = await tx<{ there: boolean }[]>`select to_regclass(${`public.${table}`}) is not null as there`;
    if (kept?.there !== true) continue;
    // A first `migrate` leaves an entry too.
    const counted = table === 'audit_entries' ? tx`where act <> 'RAISE_RULES'` : tx``;
    const [row] = await tx<{ count: number }[]>`select count(*)::int as count from ${tx(`public.${table}`)} ${counted}`;
    if (row?.count === 0) continue;
    throw new BackupFailed(
      `The ledger in the database has ${what} (${row?.count}): a restore replaces nothing. Make a new database.`,
    );
  }
}

async function dropMade(tx: postgres.TransactionSql, made: Record<Kind, string[]>): Promise<void> {
  for (const name of made.table) await tx`drop table if exists ${tx(`public.${name}`)} cascade`;
  for (const name of made.function) await tx`drop function if exists ${tx(`public.${name}`)}`;
  for (const name of made.type) await tx`drop type if exists ${tx(`public.${name}`)}`;
  await tx`drop table if exists drizzle.__drizzle_migrations`;
  await tx`drop schema if exists drizzle`;
}
