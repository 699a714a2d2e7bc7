import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { currentLedger } from '../../../src/database/folder/ledger-directory.ts';
import { markLedger } from '../../../src/database/folder/ledger-mark.ts';

async function dataDir(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'accord287-choice-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('is the sample until there is a real ledger, and the real one from then on', async () => {
  const path = await dataDir();
  expect(currentLedger(path, null)).toEqual({ directory: join(path, 'sample'), sample: true });
  await mkdir(join(path, 'real'));
  expect(currentLedger(path, null)).toEqual({ directory: join(path, 'real'), sample: false });
});

test('is the real one also when it is gone', async () => {
  const path = await dataDir();
  await markLedger(join(path, 'real'), 'epoch');
  expect(currentLedger(path, null).sample).toBe(false);
});

test('is the one that SAMPLE names, whatever is there', async () => {
  const path = await dataDir();
  expect(currentLedger(path, false).sample).toBe(false);
  await mkdir(join(path, 'real'));
  expect(currentLedger(path, true).sample).toBe(true);
});
