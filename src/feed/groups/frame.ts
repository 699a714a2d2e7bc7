/** What watchers are sent: an answer to one event, ready-made once for all watchers of a group. */

export interface Frame {
  /** Place in the log of the event that it answers; of a value that changes, which of its values it is. */
  sequence: number;
  /** The place as clients keep it; null: there is nothing to go on from. */
  cursor: string | null;
  /** The result as JSON. */
  payload: string;
  /** Instead of a payload: why the stream cannot go on past this place. */
  ends?: Error;
}

/** Frames of all events that match after some place, up to `scannedTo`; the last one may stand before that. */
export interface Page {
  frames: readonly Frame[];
  scannedTo: number;
  /** True where a frame tells that its answer took too long. */
  late?: boolean;
}

/** What a frame takes beside its payload: its cursor, its objects, its place in lists. */
const FRAME_CHARACTERS = 200;

/** What keeping these costs, counted in characters. */
export function sizeOf(frames: readonly Frame[]): number {
  return frames.reduce((sum, { payload }) => sum + FRAME_CHARACTERS + payload.length, 0);
}
