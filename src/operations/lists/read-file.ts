/**
 * Files that an operator names: regular ones only, and never more of them than is allowed. A device or a pipe has no
 * end, a file may grow while it is read, and a sparse one is larger than any memory, so no size is believed.
 */
import { constants, type Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';

/** Why a file is not read, in words for who named it. */
export class UnreadablePath extends Error {
  override readonly name = 'UnreadablePath';
}

/** Follows links. Throws {@link UnreadablePath}, whose message names the file. */
export async function readRegularFile(path: string, mostBytes: number): Promise<Buffer> {
  try {
    // Before it is opened: that alone makes some devices do something, and waits at a pipe.
    check(path, await stat(path), mostBytes);
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const facts = await file.stat();
      check(path, facts, mostBytes);
      // Some files, as those of /proc, have no size and yet something to read.
      return await readAtMost(file, path, facts.size > 0 ? facts.size : 4_096, mostBytes);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof UnreadablePath) throw error;
    throw new UnreadablePath(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

/** What is not a regular file, by its name; null for one that is. */
export function describeOtherKind(facts: Stats): string | null {
  if (facts.isFile()) return null;
  if (facts.isDirectory()) return 'a folder';
  if (facts.isFIFO()) return 'a pipe';
  if (facts.isSocket()) return 'a socket';
  return facts.isCharacterDevice() || facts.isBlockDevice() ? 'a device' : 'of an unknown kind';
}

function check(path: string, facts: Stats, mostBytes: number): void {
  const kind = describeOtherKind(facts);
  if (kind !== null) throw new UnreadablePath(`${path} is ${kind}, not a file.`);
  if (facts.size > mostBytes)
    throw new UnreadablePath(`${path} has ${facts.size} bytes; at most ${mostBytes} are read.`);
}

interface Readable {
  read(buffer: Buffer, offset: number, length: number): Promise<{ bytesRead: number }>;
}

async function readAtMost(file: Readable, path: string, expected: number, mostBytes: number): Promise<Buffer> {
  let bytes = Buffer.allocUnsafe(expected + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length);
    if (bytesRead === 0) return bytes.subarray(0, length);
    length += bytesRead;
    if (length > mostBytes)
      throw new UnreadablePath(`${path} has more than ${mostBytes} bytes, the most that is read.`);
    if (length < bytes.length) continue;
    const larger = Buffer.allocUnsafe(Math.min(2 * bytes.length, mostBytes + 1));
    bytes.copy(larger);
    bytes = larger;
  }
}
