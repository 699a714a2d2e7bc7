import { join } from 'node:path';
import { expect, test } from 'vitest';
import { controlSocketPath } from '../../../src/operations/control/socket.ts';

test('lies beside the ledger where the path is short enough for a socket', () => {
  expect(controlSocketPath('/data/real')).toBe('/data/real.control/socket');
});

test('moves to the folder for temporary files where the path is too long, one name a ledger', () => {
  const deep = join('/', ...Array.from({ length: 30 }, () => 'folder'));
  const path = controlSocketPath(join(deep, 'real'));
  expect(Buffer.byteLength(path)).toBeLessThanOrEqual(100);
  expect(path).not.toBe(controlSocketPath(join(deep, 'sample')));
  expect(path).toBe(controlSocketPath(join(deep, 'real')));
});
