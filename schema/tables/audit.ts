/** The audit log: who did what to the ledger, when and why. A trigger refuses to change or delete its rows. */
import { bigint, foreignKey, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import type { OperatorAct } from '../enums.ts';
import { instant } from './columns.ts';
import { operatorKeys } from './keys.ts';

/**
 * One act, done or refused. Natural key: `id`. What was done has its row in the same transaction; an ingest has one for
 * each transaction, which is a list or some late ones. Written by `operations/audit`.
 */
export const auditEntries = pgTable(
  'audit_entries',
  {
    /** In the order in which they were written; numbers may be left out. */
    number: bigint('number', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    id: uuid('id').notNull().unique('audit_entries_id_key'),
    act: text('act').$type<OperatorAct>().notNull(),
    at: instant('at').notNull(),
    /** Name of the key, or of the local user; `follower`: the server that follows the source. */
    actor: text('actor').notNull(),
    /** The key that was sent; null: a local user, or a key of OPERATOR_KEYS. */
    keyId: uuid('key_id'),
    /** The client's address; null: a local user, or the follower. */
    address: text('address'),
    /** Null where the act takes none. */
    reason: text('reason'),
    /** What the act was given, and what became of it. Never a key. */
    about: jsonb('about').$type<Record<string, unknown>>().notNull(),
    /** Code of the refusal; null: it was done. */
    refusal: text('refusal'),
    /** The ledger's revision afterwards. */
    revision: bigint('revision', { mode: 'bigint' }).notNull(),
  },
  (table) => [
    foreignKey({
      name: 'audit_entries_key_fkey',
      columns: [table.keyId],
      foreignColumns: [operatorKeys.id],
    }).onDelete('restrict'),
  ],
);
