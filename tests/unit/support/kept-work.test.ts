import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keptFolder } from '../../support/run/kept-work.ts';

test('work that failed is done again, and what was done is kept until a file differs', async () => {
  const sources = await mkdtemp(join(tmpdir(), 'accord287-kept-'));
  const source = join(sources, 'source');
  await writeFile(source, 'one');
  const name = `test-${randomUUID()}`;
  const work = async (folder: string): Promise<void> => writeFile(join(folder, 'copy'), await readFile(source));
  await expect(keptFolder(name, [source], () => Promise.reject(new Error('wrong')))).rejects.toThrow('wrong');
  const first = await keptFolder(name, [source], work);
  onTestFinished(() => rm(sources, { recursive: true }));
  expect(await keptFolder(name, [source], () => Promise.reject(new Error('not again')))).toBe(first);
  await writeFile(source, 'another');
  const second = await keptFolder(name, [source], work);
  onTestFinished(() => rm(second, { recursive: true }));
  expect(await readFile(join(second, 'copy'), 'utf8')).toBe('another');
  const kept = (await readdir(dirname(second))).filter((each) => each.startsWith(name));
  expect(kept).toEqual([basename(second)]);
});
