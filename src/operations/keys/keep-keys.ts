/** Keys as stored: made, listed, revoked. Of a key itself nothing is kept but its hash and its beginning. */
import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { desc, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import type { KeyRole } from '../../../schema/enums.ts';
import { operatorKeys } from '../../../schema/tables/keys.ts';
import { databaseNow } from '../../database/clock.ts';
import type { Database, Transaction } from '../../database/database.ts';
import { inTransaction } from '../../database/transaction.ts';
import { parseGivenInstant } from '../../intake/published-at.ts';
import { Refusal } from '../operations.ts';
import { checkGiven, checkInstant } from '../read-given.ts';
import type { CreatedKey, KeyEntry, KeyGiven } from './key-operations.ts';

/** The channel of the wake-up that every change of keys sends. */
export const KEYS_CHANNEL = 'operator_keys';

const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';
const MOST_NAME = 100;

/** Throws {@link Refusal} for a name that says nothing, and a time of expiry that is none or past. */
export function createKey(db: Database, { name: given, role, expiresAt }: KeyGiven): Promise<CreatedKey> {
  const name = given.trim();
  if (name === '' || name.length > MOST_NAME)
    throw new Refusal('BAD_ARGUMENT', `name must have 1 to ${MOST_NAME} characters.`);
  if (expiresAt !== undefined) checkInstant('expiresAt', expiresAt);
  const expiry = expiresAt === undefined ? null : parseGivenInstant(expiresAt);
  if (expiresAt !== undefined && expiry === null)
    throw new Refusal('BAD_ARGUMENT', `"${expiresAt}" is neither a day nor an instant, such as 2027-02-02.`);
  const prefix = `a287_${Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`;
  const key = `${prefix}_${randomBytes(32).toString('base64url')}`;
  return inTransaction(db, async (tx) => {
    const createdAt = await databaseNow(tx);
    if (expiry !== null && Date.parse(expiry) <= createdAt.getTime())
      throw new Refusal('BAD_ARGUMENT', `${expiresAt} is past: the key would never hold.`);
    const [row] = await tx
      .insert(operatorKeys)
      .values({
        ...{ id: randomUUID(), name, role, prefix, hash: hashKey(key), createdAt },
        expiresAt: expiry === null ? null : new Date(expiry),
      })
      .returning();
    await wake(tx);
    return { ...toEntry(row), key };
  });
}

/** SHA-256 in hex. A key has 256 random bits: nothing slower is needed. */
export const hashKey = (key: string): string => createHash('sha256').update(key).digest('hex');

export async function listKeys(db: Database): Promise<KeyEntry[]> {
  const rows = await db.select().from(operatorKeys).orderBy(desc(operatorKeys.createdAt), operatorKeys.id);
  return rows.map(toEntry);
}

/** Throws {@link Refusal} for one that is not there, or is revoked already. */
export async function revokeKey(db: Database, given: string, reason: string): Promise<KeyEntry> {
  checkGiven({ key: given });
  return inTransaction(db, async (tx) => {
    const wanted = given.trim();
    // Whoever pastes the key itself means it too.
    const prefix = /^(a287_[a-z0-9]{8})_/.exec(wanted)?.[1] ?? wanted;
    const [found] = await tx
      .select()
      .from(operatorKeys)
      .where(or(eq(operatorKeys.prefix, prefix), sql`${operatorKeys.id}::text = ${prefix}`))
      .for('update');
    if (found === undefined)
      throw new Refusal('NOT_FOUND', `There is no key ${prefix}; "accord287 key list" shows all.`);
    if (found.revokedAt !== null)
      throw new Refusal('ALREADY_DECIDED', `The key ${found.prefix} was revoked ${found.revokedAt.toISOString()}.`);
    const [row] = await tx
      .update(operatorKeys)
      .set({ revokedAt: await databaseNow(tx), revokedReason: reason })
      .where(eq(operatorKeys.id, found.id))
      .returning();
    await wake(tx);
    return toEntry(row);
  });
}

const wake = (tx: Transaction): Promise<unknown> => tx.execute(sql`select pg_notify(${KEYS_CHANNEL}, '')`);

function toEntry(row: typeof operatorKeys.$inferSelect | undefined): KeyEntry {
  if (row === undefined) throw new Error('A key was not stored.');
  const { id, name, role, prefix, createdAt, expiresAt, lastUsedAt, revokedAt, revokedReason } = row;
  return {
    ...{ id, name, role, prefix, createdAt: createdAt.toISOString(), revokedReason },
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}

/** A key that holds, as a server knows it. */
export interface HeldKey {
  id: string;
  name: string;
  role: KeyRole;
  /** SHA-256 of the key, in hex. */
  hash: string;
  /** Until it expires, by the clock of the database, which all instances share; null: it does not expire. */
  millisecondsLeft: number | null;
}

/** Those that are not revoked; expired ones too. */
export async function heldKeys(db: Database): Promise<HeldKey[]> {
  const { id, name, role, hash, expiresAt } = operatorKeys;
  const millisecondsLeft = sql<number | null>`(extract(epoch from ${expiresAt} - clock_timestamp()) * 1000)::float8`;
  return db.select({ id, name, role, hash, millisecondsLeft }).from(operatorKeys).where(isNull(operatorKeys.revokedAt));
}

/** Keeps that these keys were used. */
export async function noteUse(db: Database, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db
    .update(operatorKeys)
    .set({ lastUsedAt: sql`clock_timestamp()` })
    .where(inArray(operatorKeys.id, [...ids]));
}
