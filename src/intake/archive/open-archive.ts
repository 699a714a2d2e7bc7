/**
 * Takes a zip archive apart within limits, before any XML is looked at. The central directory is the only witness
 * of what is inside, each entry is inflated at most as far as the limits allow whatever its header claims, and
 * entries may not overlap. `node:zlib` stops inflating by itself at `maxOutputLength`, so a bomb is never held.
 */
import { crc32, inflateRawSync } from 'node:zlib';
import type { ReadLimits } from '../limits.ts';
import { UnreadableFile } from '../table/rejections.ts';
import { quoteText } from '../vocabulary/printed-text.ts';

/** The entries by name, inflated. Throws UnreadableFile. */
export function openArchive(bytes: Uint8Array, limits: ReadLimits): Map<string, Uint8Array> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = listEntries(buffer, limits);
  refuseOverlaps(entries);
  const allowance = Math.min(limits.inflatedBytes, limits.inflationRatio * bytes.length);
  const opened = new Map<string, Uint8Array>();
  let inflated = 0;
  for (const entry of entries) {
    if (opened.has(entry.name)) throw damaged(`holds ${quoteText(entry.name)} twice`);
    const content = inflateEntry(buffer, entry, allowance - inflated);
    inflated += content.length;
    opened.set(entry.name, content);
  }
  return opened;
}

interface Entry {
  name: string;
  method: number;
  crc: number;
  inflatedSize: number;
  /** Where its local header begins, its data begins and its data ends. */
  offset: number;
  start: number;
  end: number;
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
/** A comment can follow the end record; the format limits it to 65,535 bytes. */
const LONGEST_TAIL = 22 + 65_535;

function listEntries(buffer: Buffer, limits: ReadLimits): Entry[] {
  const end = findEnd(buffer);
  const count = buffer.readUInt16LE(end + 10);
  if (count > limits.archiveEntries) {
    throw tooLarge(`the archive has ${count} entries; at most ${limits.archiveEntries} are read`);
  }
  const entries: Entry[] = [];
  let at = buffer.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > end || buffer.readUInt32LE(at) !== DIRECTORY_ENTRY) throw damaged('has a broken directory');
    entries.push(readEntry(buffer, at));
    at += 46 + buffer.readUInt16LE(at + 28) + buffer.readUInt16LE(at + 30) + buffer.readUInt16LE(at + 32);
  }
  return entries;
}

function findEnd(buffer: Buffer): number {
  for (let at = buffer.length - 22; at >= Math.max(0, buffer.length - LONGEST_TAIL); at -= 1) {
    if (buffer.readUInt32LE(at) === END_OF_DIRECTORY) return at;
  }
  throw damaged('is cut off: its directory is missing');
}

function readEntry(buffer: Buffer, at: number): Entry {
  const name = buffer.toString('utf8', at + 46, at + 46 + buffer.readUInt16LE(at + 28));
  if ((buffer.readUInt16LE(at + 8) & 1) === 1) {
    throw new UnreadableFile('PASSWORD_PROTECTED', `the archive's entry ${quoteText(name)} is encrypted`);
  }
  const offset = buffer.readUInt32LE(at + 42);
  if (offset + 30 > buffer.length || buffer.readUInt32LE(offset) !== LOCAL_ENTRY) {
    throw damaged(`has no data for ${quoteText(name)}`);
  }
  const start = offset + 30 + buffer.readUInt16LE(offset + 26) + buffer.readUInt16LE(offset + 28);
  const end = start + buffer.readUInt32LE(at + 20);
  if (end > buffer.length) throw damaged(`is cut off in ${quoteText(name)}`);
  return {
    name,
    method: buffer.readUInt16LE(at + 10),
    crc: buffer.readUInt32LE(at + 16),
    inflatedSize: buffer.readUInt32LE(at + 24),
    offset,
    start,
    end,
  };
}

function refuseOverlaps(entries: readonly Entry[]): void {
  let last: Entry | undefined;
  for (const entry of entries.toSorted((left, right) => left.offset - right.offset)) {
    if (last !== undefined && entry.offset < last.end) {
      throw damaged(`has overlapping entries ${quoteText(last.name)} and ${quoteText(entry.name)}`);
    }
    last = entry;
  }
}

function inflateEntry(buffer: Buffer, entry: Entry, allowance: number): Uint8Array {
  const content = decompress(buffer.subarray(entry.start, entry.end), entry, allowance);
  if (content.length > allowance) throw tooLarge('the archive inflates to more than is allowed');
  if (content.length !== entry.inflatedSize || crc32(content) !== entry.crc) {
    throw damaged(`holds something else in ${quoteText(entry.name)} than its directory says`);
  }
  return content;
}

function decompress(packed: Uint8Array, entry: Entry, allowance: number): Uint8Array {
  if (entry.method === 0) return packed;
  if (entry.method !== 8) throw damaged(`has ${quoteText(entry.name)} in an unknown compression`);
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, allowance) });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge('the archive inflates to more than is allowed');
    throw new UnreadableFile('DAMAGED_ARCHIVE', `the archive's entry ${quoteText(entry.name)} is damaged`, {
      cause: error,
    });
  }
}

function damaged(what: string): UnreadableFile {
  return new UnreadableFile('DAMAGED_ARCHIVE', `the archive ${what}`);
}

function tooLarge(message: string): UnreadableFile {
  return new UnreadableFile('ARCHIVE_TOO_LARGE', message);
}
