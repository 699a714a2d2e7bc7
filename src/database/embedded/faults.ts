/**
 * Why a statement of the embedded database has no answer, under the SQLSTATE that a server would give: the layers
 * above tell a late statement from a database that is away by that code.
 */

/** It ran longer than a statement outside a transaction may; `query_canceled`. */
export class StatementTooLong extends Error {
  override readonly name = 'StatementTooLong';
  readonly code = '57014';
  constructor(milliseconds: number) {
    super(`A statement took longer than ${milliseconds} ms and was ended, and the embedded database with it.`);
  }
}

/** The thread of the database ended under it; `crash_shutdown`. */
export class DatabaseEnded extends Error {
  override readonly name = 'DatabaseEnded';
  readonly code = '57P02';
}

/** It came while the database was being opened again; `cannot_connect_now`. */
export class DatabaseReopening extends Error {
  override readonly name = 'DatabaseReopening';
  readonly code = '57P03';
  constructor(reason: Error) {
    super(`The embedded database is being opened again. ${reason.message}`);
  }
}

/** Its folder is gone, or another is in its place, so that nothing may be written any more; `admin_shutdown`. */
export class FolderExchanged extends Error {
  override readonly name = 'FolderExchanged';
  readonly code = '57P01';
  constructor(directory: string) {
    super(
      `The folder ${directory} was removed or exchanged while the ledger in it was open: nothing more is written, and ` +
        'what came since then is lost. Start again once the ledger is back.',
    );
  }
}

/** It was closed, by its owner or for good after failures; `admin_shutdown`. */
export class DatabaseClosed extends Error {
  override readonly name = 'DatabaseClosed';
  readonly code = '57P01';
}
