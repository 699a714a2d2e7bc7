import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { applyHistory, applyList } from '../../../src/ledger/apply/apply.ts';
import { acceptedLists } from '../../../src/ledger/apply/lists/publication.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { conclusions, emptyLedger, identities, ingest, log, tell } from '../../support/ledgers/ledger.ts';
import { rederiveAll } from '../../support/ledgers/rederive-all.ts';
import { inEveryOrder } from '../../support/lists/every-order.ts';
import { arrival, at, type ListGiven, type RowGiven } from '../../support/lists/lists.ts';
import { isLong } from '../../support/run/long-tests.ts';

const database = await openTestDatabase();
const { db } = database;
afterAll(() => database.close());
beforeEach(() => emptyLedger(db));

const many = (count: number, given: RowGiven = {}): RowGiven[] =>
  Array.from({ length: count }, (_, index) => ({ ...given, agency: `Number ${words(index)} Police` }));
/** Names that no rule takes for one another. */
const words = (index: number): string =>
  [...String(index).padStart(4, '0')]
    .map((digit) => 'kalu mora tibe zonu vesi dapo ruge fima hoxe lyca'.split(' ')[Number(digit)])
    .join('');

describe('the guard', () => {
  it('answers the same table at the same publication with the first, and stores nothing', async () => {
    const first = await ingest(db, { on: '2025-03-01', rows: [{}] });
    const again = await ingest(db, { on: '2025-03-01', rows: [{}] });
    expect(again).toMatchObject({ status: 'DUPLICATE', snapshotId: first.snapshotId, events: {} });
    expect(again.revision).toBe(first.revision);
    expect(await acceptedLists(db)).toHaveLength(1);
  });

  it('accepts the same table at another time: it confirms what is absent from it', async () => {
    await ingest(db, { on: '2025-03-01', rows: [{}, { agency: 'Other Police' }] });
    for (const on of ['2025-03-02', '2025-03-03', '2025-03-04']) await ingest(db, { on, rows: [{}] });
    const confirming = await ingest(db, { on: '2025-03-10', rows: [{}] });
    expect(confirming).toMatchObject({ status: 'ACCEPTED', events: { AGREEMENT_ENDED: 1 } });
  });

  it('stores the refusal of a file that could not be read, once, and changes nothing else', async () => {
    const rejection = { code: 'DAMAGED_ARCHIVE', message: 'list.xlsx: the archive ends early.' };
    const refused = {
      ...{ fileName: 'list.xlsx', origin: 'FILE' as const },
      result: {
        ...{ sha256: 'a'.repeat(64), ok: false as const, rejection },
        ...{ publishedAt: at('2025-03-01'), publishedAtBasis: 'INGESTED' as const },
      },
    };
    const before = await conclusions(db);
    const first = await applyList(db, refused, { backfill: false });
    const again = await applyList(db, refused, { backfill: false });
    expect(first).toMatchObject({ status: 'REJECTED', rejection });
    expect(again).toMatchObject({ status: 'REJECTED', snapshotId: first.snapshotId, revision: first.revision });
    expect(await conclusions(db)).toEqual(before);
    expect(await log(db)).toEqual([]);
  });

  it.each<[string, RowGiven[], string]>([
    ['more than 10 missing', many(89), 'AGREEMENTS_MISSING'],
    ['an empty sheet', [], 'AGREEMENTS_MISSING'],
    ['a place of more than 5 with none', [...many(94), ...[]], 'PLACE_EMPTIED'],
    ['more than 200 added', many(301), 'AGREEMENTS_ADDED'],
    ['dates one day off', many(100, { signed: '2025-03-02' }), 'SIGNED_CHANGED'],
    ['other memoranda', many(100, { memorandum: 'https://example.org/other.pdf' }), 'MEMORANDA_REPLACED'],
    ['a suffix on every name', many(100).map((row) => ({ ...row, agency: `${row.agency} LLC` })), 'NAMES_RESPELT'],
    ['rows in another state', [...many(95), ...many(100, { state: 'GA' }).slice(95)], 'AGREEMENTS_MOVED'],
  ])('holds a list with %s; it changes nothing', async (_what, rows, rule) => {
    const georgia = many(6, { state: 'GA' });
    const memorandum = 'https://example.org/one.pdf';
    const base = rule === 'PLACE_EMPTIED' ? [...many(94), ...georgia] : many(100, { memorandum });
    await ingest(db, { on: '2025-03-01', rows: base });
    const before = { conclusions: await conclusions(db), log: await log(db) };
    const held = await ingest(db, { on: '2025-03-02', rows });
    expect(held.status).toBe('HELD');
    expect(held.holdReasons.map((reason) => reason.rule)).toContain(rule);
    expect({ conclusions: await conclusions(db), log: await log(db) }).toEqual(before);
  });

  it('never holds the first list, nor a pending one', async () => {
    expect(await ingest(db, { on: '2025-03-01', rows: many(300) })).toMatchObject({ status: 'ACCEPTED' });
    await ingest(db, { kind: 'PENDING', on: '2025-03-01', rows: many(50, { state: 'GA' }) });
    expect(await ingest(db, { kind: 'PENDING', on: '2025-03-02', rows: [] })).toMatchObject({ status: 'ACCEPTED' });
  });

  it('compares a list after a held one with the last accepted', async () => {
    await ingest(db, { on: '2025-03-01', rows: many(100) });
    await ingest(db, { on: '2025-03-02', rows: many(10) });
    const next = await ingest(db, { on: '2025-03-03', rows: many(101) });
    expect(next).toMatchObject({ status: 'ACCEPTED', events: { AGREEMENT_ADDED: 1 } });
  });

  it('reports one key twice on a sheet as an issue on the row that was not taken', async () => {
    const twice = await ingest(db, { on: '2025-03-01', rows: [{ signed: '2025-02-01' }, { signed: '2025-02-20' }] });
    expect(twice).toMatchObject({ rowCount: 2, issueCount: 1, events: { AGREEMENT_ADDED: 1 } });
  });
});

describe('a list of many names', () => {
  it('comes to the same in rounds of a few names as at once', async () => {
    const rows = [
      ...many(12),
      ...many(9, { state: 'GA' }),
      // Names that an alias links are in one round.
      ...['Macro Island Police', 'Marco Island Police'].map((agency) => ({ agency, state: 'FL' })),
      ...many(7, { state: 'FL', model: 'JAIL_ENFORCEMENT' }),
    ];
    await ingest(db, { on: '2025-03-01', rows });
    const atOnce = await identities(db);
    await emptyLedger(db);
    await applyList(db, arrival({ on: '2025-03-01', rows }), { backfill: false, namesAtOnce: 3 });
    expect(await identities(db)).toEqual(atOnce);
    expect((await log(db)).map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: (await log(db)).length }, (_, index) => index + 1),
    );
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });
});

describe('live or history', () => {
  it('tells of the first list as history and of the next as news', async () => {
    await ingest(db, { on: '2025-03-01', rows: [{}] });
    await ingest(db, { on: '2025-03-02', rows: [{}, { agency: 'Other Police' }] });
    expect(tell(await log(db))).toEqual([
      ...['AGREEMENT_ADDED history', 'HISTORY_CHANGED live', 'AGREEMENT_ADDED live'],
    ]);
  });

  it('tells of a list as history when the operator says so', async () => {
    await ingest(db, { on: '2025-03-01', rows: [{}] });
    await ingest(db, { on: '2025-03-02', rows: [{}, { agency: 'Other Police' }] }, true);
    expect(tell(await log(db)).slice(2)).toEqual(['AGREEMENT_ADDED history', 'HISTORY_CHANGED live']);
  });

  it('retracts nothing live of what is in force before and after an older list: that it began earlier is history', async () => {
    const other = { agency: 'Other Police' };
    await ingest(db, { on: '2025-03-01', rows: [{}] });
    await ingest(db, { on: '2025-03-09', rows: [{}, other] });
    await ingest(db, { on: '2025-03-05', rows: [{}, other] });
    expect(tell(await log(db)).slice(3)).toEqual(['EVENT_RETRACTED history', 'AGREEMENT_ADDED history']);
  });

  it('retracts, live, an alert that an older list shows to be wrong', async () => {
    const other = { agency: 'Other Police' };
    const [shown, not] = [[{}, other], [{}]];
    await ingest(db, { on: '2025-03-01', rows: shown });
    for (const on of ['2025-03-02', '2025-03-03', '2025-03-04', '2025-03-12']) await ingest(db, { on, rows: not });
    await ingest(db, { on: '2025-03-11', rows: shown });
    expect(tell(await log(db)).slice(-3)).toEqual([
      ...['EVENT_RETRACTED live', 'AGREEMENT_RESTORED history', 'AGREEMENT_UNLISTED live'],
    ]);
  });

  it('tells live what an older list changes today', async () => {
    const [first, other] = [{}, { agency: 'Other Police' }];
    await ingest(db, { on: '2025-03-01', rows: [first, other] });
    for (const on of ['2025-03-02', '2025-03-03', '2025-03-12']) await ingest(db, { on, rows: [first] });
    const late = await ingest(db, { on: '2025-03-04', rows: [first] });
    expect(late.events).toEqual({ AGREEMENT_ENDED: 1 });
    expect(tell(await log(db)).at(-1)).toBe('AGREEMENT_ENDED live');
  });
});

const scenario: ListGiven[] = [
  {
    on: '2025-03-01',
    rows: [{ agency: 'Alpha Police' }, { agency: 'Bravo County Sheriff', model: 'JAIL_ENFORCEMENT' }],
  },
  { kind: 'PENDING', on: '2025-03-02', rows: [{ agency: 'Charlie Police' }, { agency: 'Delta Police', state: 'GA' }] },
  { on: '2025-03-05', rows: [{ agency: 'Alpha Police' }, { agency: 'Charlie Police', signed: '2025-03-04' }] },
  {
    on: '2025-03-09',
    rows: [
      { agency: 'Alphas Police' },
      { agency: 'Charlie Police', signed: '2025-03-05' },
      { agency: 'Delta Police', state: 'GA' },
    ],
  },
  {
    on: '2025-03-20',
    rows: [
      { agency: 'Alphas Police' },
      { agency: 'Bravo County Sheriff', model: 'JAIL_ENFORCEMENT' },
      { agency: 'Delta Police', state: 'GA', signed: '2025-08-01', memorandum: 'https://example.org/m.pdf' },
    ],
  },
];

/** What is listed by the first of two lists of one instant is off the other, and three later lists confirm it. */
const tied: ListGiven[] = [
  { on: '2025-03-01', rows: [{ agency: 'Bravo Police' }] },
  { on: '2025-03-01', rows: [{ agency: 'Alpha Police' }, { agency: 'Bravo Police' }] },
  ...['2025-03-02', '2025-03-05', '2025-03-08'].map((on) => ({ on, rows: [{ agency: 'Bravo Police' }] })),
];

describe('lists that are history, all at once', () => {
  it('are judged in halves where together they change too much today, and told in one event', async () => {
    const [memorandum, other] = ['https://example.org/one.pdf', 'https://example.org/other.pdf'];
    await ingest(db, { on: '2025-03-01', rows: many(40, { memorandum }) });
    await ingest(db, { on: '2025-04-12', rows: many(40) });
    const before = await conclusions(db);
    // The newest list links nothing, so the last that did says what the memoranda are today.
    const lists: ListGiven[] = [
      { on: '2025-03-10', rows: many(39, { memorandum }) },
      { on: '2025-03-11', rows: many(40, { memorandum: other }) },
      { on: '2025-03-12', rows: many(41) },
      { on: '2025-03-15', rows: many(40, { memorandum: other }) },
      { on: '2025-03-16', rows: many(38) },
    ];
    const together = await applyHistory(db, lists.map(arrival));
    const told = (await log(db)).filter(({ kind }) => kind === 'HISTORY_CHANGED');
    const verdicts = together.map(({ status, holdReasons }) => ({
      status,
      rules: holdReasons.map(({ rule }) => rule),
    }));
    const accepted = { status: 'ACCEPTED', rules: [] };
    const memoranda = { status: 'HELD', rules: ['MEMORANDA_REPLACED'] };
    expect(verdicts).toEqual([accepted, memoranda, accepted, memoranda, accepted]);
    // One of the first list of all, one of these.
    expect(told.map(({ backfill }) => backfill)).toEqual([false, false]);
    expect(told[1]?.summary).toMatch(
      /^The history of the ledger changed: 3 lists arrived, \d+ events of history, since/,
    );
    expect(together.filter(({ events }) => events.HISTORY_CHANGED === 1)).toHaveLength(1);
    const concluded = await conclusions(db);
    expect(concluded).not.toEqual(before);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
    await emptyLedger(db);
    await ingest(db, { on: '2025-03-01', rows: many(40, { memorandum }) });
    await ingest(db, { on: '2025-04-12', rows: many(40) });
    const alone = [];
    for (const list of lists) alone.push(await ingest(db, list, true));
    expect(alone.map(({ status, holdReasons }) => ({ status, rules: holdReasons.map(({ rule }) => rule) }))).toEqual(
      verdicts,
    );
    expect(await conclusions(db)).toEqual(concluded);
  });

  const first: ListGiven = { on: '2025-03-01', rows: many(100) };
  const last: ListGiven = { on: '2025-03-20', rows: many(105) };
  const between: ListGiven[] = [
    { on: '2025-03-08', rows: many(103) },
    { on: '2025-03-04', rows: many(60) },
    { on: '2025-03-08', rows: many(103) },
    { on: '2025-03-06', rows: [...many(101), { agency: 'Other Police', model: 'JAIL_ENFORCEMENT' }] },
  ];

  it('get the verdicts and come to the conclusions that they would one by one', async () => {
    for (const list of [first, last]) await ingest(db, list);
    const alone = [];
    for (const list of between) alone.push(await ingest(db, list, true));
    const [told, lines] = [await conclusions(db), await log(db)];
    await emptyLedger(db);
    for (const list of [first, last]) await ingest(db, list);
    const together = await applyHistory(db, between.map(arrival));
    const verdict = ({ status, snapshotId, rowCount, issueCount, holdReasons }: (typeof together)[number]) =>
      ({ status, snapshotId, rowCount, issueCount, holdReasons }) as const;
    expect(together.map(verdict)).toEqual(alone.map(verdict));
    // What the cut off list lacks is in force before and after it: today it changes nothing.
    expect(together.map(({ status }) => status)).toEqual(['ACCEPTED', 'ACCEPTED', 'DUPLICATE', 'ACCEPTED']);
    expect(await conclusions(db)).toEqual(told);
    expect(new Set(together.map(({ revision }) => revision)).size).toBe(1);
    expect((await log(db)).length).toBeLessThan(lines.length);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('put each event down to its list, and what they change of others to the last of them', async () => {
    for (const list of [first, last]) await ingest(db, list);
    const together = await applyHistory(db, between.map(arrival));
    expect(together.map(({ events }) => events)).toMatchInlineSnapshot(`
      [
        {
          "AGREEMENT_ADDED": 2,
          "AGREEMENT_UNLISTED": 1,
          "EVENT_RETRACTED": 3,
          "HISTORY_CHANGED": 1,
        },
        {
          "AGREEMENT_UNLISTED": 40,
        },
        {},
        {
          "AGREEMENT_ADDED": 2,
          "AGREEMENT_RESTORED": 40,
        },
      ]
    `);
  });
});

describe('the ledger is a function', () => {
  it.each([
    ['at five times', scenario],
    ['two of them at one time', tied],
  ])(
    'of the accepted lists: all orders of arrival of lists %s agree',
    async (_what, lists) => {
      const outcomes: string[] = [];
      // Otherwise those that begin with the oldest or with the newest.
      const firsts = isLong ? lists : lists.filter((_, index) => index === 0 || index === lists.length - 1);
      await inEveryOrder(
        db,
        lists,
        async (tx, list) => expect((await ingest(tx, list)).status).toBe('ACCEPTED'),
        async (tx) => void outcomes.push(JSON.stringify(await conclusions(tx))),
        firsts,
      );
      expect(outcomes).toHaveLength(firsts.length * 24);
      expect(new Set(outcomes).size).toBe(1);
    },
    1_200_000,
  );

  it('ends what only the first of two lists of one instant showed, whenever each of them comes', async () => {
    const [shown, not] = [[{ state: 'GA', agency: 'Alpha Police' }], []];
    const other = { agency: 'Other Police' };
    // Found by chance, with other lists between: the stretch of no length was forgotten, and with it the waiting.
    const given: ListGiven[] = [
      { on: '2025-03-02', rows: [other] },
      { kind: 'PENDING', on: '2025-03-01', rows: [other, ...shown] },
      { on: '2025-03-01', rows: [other] },
      { on: '2025-03-08', rows: not },
      { kind: 'PENDING', on: '2025-04-30', rows: [other, ...shown] },
      { on: '2025-03-01', rows: [other, ...shown] },
      { on: '2025-03-04', rows: not },
      { kind: 'PENDING', on: '2025-04-25', rows: [other, ...shown] },
    ];
    const outcomes = new Set<string>();
    for (const order of [given, given.toReversed(), given.toSorted((a, b) => (a.on < b.on ? -1 : 1))]) {
      await emptyLedger(db);
      for (const list of order) await ingest(db, list);
      expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
      outcomes.add(JSON.stringify(await conclusions(db)));
    }
    expect(outcomes.size).toBe(1);
  });

  it('numbers its log without a gap, and what was not retracted is what derive yields, in any order', async () => {
    for (const order of [scenario, scenario.toReversed(), [2, 0, 4, 1, 3].flatMap((index) => scenario[index] ?? [])]) {
      await emptyLedger(db);
      for (const list of order) await ingest(db, list);
      const lines = await log(db);
      expect(lines.map(({ sequence }) => sequence)).toEqual(lines.map((_, index) => index + 1));
      expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
      expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
    }
  });
});
