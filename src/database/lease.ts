/** Work that one process of a ledger does at a time, however many there are: a row says which, and until when. */
import { randomUUID } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import { leases } from '../../schema/tables/follow.ts';
import type { Database } from './database.ts';

/** A process that died holds it so long. */
const LEASE_SECONDS = 20;
const RENEW_MILLISECONDS = 5_000;

/**
 * Runs `work` under the lease; null when another process has it. `signal` is aborted when the lease is lost, as by a
 * process that stood still for too long.
 */
export async function underLease<T>(
  db: Database,
  name: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  const holder = randomUUID();
  if (!(await take(db, name, holder))) return null;
  const lost = new AbortController();
  const renewing = setInterval(() => {
    take(db, name, holder).then(
      (isMine) => isMine || lost.abort(),
      // A database that is away ends the work by itself.
      () => undefined,
    );
  }, RENEW_MILLISECONDS);
  renewing.unref();
  try {
    return await work(lost.signal);
  } finally {
    clearInterval(renewing);
    // Kept and not deleted: nothing vacuums an embedded database, and an update leaves nothing behind.
    const mine = and(eq(leases.name, name), eq(leases.holder, holder));
    await db.update(leases).set({ until: sql`now() - interval '1 second'` }).where(mine);
  }
}

async function take(db: Database, name: string, holder: string): Promise<boolean> {
  const until = sql`now() + make_interval(secs => ${LEASE_SECONDS})`;
  // One that holds for longer is of before the clock was set back.
  const isFree = sql`${leases.until} < now() or ${leases.until} > ${until}`;
  const taken = await db
    .insert(leases)
    .values({ name, holder, until })
    .onConflictDoUpdate({
      target: leases.name,
      set: { holder: sql`excluded.holder`, until: sql`excluded.until` },
      setWhere: sql`${isFree} or ${leases.holder} = excluded.holder`,
    })
    .returning({ holder: leases.holder });
  return taken.length > 0;
}
