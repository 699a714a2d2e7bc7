/** The limits of what a list says of itself, at their edges, beside the largest genuine values. */
import { describe, expect, it } from 'vitest';
import type { ListFacts } from '../../../src/intake/table/list-facts.ts';
import { holdReasonsOf, itselfLimits } from '../../../src/ledger/derive/guard/guard-itself.ts';

const now = '2026-04-02T12:00:00.000Z';
const sound: ListFacts = {
  ...{ kind: 'PARTICIPATING', publishedAt: '2026-04-01T13:00:00.000Z', modifiedAt: '2026-03-31T20:00:00.000Z' },
  ...{ rowCount: 1_604, unreadableRows: 0, signedAfter: 0, newestSignedOn: '2026-03-31', issueRows: 6 },
};
const rulesOf = (changes: Partial<ListFacts>) => holdReasonsOf({ ...sound, ...changes }, now).map(({ rule }) => rule);

it.each<[Partial<ListFacts>, string[]]>([
  [{}, []],
  [{ publishedAt: '2026-04-04T12:00:00.000Z' }, []],
  [{ publishedAt: '2026-04-04T12:00:00.001Z' }, ['PUBLISHED_AHEAD']],
  [{ publishedAt: '2007-01-01T12:00:00.000Z', modifiedAt: null, newestSignedOn: null }, []],
  [{ publishedAt: '2006-12-31T12:00:00.000Z', modifiedAt: null, newestSignedOn: null }, ['PUBLISHED_TOO_EARLY']],
  [{ signedAfter: 2 }, []],
  [{ signedAfter: 3 }, ['SIGNED_AFTER_PUBLICATION']],
  [{ newestSignedOn: '2026-02-16', modifiedAt: '2026-03-01T12:00:00.000Z' }, []],
  [{ newestSignedOn: '2026-02-15', modifiedAt: '2026-03-24T12:00:00.000Z' }, []],
  [{ newestSignedOn: '2026-02-15', modifiedAt: '2026-03-23T12:00:00.000Z' }, ['STALE_FILE']],
  [{ newestSignedOn: '2024-02-15', modifiedAt: null }, []],
  [{ newestSignedOn: null, modifiedAt: '2024-03-22T12:00:00.000Z' }, []],
  [{ unreadableRows: 3 }, []],
  [{ unreadableRows: 4 }, ['UNREADABLE_ROWS']],
  [{ rowCount: 4, unreadableRows: 4 }, ['NOTHING_READABLE']],
  [{ rowCount: 1, unreadableRows: 1 }, ['NOTHING_READABLE']],
  [{ rowCount: 0, unreadableRows: 0 }, []],
  [{ signedAfter: 9, unreadableRows: 9 }, ['SIGNED_AFTER_PUBLICATION', 'UNREADABLE_ROWS']],
])('%j gives %j', (changes, rules) => {
  expect(rulesOf(changes)).toEqual(rules);
});

describe('the limits', () => {
  it('are each at least twice what a genuine list shows', () => {
    console.table(itselfLimits);
    for (const { genuine, holdAbove } of Object.values(itselfLimits)) {
      expect(holdAbove).toBeGreaterThanOrEqual(2 * genuine);
      expect(holdAbove).toBeGreaterThan(0);
    }
  });
});

it('says in a sentence what the list says', () => {
  const messages = holdReasonsOf(
    { ...sound, publishedAt: '2036-04-01T13:00:00.000Z', unreadableRows: 12, newestSignedOn: '2026-03-31' },
    now,
  ).map(({ message }) => message);
  expect(messages).toEqual([
    'It would be published on 2036-04-01, 3652 days from now; what comes before would be history.',
    'The newest agreement is signed on 2026-03-31 and the workbook saved on 2026-03-31: too old for 2036-04-01.',
    'The state, the agency or the model of 12 rows cannot be read; more than 3 needs a person.',
  ]);
});
