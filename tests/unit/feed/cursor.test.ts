import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CursorError, decodeEventCursor, encodeEventCursor } from '../../../src/feed/log/cursor.ts';

const epoch = '0b6e0c52-0f3a-4c6e-9f5d-2f6a7c1f9b11';
const otherEpoch = '7a1e4b1c-1b7e-4f43-8e0e-64b7a3a9c8de';
const refusal = (cursor: string, lastSequence = 100n) => {
  try {
    decodeEventCursor(cursor, { epoch, lastSequence });
  } catch (error) {
    return error instanceof CursorError ? error.code : error;
  }
  return null;
};

describe('event cursor', () => {
  it('decodes to the place it was made from', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), fc.option(fc.uuid()), (sequence, hash) => {
        const cursor = encodeEventCursor(epoch, sequence, hash);
        expect(decodeEventCursor(cursor, { epoch, lastSequence: sequence })).toEqual({ sequence, hash });
      }),
    );
  });

  it('refuses any other text as BAD_CURSOR', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(refusal(text)).toBe('BAD_CURSOR');
      }),
    );
  });

  it('reads one from before events had hashes', () => {
    expect(decodeEventCursor('AQtuDFIPOkxun10vanwfmxEAAAAAAAAAOQ', { epoch, lastSequence: 100n })).toEqual({
      ...{ sequence: 57n, hash: null },
    });
  });

  it('refuses every change of one character, never reading it as another place of the same log', () => {
    const cursor = encodeEventCursor(epoch, 57n);
    for (let index = 0; index < cursor.length - 11; index += 1) {
      const changed = `${cursor.slice(0, index)}${cursor[index] === 'A' ? 'B' : 'A'}${cursor.slice(index + 1)}`;
      expect(['BAD_CURSOR', 'CURSOR_STALE']).toContain(refusal(changed));
    }
  });

  it('refuses a cursor of another epoch as CURSOR_STALE', () => {
    expect(refusal(encodeEventCursor(otherEpoch, 3n))).toBe('CURSOR_STALE');
  });

  it('refuses a place that the log has not reached as CURSOR_IN_FUTURE', () => {
    expect(refusal(encodeEventCursor(epoch, 101n))).toBe('CURSOR_IN_FUTURE');
    expect(refusal(encodeEventCursor(epoch, 100n))).toBeNull();
  });
});
