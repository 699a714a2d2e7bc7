import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Delivery } from '../../../src/server/streams/delivery.ts';

/** A look each: bytes written since the beginning, bytes of them that wait, and the looks in a row that were late. */
type Look = [written: number, waiting: number, late: number];

test.each<[string, Look[]]>([
  [
    'nothing waits',
    [
      [0, 0, 0],
      [100, 0, 0],
      [200, 0, 0],
    ],
  ],
  [
    'all of it waits',
    [
      [100, 100, 0],
      [100, 100, 1],
      [100, 100, 2],
    ],
  ],
  [
    'a byte goes now and then',
    [
      [100, 100, 0],
      [100, 99, 1],
      [100, 98, 2],
      [100, 97, 3],
    ],
  ],
  [
    'what was written goes while more is written',
    [
      [100, 100, 0],
      [200, 100, 0],
      [300, 100, 0],
    ],
  ],
  [
    'it goes late, then in time',
    [
      [100, 100, 0],
      [200, 150, 1],
      [200, 100, 0],
      [200, 0, 0],
    ],
  ],
  [
    'it goes and new bytes wait',
    [
      [100, 100, 0],
      [100, 0, 0],
      [150, 50, 0],
      [150, 50, 1],
    ],
  ],
])('%s', (_case, looks) => {
  const socket = { bytesWritten: 0, writableLength: 0 };
  // Only these two are asked for.
  const delivery = new Delivery(socket as Socket);
  for (const [bytesWritten, writableLength, late] of looks) {
    Object.assign(socket, { bytesWritten, writableLength });
    expect(delivery.look()).toBe(late);
  }
});
