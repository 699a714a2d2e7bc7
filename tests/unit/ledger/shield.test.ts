/** Rows that cannot be read: what of a place they keep listed, and what they do not. */
import { describe, expect, it } from 'vitest';
import { agreementsOf, type Folded, fold, kinds, only } from '../../support/lists/fold-lists.ts';
import { at, type RowGiven } from '../../support/lists/lists.ts';

describe('rows that cannot be read', () => {
  const days = ['2025-03-02', '2025-03-05', '2025-03-09', '2025-03-12', '2025-03-20'];
  const bravo: RowGiven = { agency: 'Bravo County Sheriff' };
  /** One agreement is read on the first list, then a row beside the others' is all that is left of it. */
  const foldAfter = (unreadable: readonly RowGiven[], lists = days, first: RowGiven = {}): Folded =>
    fold([{ on: '2025-03-01', rows: [bravo, first] }, ...lists.map((on) => ({ on, rows: [bravo, ...unreadable] }))]);

  it.each<[string, RowGiven]>([
    ['the state', { unreadable: ['state'] }],
    ['the agency', { unreadable: ['agency'] }],
    ['the model', { unreadable: ['model'] }],
    ['all but the agency', { unreadable: ['state', 'model'] }],
    ['SIGNED and the model', { unreadable: ['model'], signed: null }],
    ['all but the state, with the same SIGNED', { unreadable: ['agency', 'model'] }],
  ])('keep an agreement listed of which they print all but %s', (_what, row) => {
    const folded = foldAfter([row]);
    expect(kinds(folded)).toEqual(['AGREEMENT_ADDED', 'AGREEMENT_ADDED']);
    expect(agreementsOf(folded).map(({ status }) => status)).toEqual(['ACTIVE', 'ACTIVE']);
  });

  it.each<[string, RowGiven]>([
    ['SIGNED differs', { unreadable: ['state'], signed: '2025-02-20' }],
    ['the agency differs', { unreadable: ['model'], agency: 'Charlie Police' }],
    ['the model differs', { unreadable: ['state'], model: 'JAIL_ENFORCEMENT' }],
    ['only the state can be read', { unreadable: ['agency', 'model'], signed: null }],
    ['nothing can be read', { unreadable: ['state', 'agency', 'model'] }],
  ])('keep nothing listed where %s', (_what, row) => {
    const folded = foldAfter([row]);
    expect(kinds(folded)).toEqual([...['AGREEMENT_ADDED', 'AGREEMENT_ADDED', 'AGREEMENT_UNLISTED', 'AGREEMENT_ENDED']]);
  });

  it('are told by the link where SIGNED differs, and the other way round', () => {
    const memorandum = 'https://example.org/moa.pdf';
    const first = { memorandum };
    const none: RowGiven = { unreadable: ['state', 'agency', 'model'], memorandum };
    for (const row of [
      { unreadable: ['agency'], signed: '2025-02-20', memorandum } as const,
      { unreadable: ['agency'], memorandum: 'https://example.org/other.pdf' } as const,
      none,
    ]) {
      expect(kinds(foldAfter([row], days, first))).toEqual(['AGREEMENT_ADDED', 'AGREEMENT_ADDED']);
    }
  });

  it('keep what is gone before them from being confirmed, and are no list without it', () => {
    const unreadable = { unreadable: ['model'] } as const;
    const lists = [[], [], [], [], [unreadable], [], []].map((rows, index) => ({
      on: `2025-03-${String(2 + index * 2).padStart(2, '0')}`,
      rows: [bravo, ...rows],
    }));
    const folded = fold([{ on: '2025-03-01', rows: [bravo, {}] }, ...lists]);
    // The list of 03-10 would have been the fourth without it, eight days after the first.
    expect(folded.log.slice(2)).toEqual([
      '2025-03-02 AGREEMENT_UNLISTED sample county sheriff TASK_FORCE 1',
      '2025-03-12 AGREEMENT_ENDED sample county sheriff TASK_FORCE 1',
    ]);
    expect(agreementsOf(folded).find(({ status }) => status === 'ENDED')?.endedOn).toBe('2025-03-02');
  });

  it('no longer keep what is missing once they are gone', () => {
    const folded = fold([
      { on: '2025-03-01', rows: [bravo, {}] },
      { on: '2025-03-02', rows: [bravo, { unreadable: ['model'] }] },
      { on: '2025-03-20', rows: [bravo] },
    ]);
    expect(folded.log.at(-1)).toBe('2025-03-20 AGREEMENT_UNLISTED sample county sheriff TASK_FORCE 1');
  });

  it('keep what is pending on a pending list, and what may have been signed', () => {
    const pending = { kind: 'PENDING' } as const;
    const row = { unreadable: ['state'] } as const;
    const folded = fold([
      { ...pending, on: '2025-03-01', rows: [{}] },
      { ...pending, on: '2025-03-03', rows: [row] },
      { ...pending, on: '2025-03-30', rows: [row] },
      { ...pending, on: '2025-04-01', rows: [] },
      { ...pending, on: '2025-04-02', rows: [] },
      { on: '2025-04-28', rows: [row] },
    ]);
    expect(folded.log).toEqual(['2025-03-01 PENDING_ADDED sample county sheriff TASK_FORCE 1']);
    expect(only(folded).pendingUnlistedAt).toBe(at('2025-04-01'));
  });
});
