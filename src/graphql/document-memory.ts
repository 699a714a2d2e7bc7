/**
 * Remembers what was prepared of the last documents, within a number of documents and of bytes. A document grows after
 * it was remembered, by the plans of its operations, so its weight is taken anew whenever there may be too much.
 */
import type { PreparedDocument } from './document.ts';

export interface DocumentMemory {
  find(text: string): PreparedDocument | undefined;
  keep(text: string, prepared: PreparedDocument): void;
}

export interface MemoryLimits {
  documents: number;
  /** Bytes of heap of all documents together, as far as they are estimated. */
  bytes: number;
  /** Characters of the longest that is remembered: a padded one would buy memory with nothing. */
  longest: number;
}

const memoryLimits: MemoryLimits = { documents: 500, bytes: 64 * 1024 * 1024, longest: 20_000 };

/** Measured: 90 bytes of syntax tree for each character of a dense document, 520 for each field of a plan. */
const [BYTES_OF_CHARACTER, BYTES_OF_FIELD, BYTES_OF_PRICE] = [150, 600, 500];
/** No document has more tokens than make so much. */
const MOST_BYTES_OF_TREE = 800_000;

/** Found so often, documents are weighed again. */
const WEIGH_EVERY = 64;

export function createDocumentMemory(limits: MemoryLimits = memoryLimits): DocumentMemory {
  const recent = new Map<string, PreparedDocument>();
  let found = 0;

  /** Forgets the oldest, so that the newest fit. */
  function forget(): void {
    let bytes = 0;
    for (const [text, prepared] of recent) bytes += weigh(text, prepared);
    for (const [text, prepared] of recent) {
      if (bytes <= limits.bytes && recent.size <= limits.documents) return;
      bytes -= weigh(text, prepared);
      recent.delete(text);
    }
  }

  return {
    find(text) {
      const known = recent.get(text);
      found += 1;
      if (found % WEIGH_EVERY === 0) forget();
      return known;
    },
    keep(text, prepared) {
      if (text.length > limits.longest) return;
      recent.set(text, prepared);
      forget();
    },
  };
}

/** Bytes of heap that a document keeps, estimated rather too high. */
export function weigh(text: string, { operations }: PreparedDocument): number {
  let bytes = 2 * text.length + Math.min(MOST_BYTES_OF_TREE, BYTES_OF_CHARACTER * text.length);
  for (const { plans, prices } of operations) {
    for (const plan of plans.values()) bytes += BYTES_OF_FIELD * (plan?.fields() ?? 1);
    bytes += BYTES_OF_PRICE * prices.size;
  }
  return bytes;
}
