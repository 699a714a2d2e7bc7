/** Reading in a worker: the same answer as without one, within its limits of time and memory. */
import { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createListReader, type ListReaderOptions } from '../../../src/intake/list-reader.ts';
import { readList } from '../../../src/intake/table/read-list.ts';
import { buildWorkbook, facts, participatingHeader, participatingRow } from '../../unit/intake/workbook-builder.ts';

function reader(options: ListReaderOptions = {}) {
  const created = createListReader(options);
  onTestFinished(() => created.close());
  return created;
}

const workbook = (rows: number) =>
  buildWorkbook([{ rows: [participatingHeader, ...Array.from({ length: rows }, () => participatingRow())] }]);

it('answers what reading without a worker answers, file after file', async () => {
  const { read } = reader();
  const files = [await workbook(3), new Uint8Array(), await workbook(1)];
  const answers = await Promise.all(files.map((bytes) => read(bytes, facts)));
  expect(answers).toEqual(await Promise.all(files.map((bytes) => readList(bytes, facts))));
});

it('leaves the bytes to the caller', async () => {
  const bytes = await workbook(1);
  const before = Uint8Array.from(bytes);
  await reader().read(bytes, facts);
  expect(bytes).toEqual(before);
});

it('refuses a file that takes too long, and reads the next one', async () => {
  const { read } = reader({ milliseconds: 1 });
  const bytes = await workbook(2_000);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    expect(await read(bytes, facts)).toMatchObject({ ok: false, rejection: { code: 'TIMEOUT' } });
  }
});

it('refuses a file that needs too much memory, and reads the next one', async () => {
  const { read } = reader({ megabytes: 48 });
  const large = await workbook(40_000);
  expect(await read(large, facts)).toMatchObject({ ok: false, rejection: { code: 'OUT_OF_MEMORY' } });
  expect(await read(await workbook(1), facts)).toMatchObject({ ok: true });
});

it('refuses a file that is too large without handing it to the worker', async () => {
  const result = await reader().read(new Uint8Array(20_000_001), facts);
  expect(result).toMatchObject({ ok: false, rejection: { code: 'TOO_LARGE' } });
});

it('passes a fault of the caller on, and goes on', async () => {
  const { read } = reader();
  const bytes = await workbook(1);
  await expect(read(bytes, { ...facts, publishedAt: 'yesterday' })).rejects.toThrow('not a time of publication');
  expect(await read(bytes, facts)).toMatchObject({ ok: true });
});

it('rejects what is asked of it once it is closed', async () => {
  const closed = createListReader();
  await closed.close();
  await expect(closed.read(new Uint8Array([1]), facts)).rejects.toThrow('closed');
});

it('rejects what is under way when it is closed', async () => {
  const closing = createListReader();
  const reading = expect(closing.read(await workbook(5_000), facts)).rejects.toThrow('closed');
  await Promise.resolve();
  await closing.close();
  await reading;
});

it('leaves its worker to the next reader, once, and to none with another heap', async () => {
  const started = vi.spyOn(Worker.prototype, 'ref');
  const used = (): unknown => started.mock.contexts.at(-1);
  const bytes = await workbook(1);
  const readBy = async (options?: ListReaderOptions) => {
    const created = reader(options);
    expect(await created.read(bytes, facts)).toMatchObject({ ok: true });
    return { worker: used(), close: created.close };
  };
  const first = await readBy();
  await Promise.all([first.close(), first.close()]);
  const second = await readBy();
  expect(second.worker).toBe(first.worker);
  const beside = await readBy();
  expect(beside.worker).not.toBe(first.worker);
  await second.close();
  expect((await readBy({ megabytes: 64 })).worker).not.toBe(first.worker);
});

it('does not leave a worker that ended, or that was stopped', async () => {
  const started = vi.spyOn(Worker.prototype, 'ref');
  const bytes = await workbook(1);
  const first = reader();
  expect(await first.read(bytes, facts)).toMatchObject({ ok: true });
  const [left] = started.mock.contexts as unknown as Worker[];
  await first.close();
  await left?.terminate();
  const stopping = reader({ milliseconds: 1 });
  expect(await stopping.read(await workbook(2_000), facts)).toMatchObject({ ok: false });
  await stopping.close();
  expect(await reader().read(bytes, facts)).toMatchObject({ ok: true });
});
