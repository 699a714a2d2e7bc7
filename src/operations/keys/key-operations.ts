/** What an operator may do about keys, and read of what was done. */
import type { KeyRole, OperatorAct } from '../../../schema/enums.ts';

export interface KeyGiven {
  name: string;
  role: KeyRole;
  /** A day, at whose noon in New York it ends, or an ISO 8601 instant; left out: it does not expire. */
  expiresAt?: string | undefined;
}

export interface KeyEntry {
  id: string;
  name: string;
  role: KeyRole;
  prefix: string;
  createdAt: string;
  /** Null: it does not expire. */
  expiresAt: string | null;
  /** To the minute; null: it was never used. */
  lastUsedAt: string | null;
  /** Null while it holds. */
  revokedAt: string | null;
  revokedReason: string | null;
}

export interface CreatedKey extends KeyEntry {
  /** The key itself, which is told this once and kept nowhere. */
  key: string;
}

export interface AuditEntry {
  id: string;
  act: OperatorAct;
  at: string;
  actor: string;
  /** Null: a local user, or a key of OPERATOR_KEYS. */
  keyPrefix: string | null;
  /** Null: a command on the ledger's machine. */
  address: string | null;
  reason: string | null;
  /** What the act was given, and what became of it. */
  about: Record<string, unknown>;
  /** Code of the refusal; null: it was done. */
  refusal: string | null;
  revision: string;
}

export interface KeyOperations {
  createKey(given: KeyGiven): Promise<CreatedKey>;
  /** Every key, revoked ones too; the newest first. */
  keys(): Promise<readonly KeyEntry[]>;
  /** The key's prefix, or its id. Every instance refuses it within seconds. */
  revokeKey(key: string, reason: string): Promise<KeyEntry>;
  /** The newest entries of the audit log first, at most `limit` of them, which is 1 to 10,000. */
  audit(limit: number, act: OperatorAct | null): Promise<readonly AuditEntry[]>;
}
