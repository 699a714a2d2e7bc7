/** An embedded ledger is its owner's alone, whatever the umask and whatever was left open before. */
import { chmod, chown, lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepLedgerPrivate, keepParentPrivate, UnsafeFolder } from '../../../src/database/folder/private-files.ts';
import { openLedger } from '../../../src/database/open-ledger.ts';
import { RULES_VERSION } from '../../../src/ledger/derive/rules-version.ts';
import { canBeOther, otherUid, reachableByOther } from '../../support/processes/other-user.ts';

const umask = process.umask();
let parent: string;
let data: string;
let directory: string;
beforeEach(async () => {
  // Whatever another file of tests has left in this process.
  process.umask(0o022);
  // Everybody can come as far as the folder of the ledgers.
  parent = await mkdtemp(join(tmpdir(), 'accord287-private-'));
  await chmod(parent, 0o755);
  data = join(parent, 'data');
  directory = join(data, 'real');
});
afterEach(async () => {
  process.umask(umask);
  await rm(parent, { recursive: true, force: true });
});

const modeOf = async (path: string): Promise<string> => ((await lstat(path)).mode & 0o7777).toString(8);

async function openPaths(top: string): Promise<string[]> {
  const paths = [top, ...(await readdir(top, { recursive: true })).map((name) => join(top, name))];
  const facts = await Promise.all(paths.map(async (path) => ({ path, mode: (await lstat(path)).mode })));
  return facts.filter(({ mode }) => (mode & 0o077) !== 0).map(({ path }) => path);
}

test.skipIf(process.platform === 'win32')('a ledger made under an open umask has nothing for others', async () => {
  process.umask(0);
  const ledger = await openLedger({ directory, sample: false }, RULES_VERSION);
  expect(ledger.mended).toBe(0);
  expect(await modeOf(data)).toBe('700');
  expect(await modeOf(directory)).toBe('700');
  if (canBeOther) {
    // Also where the folder around it had to stay open.
    await chmod(data, 0o755);
    expect(await reachableByOther(data)).toEqual([`read ${data}`]);
    await chmod(data, 0o700);
  }
  await ledger.close();
  expect(await openPaths(data)).toEqual([]);
});

test.skipIf(process.platform === 'win32')('a ledger that was open to others is closed when it is opened', async () => {
  await (await openLedger({ directory, sample: false }, RULES_VERSION)).close();
  await chmod(data, 0o777);
  const paths = (await readdir(directory, { recursive: true })).map((name) => join(directory, name));
  for (const path of [directory, ...paths]) await chmod(path, 0o777);
  const ledger = await openLedger({ directory, sample: false }, RULES_VERSION);
  expect(ledger.mended).toBe(paths.length + 2);
  await ledger.close();
  expect(await openPaths(data)).toEqual([]);
});

test.skipIf(process.platform === 'win32')('what a link leads to keeps its rights', async () => {
  const outside = join(parent, 'outside');
  await writeFile(outside, '', { mode: 0o644 });
  await mkdir(directory, { recursive: true, mode: 0o755 });
  await symlink(outside, join(directory, 'file'));
  await symlink(parent, join(directory, 'folder'));
  expect(keepLedgerPrivate(directory)).toBe(1);
  expect(await modeOf(outside)).toBe('644');
  expect(await modeOf(parent)).toBe('755');
});

test.skipIf(process.platform === 'win32')('a folder that other files share is judged, not changed', async () => {
  await mkdir(data);
  await writeFile(join(data, 'of-somebody-else.txt'), '');
  await chmod(data, 0o755);
  expect(await keepParentPrivate(directory)).toBe(0);
  expect(await modeOf(data)).toBe('755');
  // As a folder for temporary files: others may add, not exchange.
  await chmod(data, 0o1777);
  expect(await keepParentPrivate(directory)).toBe(0);
  await chmod(data, 0o777);
  await expect(keepParentPrivate(directory)).rejects.toThrow(`Anyone may write to ${data}`);
});

test.skipIf(!canBeOther)('folders of another user are refused with what to do (skipped: needs root)', async () => {
  await mkdir(data);
  await chown(data, otherUid, otherUid);
  const opening = openLedger({ directory, sample: false }, RULES_VERSION);
  await expect(opening).rejects.toThrow(UnsafeFolder);
  await expect(opening).rejects.toThrow(`${data} belongs to another user (uid ${otherUid}`);
  await chown(data, 0, 0);
  await mkdir(directory);
  await chown(directory, otherUid, otherUid);
  await expect(openLedger({ directory, sample: false }, RULES_VERSION)).rejects.toThrow(`${directory} belongs to`);
  // Refused before anything was written, its lock given back.
  expect(await readdir(directory)).toEqual([]);
  expect(await readdir(data)).toEqual(['real', 'real.flock']);
});
