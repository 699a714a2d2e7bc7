/**
 * The fold: whoever queries at a position and replaces by id from live events alone has what a query answers, through
 * every act that there is, in any order.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalName } from '../../../src/ledger/derive/names/canonical-name.ts';
import { identityLinks, type NameDecision } from '../../../src/ledger/derive/names/identity-links.ts';
import { emptyPlace, type UnreadableRow } from '../../../src/ledger/derive/place-state.ts';
import { type Held, PureLedger, type PureList, type PureRow } from '../../support/ledgers/pure-ledger.ts';
import { runs } from '../../support/run/long-tests.ts';

const names = [
  ...['Alpha Police', 'Alphas Police', 'City of Alpha Police', 'Bravo County Sheriff', 'Charlie Police'],
  ...['Charlie Beach Police', 'Delta Marshal', 'Deltas Marshal', 'Marshal Delta'],
];
const anyRow = fc.record({
  placeCode: fc.constantFrom('TX' as const, 'TX' as const, 'TX' as const, 'OK' as const),
  agencyName: fc.constantFrom(...names),
  model: fc.constantFrom('TASK_FORCE' as const, 'TASK_FORCE' as const, 'JAIL_ENFORCEMENT' as const),
  signedOn: fc.constantFrom('2025-03-01', '2025-03-01', '2025-03-02', '2020-01-01', null),
  memorandumUrl: fc.constantFrom(null, null, 'https://example.org/a.pdf', 'https://example.org/b.pdf'),
});
type AnyRow = typeof anyRow extends fc.Arbitrary<infer Row> ? Row : never;
const anySheets = fc.array(fc.array(anyRow, { maxLength: 5 }), { minLength: 4, maxLength: 4 });
const name = fc.nat(names.length - 1);
interface Unreadable {
  row: number;
  cell: 'placeCode' | 'nameKey' | 'model';
}
const anyList = fc.record({
  act: fc.constant('list' as const),
  kind: fc.constantFrom(
    'PARTICIPATING' as const,
    'PARTICIPATING' as const,
    'PARTICIPATING' as const,
    'PENDING' as const,
  ),
  day: fc.integer({ min: 0, max: 40 }),
  sheet: fc.nat(3),
  /** Rows of the sheet, by number, of which a cell cannot be read. */
  unreadable: fc.constant<readonly Unreadable[]>([]),
  /** The row of the sheet that stands in another state. */
  elsewhere: fc.constant<number | null>(null),
});
const anyCell = fc.constantFrom('placeCode' as const, 'nameKey' as const, 'model' as const);
const anyUnreadable = fc.array(fc.record({ row: fc.nat(4), cell: anyCell }), { minLength: 1, maxLength: 3 });
const anyAct = fc.oneof(
  { weight: 6, arbitrary: anyList },
  // A day or a few after all others: the usual way.
  { weight: 6, arbitrary: anyList.map((list) => ({ ...list, day: null })) },
  // A list with rows that cannot be read.
  {
    weight: 3,
    arbitrary: fc
      .tuple(anyList, anyUnreadable, fc.boolean())
      .map(([list, unreadable, isLate]) => ({ ...list, unreadable, day: isLate ? list.day : null })),
  },
  // A list with a row in another state than other lists have it.
  {
    weight: 4,
    arbitrary: fc
      .tuple(anyList, fc.nat(4), fc.integer({ min: 0, max: 3 }))
      .map(([list, elsewhere, late]) => ({ ...list, elsewhere, day: late === 0 ? list.day : null })),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('merge' as const), left: name, right: name }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('split' as const), left: name, right: name }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('revoke' as const), which: fc.nat(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constantFrom('withdraw' as const, 'restore' as const), which: fc.nat(9) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('redate' as const),
      which: fc.nat(9),
      day: fc.integer({ min: 0, max: 40 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('rename' as const), which: fc.nat(9), to: fc.nat(9) }) },
  // What is printed in such cells is known from now on, or no longer.
  { weight: 2, arbitrary: fc.record({ act: fc.constant('spelling' as const), cell: anyCell }) },
);
type Act = typeof anyAct extends fc.Arbitrary<infer Each> ? Each : never;

const start = Date.parse('2025-03-01T12:00:00Z');
const DAY = 86_400_000;
const HOUR = 3_600_000;

const rowOf = (row: AnyRow): PureRow => ({
  ...{ nameKey: canonicalName(row.agencyName), agencyType: null, typePrinted: null, countyFips: null },
  ...{ signedPrinted: row.signedOn, addendumUrl: null, ...row },
});

/** The rows of a list, and those of which a cell cannot be read. */
function setAside(rows: readonly PureRow[], cells: readonly Unreadable[]): Pick<PureList, 'rows' | 'unreadable'> {
  const unreadable = new Map<number, UnreadableRow>();
  for (const { row, cell } of cells) {
    const read = unreadable.get(row) ?? (rows[row] && { placeCode: 'TX', ...rows[row] });
    if (read) unreadable.set(row, { ...read, [cell]: null });
  }
  return { rows: rows.filter((_row, index) => !unreadable.has(index)), unreadable: [...unreadable.values()] };
}

function pick<T>(some: readonly T[], which: number, use: (one: T) => void): void {
  const one = some[which % Math.max(1, some.length)];
  if (one !== undefined) use(one);
}

/** By an operator: a new name, or one that may yet be printed, but none that means another agency. */
function rename(ledger: PureLedger, which: number, to: number): void {
  const chosen = [...names, 'Echo Police', 'Foxtrot Marshal'][to] ?? '';
  const nameKey = canonicalName(chosen);
  const { agencies, names: known } = ledger.states.get('TX') ?? emptyPlace();
  const meant = identityLinks('TX', ledger.decisions, []).group(nameKey);
  pick([...agencies.keys()], which, (key) => {
    if (meant.some((each) => (known.get(each)?.agency ?? key) !== key)) return;
    const decision = {
      kind: 'RENAMING',
      placeCode: 'TX',
      leftKeys: [key],
      rightKeys: [nameKey],
      name: chosen,
    } as const;
    ledger.decide([...ledger.decisions, decision]);
  });
}

function play(sheets: readonly (readonly AnyRow[])[], acts: readonly Act[], check: (ledger: PureLedger) => void): void {
  const ledger = new PureLedger();
  let [arrived, latest] = [0, 0];
  const printed = new Map<number, { rows: PureRow[]; unreadable: readonly Unreadable[] }>();
  const known = new Set<Unreadable['cell']>();
  const read = (number: number): Pick<PureList, 'rows' | 'unreadable'> => {
    const { rows = [], unreadable = [] } = printed.get(number) ?? {};
    return setAside(
      rows,
      unreadable.filter(({ cell }) => !known.has(cell)),
    );
  };
  const decide = (kind: NameDecision['kind'], left: number, right: number): void => {
    const [leftKeys, rightKeys] = [left, right].map((index) => [canonicalName(names[index] ?? '')]);
    if (left === right || !leftKeys || !rightKeys) return;
    ledger.decide([...ledger.decisions, { kind, placeCode: 'TX', leftKeys, rightKeys }]);
  };
  for (const act of acts) {
    if (act.act === 'list') {
      arrived += 1;
      const day = act.day ?? latest + 1 + (act.sheet % 2) * 3;
      latest = Math.max(latest, day);
      const signed = act.kind === 'PARTICIPATING';
      const rows = (sheets[act.sheet] ?? []).map((row, index) => {
        const placeCode = index !== act.elsewhere ? row.placeCode : row.placeCode === 'TX' ? 'OK' : 'TX';
        return rowOf({ ...row, placeCode, signedOn: signed ? row.signedOn : null });
      });
      const publishedAt = new Date(start + day * DAY).toISOString();
      const list = { number: arrived, id: `list ${arrived}`, kind: act.kind, publishedAt };
      printed.set(arrived, { rows, unreadable: act.unreadable });
      ledger.take({ ...list, ...read(arrived) } satisfies PureList);
    }
    if (act.act === 'merge') decide('SAME_AGENCY', act.left, act.right);
    if (act.act === 'split') decide('DIFFERENT_AGENCIES', act.left, act.right);
    if (act.act === 'revoke' && ledger.decisions.length > 0) {
      ledger.decide(ledger.decisions.toSpliced(act.which % ledger.decisions.length, 1));
    }
    if (act.act === 'withdraw') pick(ledger.accepted, act.which, (list) => ledger.withdraw(list));
    if (act.act === 'restore') pick(ledger.withdrawn, act.which, (list) => ledger.restore(list));
    if (act.act === 'redate') {
      pick(ledger.accepted, act.which, (list) =>
        ledger.redate(list, new Date(start + act.day * DAY + HOUR).toISOString()),
      );
    }
    if (act.act === 'rename') rename(ledger, act.which, act.to);
    if (act.act === 'spelling') {
      if (!known.delete(act.cell)) known.add(act.cell);
      ledger.readAgain((list) => ({ ...list, ...read(list.number) }));
    }
    check(ledger);
  }
}

const inOrder = (held: Held): unknown[] => [...held].sort(([a], [b]) => (a < b ? -1 : 1));

function follows(ledger: PureLedger): void {
  expect(inOrder(ledger.watched)).toEqual(inOrder(ledger.query()));
}

/** Deriving everything again changes nothing that stands, so nothing is told. */
function isSettled(ledger: PureLedger): void {
  const again = ledger.settleAgain();
  expect(again.rest).toEqual([]);
  expect(again.events.filter(({ backfill }) => !backfill)).toEqual([]);
  expect(again.after.agreements).toEqual(ledger.records.agreements);
  const slugs = [...ledger.records.agencies.values()].map(({ slug }) => slug);
  expect(new Set(slugs).size).toBe(slugs.length);
}

/** And no word of the log: with lists alone the log is what derive yields for them. */
function isSettledToTheWord(ledger: PureLedger): void {
  isSettled(ledger);
  expect(ledger.settleAgain().events).toEqual([]);
}

/** Who is in force before and after is never retracted to watchers. */
function watchForRetractions(ledger: PureLedger): (current: PureLedger) => void {
  let [before, seen] = [ledger.query(), ledger.log.length];
  return (current) => {
    const after = current.query();
    const isActive = (held: Held, id: string): boolean => held.get(id)?.status === 'ACTIVE';
    const wrong = current.log
      .slice(seen)
      .filter(({ kind, backfill, agreementId: id }) => kind === 'EVENT_RETRACTED' && !backfill && id != null)
      .filter(({ agreementId }) => isActive(before, agreementId ?? '') && isActive(after, agreementId ?? ''));
    expect(wrong).toEqual([]);
    [before, seen] = [after, current.log.length];
  };
}

const anyActs = fc.array(anyAct, { minLength: 2, maxLength: 12 });

const list = { act: 'list', kind: 'PARTICIPATING', day: null, sheet: 0, unreadable: [], elsewhere: null } as const;
/** An agreement that stood in two states, comes back, moves and leaves again. */
const movedTwice: [AnyRow[][], Act[]] = [
  [
    [],
    [],
    [
      {
        ...{ agencyName: 'Alpha Police', model: 'TASK_FORCE', signedOn: '2020-01-01', memorandumUrl: null },
        ...{ placeCode: 'TX' },
      },
    ],
    [],
  ],
  [
    { ...list, day: 1, sheet: 2, elsewhere: 0 },
    { ...list, day: 0, sheet: 2 },
    { act: 'withdraw', which: 3 },
    list,
    { ...list, sheet: 2, elsewhere: 0 },
    list,
    { ...list, day: 0, elsewhere: 0 },
  ],
];

test('live events alone lead from what was queried to what is queried, whatever is done', () => {
  fc.assert(
    fc.property(anySheets, anyActs, (sheets, acts) => {
      let retracts: ((ledger: PureLedger) => void) | null = null;
      play(sheets, acts, (ledger) => {
        follows(ledger);
        isSettled(ledger);
        retracts?.(ledger);
        retracts ??= watchForRetractions(ledger);
      });
    }),
    { numRuns: runs(100, 1_500), examples: [movedTwice] },
  );
}, 240_000);

test('lists alone, in any order of arrival, come to one log and one ledger', () => {
  fc.assert(
    fc.property(anySheets, anyActs, (sheets, acts) => {
      const lists = acts.filter(({ act }) => act === 'list');
      play(sheets, lists, (ledger) => {
        follows(ledger);
        isSettledToTheWord(ledger);
      });
    }),
    { numRuns: runs(60, 500) },
  );
}, 240_000);

test('rows of one sheet are of one agency although only a later row shows which it is', () => {
  const row: AnyRow = {
    placeCode: 'TX',
    agencyName: 'Alpha Police',
    model: 'TASK_FORCE',
    signedOn: '2025-03-01',
    memorandumUrl: null,
  };
  const memorandumUrl = 'https://example.org/a.pdf' as const;
  const sheets: AnyRow[][] = [
    [{ ...row, memorandumUrl }],
    [
      { ...row, agencyName: 'City of Alpha Police', signedOn: null },
      { ...row, agencyName: 'Delta Marshal', memorandumUrl },
    ],
  ];
  const list = { act: 'list', kind: 'PARTICIPATING', day: null, unreadable: [], elsewhere: null } as const;
  const [left, right] = [names.indexOf('City of Alpha Police'), names.indexOf('Delta Marshal')];
  const acts: Act[] = [
    { ...list, sheet: 0 },
    { ...list, sheet: 1 },
    { act: 'merge', left, right },
  ];
  let held: Held = new Map();
  play(sheets, acts, (ledger) => {
    follows(ledger);
    held = ledger.watched;
  });
  expect([...held.values()]).toMatchObject([{ agencyName: 'Alpha Police', status: 'ACTIVE' }]);
});
