/** The limits of what a list may change, at their edges, beside the largest genuine changes. */
import { expect, it } from 'vitest';
import { noCounts, type PlaceCounts } from '../../../src/ledger/derive/guard/count-changes.ts';
import { comparisonLimits, guard, guardPending, pendingLimits } from '../../../src/ledger/derive/guard/guard.ts';

const rulesOf = (changes: Partial<PlaceCounts>, weeks = 1, issueRows = 0): string[] =>
  guard(new Map([['TX', { ...noCounts(), listed: 400, ...changes }]]), { weeks, rowCount: 400, issueRows }).map(
    ({ rule }) => rule,
  );

it.each<[Partial<PlaceCounts>, string[]]>([
  [{}, []],
  [{ missing: 10 }, []],
  [{ missing: 11 }, ['AGREEMENTS_MISSING']],
  [{ listed: 1_604, missing: 32 }, []],
  [{ listed: 1_604, missing: 33 }, ['AGREEMENTS_MISSING']],
  [{ added: 200 }, []],
  [{ added: 201 }, ['AGREEMENTS_ADDED']],
  [{ restored: 10 }, []],
  [{ restored: 11 }, ['AGREEMENTS_RESTORED']],
  [{ signed: 60 }, []],
  [{ signed: 61 }, ['SIGNED_CHANGED']],
  [{ memoranda: 16 }, []],
  [{ memoranda: 17 }, ['MEMORANDA_REPLACED']],
  [{ respelt: 16 }, []],
  [{ respelt: 17 }, ['NAMES_RESPELT']],
  [{ founded: 126 }, []],
  [{ founded: 127 }, ['AGENCIES_NEW']],
  [{ listed: 6, missing: 6 }, ['PLACE_EMPTIED']],
  [{ listed: 6, missing: 6, added: 1 }, []],
])('%j gives %j', (changes, rules) => {
  expect(rulesOf(changes)).toEqual(rules);
});

it('asks for new agencies by the week, and for issues by the row', () => {
  expect(rulesOf({ founded: 252 }, 2)).toEqual([]);
  expect(rulesOf({ founded: 253 }, 2)).toEqual(['AGENCIES_NEW']);
  expect(rulesOf({}, 1, 15)).toEqual([]);
  expect(rulesOf({}, 1, 16)).toEqual(['ROWS_WITH_ISSUES']);
});

it('takes what is gone in one state and new in another under one name, model and SIGNED for moved', () => {
  const keys = ['alpha', 'bravo', 'charlie', 'delta'].map((name) => `${name} police\nTASK_FORCE\n2025-03-01`);
  const places = (moved: readonly string[]) =>
    new Map([
      ['TX', { ...noCounts(), listed: 50, gone: [...moved] }],
      ['OK', { ...noCounts(), listed: 50, come: [...moved] }],
    ]);
  const comparison = { weeks: 1, rowCount: 100, issueRows: 0 };
  expect(guard(places(keys.slice(1)), comparison)).toEqual([]);
  expect(guard(places(keys), comparison)).toMatchObject([{ rule: 'AGREEMENTS_MOVED', count: 4, limit: 3 }]);
});

it('holds a pending list that mostly repeats the participating one', () => {
  expect(guardPending(10, 10)).toEqual([]);
  expect(guardPending(40, 20)).toEqual([]);
  expect(guardPending(40, 21)).toMatchObject([{ rule: 'PENDING_REPEATS', count: 21, limit: 20 }]);
});

it('has each limit at least at twice what a genuine list shows, but for what is missing, which may be real', () => {
  console.table(comparisonLimits);
  for (const [name, { genuine, holdAbove }] of Object.entries(comparisonLimits)) {
    expect(holdAbove, name).toBeGreaterThanOrEqual(name === 'missing' ? genuine : 2 * genuine);
  }
  expect(pendingLimits.holdAboveShare).toBeGreaterThan(pendingLimits.genuineShare);
});
