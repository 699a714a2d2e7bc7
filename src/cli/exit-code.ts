/** The exit codes, and which error ends with which. */
import { ConfigError } from '../config.ts';
import { BackupFailed } from '../database/backup/backup-report.ts';
import { LedgerLost } from '../database/folder/ledger-mark.ts';
import { UnsafeFolder } from '../database/folder/private-files.ts';
import { TablesOutdated } from '../database/migrate.ts';
import { NoLedger, PoolerInBetween, WrongLedger } from '../database/open-ledger.ts';
import { Refusal } from '../operations/operations.ts';

export const exitCodes = {
  ok: 0,
  usage: 1,
  rejected: 2,
  held: 3,
  trouble: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodesHelp = `
Exit codes:
  0  everything asked for was done (ingest: every list was accepted or is a duplicate)
  1  the arguments or the settings are wrong, or the ledger refuses what was asked
  2  at least one list was rejected
  3  at least one list is held, and none was rejected
  4  the database, its lock or the server gave trouble: nothing is wrong with what was asked`;

/** Wrong arguments; the message is shown to the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function exitCodeOf(error: unknown): ExitCode {
  const usage =
    error instanceof UsageError ||
    error instanceof ConfigError ||
    error instanceof WrongLedger ||
    error instanceof NoLedger ||
    error instanceof PoolerInBetween ||
    error instanceof UnsafeFolder ||
    error instanceof TablesOutdated ||
    error instanceof LedgerLost ||
    error instanceof BackupFailed ||
    error instanceof Refusal;
  return usage ? exitCodes.usage : exitCodes.trouble;
}
