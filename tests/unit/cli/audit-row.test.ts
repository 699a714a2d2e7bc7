import { expect, test } from 'vitest';
import { auditRow } from '../../../src/cli/commands/audit.ts';

test('an entry of the audit log is told in words, with the beginnings of ids, in narrow columns', () => {
  const row = auditRow({
    ...{ id: '7d0e2b52-7b0e-4f4e-9d3b-0d1c7c3f5a10', act: 'INGEST', at: '2026-03-01T12:00:00.123Z' },
    ...{ actor: 'follower', keyPrefix: null, address: '203.0.113.7', refusal: 'NOT_HELD', revision: '12' },
    reason: 'it was sent by the publisher a second time, whole',
    about: {
      lists: [
        { list: '1c6ecb36-3a51-4c1f-8a2e-0b8f6d5f7f01', status: 'HELD', publishedAt: '2026-03-01T17:00:00.000Z' },
        { list: '2c6ecb36-3a51-4c1f-8a2e-0b8f6d5f7f01', status: 'ACCEPTED', fetchedFrom: null },
      ],
      address: `https://example.org/${'x'.repeat(60)}`,
      backfill: false,
    },
  });
  expect(row).toEqual([
    '2026-03-01T12:00:00Z',
    ['follower', '203.0.113.7'],
    ['ingest', 'NOT_HELD'],
    [
      ...['lists 1c6ecb36 HELD 2026-03-01T17:00:00.000Z', 'lists 2c6ecb36 ACCEPTED', 'address'],
      ...[`https://example.org/${'x'.repeat(24)}`, 'x'.repeat(36), 'backfill false'],
    ],
    ['it was sent by the publisher a', 'second time, whole'],
    '12',
  ]);
});
