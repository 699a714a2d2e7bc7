/** One request: where it connects to, and what it makes of a packed answer. */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { fetchFile } from '../../../src/follow/fetch-file.ts';
import { openStubSource } from '../../support/source/stub-source.ts';

const options = { userAgent: 'test', accept: '*/*', mostBytes: 100_000, deadline: 10_000 };
const fetchFrom = (address: string, hosts: string[] | null) =>
  fetchFile(address, null, { ...options, check: async () => ({ why: null, hosts }) });

test('connects to the hosts that were checked, and asks for no others', async () => {
  await using source = await openStubSource();
  source.put('/list', { bytes: Buffer.from('a list') });
  // A name that no look-up finds.
  const address = `http://checked.invalid:${new URL(source.origin).port}/list`;
  expect(await fetchFrom(address, ['127.0.0.1'])).toMatchObject({ file: { bytes: Buffer.from('a list') } });
  expect(await fetchFrom(address, [])).toMatchObject({ failure: { outcome: 'UNREACHABLE' } });
  expect(source.asked).toEqual(['/list 200']);
});

test('unpacks an answer, and counts what it unpacks', async () => {
  await using source = await openStubSource();
  const packed = (path: string, bytes: Uint8Array): string => {
    source.put(path, (_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes));
    return `${source.origin}${path}`;
  };
  const list = gzipSync(Buffer.alloc(90_000, 'x'));
  expect(await fetchFrom(packed('/list', list), null)).toMatchObject({ file: { bytes: Buffer.alloc(90_000, 'x') } });
  const bomb = packed('/bomb', gzipSync(Buffer.alloc(50_000_000)));
  expect(await fetchFrom(bomb, null)).toMatchObject({ failure: { outcome: 'TOO_LARGE' } });
  for (const [path, bytes] of [
    ['/half', list.subarray(0, 60)],
    ['/garbage', Buffer.from('garbage')],
  ] as const)
    expect(await fetchFrom(packed(path, bytes), null), path).toMatchObject({ failure: { outcome: 'CUT_OFF' } });
});
