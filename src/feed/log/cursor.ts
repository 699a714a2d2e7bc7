/**
 * The place in the event log that a client holds: opaque text of version, epoch and sequence. One form serves the
 * `ledgerEvents` connection, `position` and the streams. A cursor that cannot be continued is refused with its own
 * code; it is never read as "from the start" or "from now".
 */

/** Where the log stands: its epoch, and the sequence of its last event. */
export interface LogPosition {
  epoch: string;
  lastSequence: bigint;
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

const VERSION = 1;
/** Version, 16 bytes of epoch, 8 bytes of sequence. */
const LENGTH = 1 + 16 + 8;

/** The cursor after the event with this sequence; sequence 0 stands before the first. */
export function encodeEventCursor(epoch: string, sequence: bigint): string {
  const bytes = Buffer.alloc(LENGTH);
  bytes.writeUInt8(VERSION, 0);
  bytes.write(epoch.replaceAll('-', ''), 1, 'hex');
  bytes.writeBigUInt64BE(sequence, 17);
  return bytes.toString('base64url');
}

/**
 * The sequence a cursor stands for. Throws {@link CursorError}: BAD_CURSOR when it is not one of ours,
 * CURSOR_STALE when it is of another log, CURSOR_IN_FUTURE when the log has not reached it.
 */
export function decodeEventCursor(cursor: string, position: LogPosition): bigint {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length !== LENGTH || bytes.readUInt8(0) !== VERSION || bytes.toString('base64url') !== cursor) {
    throw new CursorError('BAD_CURSOR', 'This is not a cursor of the event log.');
  }
  if (bytes.toString('hex', 1, 17) !== position.epoch.replaceAll('-', '')) {
    throw new CursorError(
      'CURSOR_STALE',
      'This cursor is of another log: the ledger was restored or rebuilt, or this is another ledger (as the sample and the real one). Query again and continue from the new position.',
    );
  }
  const sequence = bytes.readBigUInt64BE(17);
  if (sequence > position.lastSequence) {
    throw new CursorError('CURSOR_IN_FUTURE', 'The log has not reached this cursor.');
  }
  return sequence;
}
