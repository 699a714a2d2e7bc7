/** Temporary folders go with the work, and with the process. */
import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sweepTemporaryFolders, withTemporaryFolder } from '../../../src/operations/lists/temporary-folder.ts';
import { canBeOther, otherUid } from '../../support/processes/other-user.ts';
import { startModule } from '../../support/processes/program.ts';

let place: string;
const given = process.env.TMPDIR;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'accord287-temporary-'));
  process.env.TMPDIR = place;
});
afterEach(async () => {
  if (given === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = given;
  await rm(place, { recursive: true, force: true });
});

test('goes when the work is done, and when it fails, and leaves no listener', async () => {
  const before = process.listenerCount('SIGTERM');
  await withTemporaryFolder('sample', async (folder) => {
    await withTemporaryFolder('dry-run', (second) => writeFile(join(second, 'file'), ''));
    expect(existsSync(folder)).toBe(true);
  });
  await expect(withTemporaryFolder('sample', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await readdir(place)).toEqual([]);
  expect(process.listenerCount('SIGTERM')).toBe(before);
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('goes with a process that %s ends', async (signal) => {
  const child = startModule('tests/support/processes/temporary-folder.ts', [], {});
  // What runs the process from source has a folder there too.
  const ours = async (): Promise<string[]> => (await readdir(place)).filter((name) => name.startsWith('accord287'));
  await child.heard(/in .*dry-run/);
  expect(await ours()).toHaveLength(1);
  child.kill(signal);
  // By the signal, as without a folder.
  expect((await child.ended).code).toBeNull();
  expect(await ours()).toEqual([]);
});

test('what killed processes left is swept after a day, if it is ours', async () => {
  const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000);
  const leave = async (name: string, at: Date): Promise<string> => {
    const path = join(place, name);
    await mkdir(join(path, 'real'), { recursive: true });
    await utimes(path, at, at);
    return path;
  };
  await leave('accord287-dry-run-aB3xYz', yesterday);
  await leave('accord287-sample-000000', yesterday);
  await leave('accord287-dry-run-young1', new Date());
  await leave('accord287-control-0123456789abcdef', yesterday);
  await leave('of-somebody-else', yesterday);
  await symlink(join(place, 'of-somebody-else'), join(place, 'accord287-sample-linked'));
  const kept = ['accord287-control-0123456789abcdef', 'accord287-dry-run-young1', 'accord287-sample-linked'];
  if (canBeOther) {
    const path = await leave('accord287-sample-theirs', yesterday);
    await chown(path, otherUid, otherUid);
    kept.push('accord287-sample-theirs');
  }
  await sweepTemporaryFolders();
  expect((await readdir(place)).sort()).toEqual([...kept, 'of-somebody-else'].sort());
});
