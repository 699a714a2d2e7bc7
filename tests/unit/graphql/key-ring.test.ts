/** Which bearer keys count, and by whose clock they end. */
import { createHash } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { openKeyRing, settingsRing } from '../../../src/graphql/access/key-ring.ts';
import { readSources } from '../../support/repository/source-files.ts';

const key = 'a-key-of-many-letters-and-digits-0123456789';
const hash = createHash('sha256').update(key).digest('hex');

test('a part of a key, more than it, its hash and other letters are nobody’s', () => {
  const { readViewer } = settingsRing([hash, createHash('sha256').update('another').digest('hex')]);
  expect(readViewer(`Bearer ${key}`)).toMatchObject({ operator: true });
  const wrong = ['', key.slice(0, -1), key.slice(1), `${key}0`, key.toUpperCase(), hash, `${key} `.repeat(20), '\0'];
  for (const given of wrong) expect(readViewer(`Bearer ${given}`), given).toBeNull();
});

test('keys are compared by their hashes, in a time that tells nothing', () => {
  const [ring] = readSources('src').filter(({ path }) => path === 'src/graphql/access/key-ring.ts');
  expect(ring?.text).toContain('timingSafeEqual(key.digest, digest)');
  expect(ring?.text).not.toMatch(/given === (?!undefined)|=== given|\.equals\(/);
});

test.each([
  ['ahead', 3_600_000],
  ['behind', -3_600_000],
])('a key ends by the clock of the database, where that of the process is an hour %s', async (_how, offset) => {
  const now = Date.now();
  vi.spyOn(Date, 'now').mockImplementation(() => now + offset);
  const ring = await openKeyRing([], {
    read: async () => [{ id: '1', name: 'one', role: 'READ', hash, millisecondsLeft: 300 }],
    ...{ noteUse: async () => {}, listen: null, onTrouble: () => {}, pollMilliseconds: 1_000_000 },
  });
  expect(ring.readViewer(`Bearer ${key}`)).not.toBeNull();
  await expect.poll(() => ring.readViewer(`Bearer ${key}`)).toBeNull();
  await ring.close();
});
