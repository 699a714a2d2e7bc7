/** A row that stands as on the list of its kind before, and means another thing by what came since. */
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { conclusions, emptyLedger, ingest, log, tell } from '../../support/ledgers/ledger.ts';
import { rederiveAll } from '../../support/ledgers/rederive-all.ts';
import type { ListGiven, RowGiven } from '../../support/lists/lists.ts';

const database = await openTestDatabase();
const { db } = database;
afterAll(() => database.close());
beforeEach(() => emptyLedger(db));

const other: RowGiven = { agency: 'Other Police' };
const own: RowGiven = { agency: 'Xray Police' };
const participating = (on: string, ...rows: RowGiven[]): ListGiven => ({ on, rows: [other, ...rows] });
const pending = (on: string, ...rows: RowGiven[]): ListGiven => ({ kind: 'PENDING', on, rows });
const jail: RowGiven = { ...own, model: 'JAIL_ENFORCEMENT' };
const another: RowGiven = { agency: 'Yankee Police' };
const once: RowGiven[] = [
  { ...own, county: '48001' },
  { ...jail, county: '48003' },
];
const twice: RowGiven[] = [...once, { ...jail, county: '48003' }];

const whatEnded = [
  participating('2025-03-01', own),
  participating('2025-03-03'),
  pending('2025-03-05', own),
  ...['2025-03-06', '2025-03-10', '2025-03-14'].map((on) => participating(on)),
];

const cases: [what: string, lists: ListGiven[], told: string | null][] = [
  [
    'on a pending list, of an agreement that participating lists ended: it waits anew',
    [...whatEnded, pending('2025-03-15', own)],
    'PENDING_ADDED live',
  ],
  [
    'on a pending list that shows another, of an agreement that participating lists ended: it waits anew',
    [...whatEnded, pending('2025-03-15', own, another)],
    'PENDING_ADDED live',
  ],
  [
    'on a pending list, of an agreement that was signed again: it is listed with the new one',
    [
      participating('2025-03-01', { ...jail, signed: '2024-10-01', memorandum: 'https://example.org/1' }),
      pending('2025-03-05', jail),
      participating('2025-03-20', { ...jail, signed: '2025-03-18', memorandum: 'https://example.org/2' }),
      pending('2025-03-21', jail, another),
    ],
    null,
  ],
  [
    'twice on a sheet: type and county are those of most rows',
    [
      participating('2025-03-01', ...once),
      participating('2025-03-03', ...twice),
      participating('2025-03-05', ...once),
      participating('2025-03-07', ...twice),
    ],
    null,
  ],
  [
    'signed two years ahead: it is believed once that is the next year',
    [
      participating('2025-12-20', { ...own, signed: '2027-01-31' }),
      participating('2026-01-05', { ...own, signed: '2027-01-31' }),
    ],
    'AGREEMENT_CORRECTED live',
  ],
];

describe.each(cases)('%s', (_what, lists, told) => {
  test('as soon as the list comes', async () => {
    for (const list of lists.slice(0, -1)) await ingest(db, list);
    const before = (await log(db)).length;
    await ingest(db, lists.at(-1) as ListGiven);
    if (told !== null) expect(tell(await log(db)).slice(before)).toContain(told);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  test('also where one of the lists comes late', async () => {
    for (const list of lists) await ingest(db, list);
    const inOrder = await conclusions(db);
    for (const late of lists.slice(0, -1)) {
      await emptyLedger(db);
      for (const list of lists) if (list !== late) await ingest(db, list);
      await ingest(db, late);
      expect(await conclusions(db), late.on).toEqual(inOrder);
    }
  });
});
