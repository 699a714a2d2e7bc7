/** The search for lists, and what is read of a file that an operator names. */
import { execFileSync } from 'node:child_process';
import { link, mkdir, mkdtemp, open, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeUnread, findLists } from '../../../src/cli/find-lists.ts';
import { readRegularFile } from '../../../src/operations/lists/read-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accord287-find-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const place = (name: string): string => join(folder, name);

describe('the search', () => {
  test('finds lists below a folder, in order, without what Excel leaves beside them', async () => {
    await mkdir(place('b'));
    for (const name of ['z.csv', 'a.XLSX', 'b/m.xlsx', '~$a.xlsx', '.hidden.csv', 'notes.txt']) {
      await writeFile(place(name), '');
    }
    expect((await findLists([folder, place('z.csv')])).lists).toEqual(['a.XLSX', 'b/m.xlsx', 'z.csv'].map(place));
  });

  test('follows links to files, and none to folders, so that no ring of links is endless', async () => {
    await mkdir(place('lists'));
    await writeFile(place('real.csv'), '');
    await symlink(place('real.csv'), place('lists/linked.csv'));
    await symlink(place('nothing'), place('lists/broken.csv'));
    await symlink(folder, place('lists/ring.csv'));
    await symlink('..', place('lists/up'));
    expect((await findLists([place('lists')])).lists).toEqual([place('lists/linked.csv')]);
  });

  test('ends with a sentence where there is too much', async () => {
    await mkdir(place('1/2/3'), { recursive: true });
    await expect(findLists([folder], { depth: 3, entries: 10 })).rejects.toThrow('more than 3 folders deep');
    for (const name of ['a.csv', 'b.csv', 'c.csv']) await writeFile(place(name), '');
    await expect(findLists([folder], { depth: 9, entries: 5 })).rejects.toThrow('more than 5 files and folders');
  });

  test('names what is no file', async () => {
    await expect(findLists(['/dev/zero'])).rejects.toThrow('/dev/zero is a device, not a file');
    execFileSync('mkfifo', [place('pipe.csv')]);
    await expect(findLists([place('pipe.csv')])).rejects.toThrow('pipe.csv is a pipe, not a file');
    // In a folder it is passed over.
    await expect(findLists([folder])).rejects.toThrow('No .xlsx or .csv file');
  });

  test('names what looks like a list and is not read', async () => {
    await mkdir(place('inner'));
    const names = ['a.xlsx', 'inner/b.CSV', 'c.xlsb', 'd.xlsm', 'inner/e.ods', 'f\n.xlsx', 'g.csv\n'];
    for (const name of [...names, '~$a.xlsx', '.h.xlsx', 'i.pdf', 'j.txt']) await writeFile(place(name), '');
    const { lists, unread } = await findLists([folder, place('a.xlsx')]);
    expect(lists.map((path) => basename(path))).toEqual(['a.xlsx', 'b.CSV']);
    expect(unread.map((path) => basename(path)).sort()).toEqual(['c.xlsb', 'd.xlsm', 'e.ods', 'f\n.xlsx', 'g.csv\n']);
    expect(describeUnread(unread)).toContain(String.raw`"f\n.xlsx"`);
  });

  test('says which files it passed over where there is no list', async () => {
    await expect(findLists([folder])).rejects.toThrow('No .xlsx or .csv file was found there');
    await writeFile(place('list.xlsb'), '');
    await expect(findLists([folder])).rejects.toThrow('Not read, because only .xlsx and .csv are');
    await expect(findLists([place('none.xlsx')])).rejects.toThrow('There is no file or folder');
  });
});

describe('a file', () => {
  test('is read whole, by its link and by another name too', async () => {
    await writeFile(place('a'), 'content');
    await symlink(place('a'), place('linked'));
    await link(place('a'), place('second'));
    for (const name of ['a', 'linked', 'second']) {
      expect(String(await readRegularFile(place(name), 7))).toBe('content');
    }
    await writeFile(place('empty'), '');
    expect(await readRegularFile(place('empty'), 7)).toHaveLength(0);
  });

  test('that says no size is read to its end, and no further than the limit', async () => {
    expect(String(await readRegularFile('/proc/self/status', 100_000))).toContain('Pid:');
    await expect(readRegularFile('/proc/self/status', 100)).rejects.toThrow(
      '/proc/self/status has more than 100 bytes',
    );
  });

  test('of a terabyte without content is not read', async () => {
    const file = await open(place('sparse.csv'), 'w');
    await file.truncate(1e12);
    await file.close();
    await expect(readRegularFile(place('sparse.csv'), 1_000)).rejects.toThrow('sparse.csv has 1000000000000 bytes');
  });

  test('that grows while it is read is given up at the limit', async () => {
    const file = await open(place('log.csv'), 'w');
    await file.write('x');
    // Each write is behind a read; the reader never sees the end before the limit.
    let growing = true;
    const grow = (async () => {
      while (growing) await file.write('x'.repeat(1_000_000));
    })();
    await expect(
      (async () => {
        for (;;) await readRegularFile(place('log.csv'), 20_000_000);
      })(),
    ).rejects.toThrow(/log\.csv has (more than )?\d+ bytes/);
    growing = false;
    await grow;
    await file.close();
  });

  test.each([
    ['/dev/zero', 'a device'],
    ['/dev/tty', 'a device'],
    ['/', 'a folder'],
  ])('%s is none', async (path, kind) => {
    await expect(readRegularFile(path, 10)).rejects.toThrow(`${path} is ${kind}, not a file.`);
  });

  test('a pipe or a socket is none, and nobody waits for its writer', async () => {
    execFileSync('mkfifo', [place('pipe')]);
    await expect(readRegularFile(place('pipe'), 10)).rejects.toThrow('is a pipe');
    const server = createServer().listen(place('socket'));
    await expect(readRegularFile(place('socket'), 10)).rejects.toThrow('is a socket');
    server.close();
  });

  test('that is not there, or in no folder, is named', async () => {
    await expect(readRegularFile(place('none'), 10)).rejects.toThrow(`${place('none')} cannot be read`);
  });
});
