/**
 * The place in the event log that a client holds: opaque text of version, epoch, sequence and the hash of the event
 * there. One form serves the `ledgerEvents` connection, `position` and the streams. A cursor that cannot be continued
 * is refused with its own code; it is never read as "from the start" or "from now".
 */

/** Where the log stands: its epoch, and the sequence and hash of its last event. */
export interface LogPosition {
  epoch: string;
  lastSequence: bigint;
  /** Null of an empty log. */
  lastHash: string | null;
}

/** What a cursor says. */
export interface EventPlace {
  sequence: bigint;
  /** Of the event with this sequence; null: the place before the first, or a cursor from before events had hashes. */
  hash: string | null;
}

export type CursorRefusal = 'BAD_CURSOR' | 'CURSOR_STALE' | 'CURSOR_IN_FUTURE';

/** Thrown by {@link decodeEventCursor}; `code` is one of the API's error codes. */
export class CursorError extends Error {
  readonly code: CursorRefusal;
  constructor(code: CursorRefusal, message: string) {
    super(message);
    this.name = 'CursorError';
    this.code = code;
  }
}

/** Bytes by version: the version, 16 of epoch, 8 of sequence, and since version 2 16 of hash. */
const LENGTHS: Readonly<Record<number, number>> = { 1: 1 + 16 + 8, 2: 1 + 16 + 8 + 16 };

/** The cursor after the event with this sequence and hash; sequence 0, which has none, stands before the first. */
export function encodeEventCursor(epoch: string, sequence: bigint, hash: string | null = null): string {
  const version = hash === null ? 1 : 2;
  const bytes = Buffer.alloc(LENGTHS[version] ?? 0);
  bytes.writeUInt8(version, 0);
  bytes.write(epoch.replaceAll('-', ''), 1, 'hex');
  bytes.writeBigUInt64BE(sequence, 17);
  bytes.write(hash?.replaceAll('-', '') ?? '', 25, 'hex');
  return bytes.toString('base64url');
}

/**
 * The place a cursor stands for; whether the log has this hash there is still to be asked. Throws {@link CursorError}:
 * BAD_CURSOR when it is not one of ours, CURSOR_STALE when it is of another log, CURSOR_IN_FUTURE when the log has not
 * reached it.
 */
export function decodeEventCursor(cursor: string, position: Pick<LogPosition, 'epoch' | 'lastSequence'>): EventPlace {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length === 0 || bytes.length !== LENGTHS[bytes.readUInt8(0)] || bytes.toString('base64url') !== cursor) {
    throw new CursorError('BAD_CURSOR', 'This is not a cursor of the event log.');
  }
  if (bytes.toString('hex', 1, 17) !== position.epoch.replaceAll('-', '')) throw staleCursor();
  const sequence = bytes.readBigUInt64BE(17);
  if (sequence > position.lastSequence) {
    throw new CursorError('CURSOR_IN_FUTURE', 'The log has not reached this cursor.');
  }
  const hash = bytes.toString('hex', 25);
  return { sequence, hash: hash === '' ? null : hash.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') };
}

/** For a cursor of a log that this one does not go on from. */
export function staleCursor(): CursorError {
  return new CursorError(
    'CURSOR_STALE',
    'This cursor is of another log: the ledger was restored or rebuilt, or this is another ledger (as the sample and the real one). Query again and continue from the new position.',
  );
}
