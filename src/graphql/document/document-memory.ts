/**
 * Remembers what was prepared of the last documents, within a number of documents and of bytes. Those that were sent
 * once have little room, so that a flood of new ones neither takes memory nor displaces what clients really use. A
 * document grows after it was remembered, by the plans of its operations, so its weight is taken anew whenever there may
 * be too much.
 */
import type { PreparedDocument } from './prepared-document.ts';

export interface DocumentMemory {
  find(text: string): PreparedDocument | undefined;
  keep(text: string, prepared: PreparedDocument): void;
}

export interface MemoryLimits {
  /** Sent once, and sent again. */
  once: Room;
  again: Room;
  /** Characters of the longest that is remembered: a padded one would buy memory with nothing. */
  longest: number;
}

/** Bytes of heap of all documents together, as far as they are estimated. */
interface Room {
  documents: number;
  bytes: number;
}

const MEGABYTE = 1024 * 1024;
const memoryLimits: MemoryLimits = {
  once: { documents: 100, bytes: 2 * MEGABYTE },
  again: { documents: 400, bytes: 60 * MEGABYTE },
  longest: 20_000,
};

/** Measured: 90 bytes of syntax tree for each character of a dense document, 520 for each field of a plan. */
const [BYTES_OF_CHARACTER, BYTES_OF_FIELD, BYTES_OF_PRICE] = [150, 600, 500];
/** Of one error, or of the name of one operation. */
const BYTES_OF_REFUSAL = 1_000;
/** No document has more tokens than make so much. */
const MOST_BYTES_OF_TREE = 800_000;

/** Found so often, documents are weighed again. */
const WEIGH_EVERY = 64;

export function createDocumentMemory(limits: MemoryLimits = memoryLimits): DocumentMemory {
  const once = new Map<string, PreparedDocument>();
  const again = new Map<string, PreparedDocument>();
  let found = 0;

  return {
    find(text) {
      const sentOnce = once.get(text);
      if (sentOnce !== undefined) {
        once.delete(text);
        again.set(text, sentOnce);
      }
      found += 1;
      if (found % WEIGH_EVERY === 0) {
        forget(once, limits.once);
        forget(again, limits.again);
      }
      return sentOnce ?? again.get(text);
    },
    keep(text, prepared) {
      if (text.length > limits.longest) return;
      once.set(text, prepared);
      forget(once, limits.once);
    },
  };
}

/** Forgets the oldest, so that the newest fit. */
function forget(documents: Map<string, PreparedDocument>, room: Room): void {
  let bytes = 0;
  for (const [text, prepared] of documents) bytes += weigh(text, prepared);
  for (const [text, prepared] of documents) {
    if (bytes <= room.bytes && documents.size <= room.documents) return;
    bytes -= weigh(text, prepared);
    documents.delete(text);
  }
}

/** Bytes of heap that a document keeps, estimated rather too high. */
export function weigh(text: string, { document, operations, errors }: PreparedDocument): number {
  const outlines = document?.definitions.length ?? 0;
  if (errors !== null) return 2 * text.length + BYTES_OF_REFUSAL * (errors.length + outlines);
  let bytes = 2 * text.length + Math.min(MOST_BYTES_OF_TREE, BYTES_OF_CHARACTER * text.length);
  for (const { plans, prices } of operations) {
    for (const plan of plans.values()) bytes += BYTES_OF_FIELD * (plan?.fields() ?? 1);
    bytes += BYTES_OF_PRICE * prices.size;
  }
  return bytes;
}
