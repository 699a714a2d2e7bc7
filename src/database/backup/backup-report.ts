/** What a backup or a restore did, and how one fails. */

export interface BackupReport {
  /** Size of the backup. */
  bytes: number;
  /** As the file itself says, in ISO 8601; it has all that was committed before. */
  takenAt: string;
  /** Events of the log, all of which were read back. */
  events: number;
  revision: number;
  /** Hashes of files as they came that are damaged in the ledger itself, and so in its backup. */
  damagedOriginals: readonly string[];
}

/** A sentence for the person who asked. */
export class BackupFailed extends Error {
  override readonly name = 'BackupFailed';
}

/** The ledger is open where nobody answers, as in a server that starts: nothing failed, it is to be tried again. */
export class LedgerBusy extends Error {
  override readonly name = 'LedgerBusy';
}
