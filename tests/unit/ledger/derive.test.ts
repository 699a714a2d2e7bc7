import { describe, expect, it } from 'vitest';
import { agreementsOf, fold, kinds, only } from '../../support/lists/fold-lists.ts';
import { at, type ListGiven } from '../../support/lists/lists.ts';

describe('SIGNED', () => {
  const memorandum = 'https://example.org/moa.pdf';
  it.each([
    ['within 60 days', '2025-06-12', memorandum, '2025-06-11', 'https://example.org/b.pdf', 'WITHIN_60_DAYS'],
    ['while the memorandum was pending', '2025-02-26', null, '2025-05-08', memorandum, 'MEMORANDUM_WAS_PENDING'],
    ['with the same memorandum', '2025-02-14', memorandum, '2025-04-24', memorandum, 'SAME_MEMORANDUM'],
    ['by exactly one year', '2025-01-15', memorandum, '2026-01-15', 'https://example.org/b.pdf', 'ONE_YEAR_APART'],
    ['to an earlier date', '2025-06-12', memorandum, '2020-06-08', 'https://example.org/b.pdf', 'EARLIER_DATE'],
  ])('changed %s is corrected', (_what, before, moa, after, moaAfter, rule) => {
    const folded = fold([
      { on: '2026-01-20', rows: [{ signed: before, memorandum: moa }] },
      { on: '2026-01-21', rows: [{ signed: after, memorandum: moaAfter }] },
    ]);
    expect(only(folded).signedOn).toBe(after);
    expect(folded.changes[1]?.changes?.[0]).toMatchObject({ field: 'signedOn', before, after, rule });
  });

  it('changed otherwise is a new signature: the next ordinal supersedes', () => {
    const folded = fold([
      { on: '2025-03-01', rows: [{ signed: '2020-06-08', memorandum }] },
      { on: '2025-03-02', rows: [{ signed: '2025-03-01', memorandum: 'https://example.org/b.pdf' }] },
    ]);
    expect(folded.log).toEqual([
      '2025-03-01 AGREEMENT_ADDED sample county sheriff TASK_FORCE 1',
      '2025-03-02 AGREEMENT_SUPERSEDED sample county sheriff TASK_FORCE 1',
      '2025-03-02 AGREEMENT_ADDED sample county sheriff TASK_FORCE 2',
    ]);
    expect(agreementsOf(folded).map(({ status, supersedes }) => [status, supersedes])).toEqual([
      ['SUPERSEDED', null],
      ['ACTIVE', 1],
    ]);
  });

  it('of a year outside 1996 to the next, or blank, changes nothing', () => {
    const folded = fold([
      { on: '2025-07-10', rows: [{ signed: '5025-07-07' }] },
      { on: '2025-07-11', rows: [{ signed: '2025-07-07' }] },
      { on: '2025-07-12', rows: [{ signed: null }] },
    ]);
    expect(kinds(folded)).toEqual(['AGREEMENT_ADDED', 'AGREEMENT_CORRECTED']);
    expect(folded.changes[1]?.changes?.[0]?.rule).toBe('DATE_FILLED_IN');
    expect(only(folded).signedOn).toBe('2025-07-07');
  });

  it('of one key twice on a sheet is the later, whatever the order of the rows', () => {
    const [early, late] = [{ signed: '2025-04-14' }, { signed: '2025-04-15' }];
    const folded = fold([
      { on: '2025-05-01', rows: [early, late] },
      { on: '2025-05-02', rows: [late, early] },
    ]);
    expect(kinds(folded)).toEqual(['AGREEMENT_ADDED']);
    expect(only(folded).signedOn).toBe('2025-04-15');
  });
});

describe('leaving and returning', () => {
  const shown = [{}];
  it('is uncertain at once, and confirmed by the third further list at least 7 days later', () => {
    const folded = fold([
      { on: '2025-03-01', rows: shown },
      { on: '2025-03-02', rows: [] },
      { on: '2025-03-03', rows: [] },
      { on: '2025-03-04', rows: [] },
      { on: '2025-03-05', rows: [] },
      { on: '2025-03-10', rows: [] },
      { on: '2025-03-11', rows: [] },
    ]);
    expect(folded.log.slice(1)).toEqual([
      '2025-03-02 AGREEMENT_UNLISTED sample county sheriff TASK_FORCE 1',
      '2025-03-10 AGREEMENT_ENDED sample county sheriff TASK_FORCE 1',
    ]);
    expect(only(folded)).toMatchObject({ status: 'ENDED', endedOn: '2025-03-02', lastListedAt: at('2025-03-01') });
  });

  it('is not confirmed by time alone: two further lists, however late, are too few', () => {
    const folded = fold([
      { on: '2025-03-01', rows: shown },
      { on: '2025-03-02', rows: [] },
      { on: '2025-06-01', rows: [] },
      { on: '2025-09-01', rows: [] },
    ]);
    expect(only(folded).status).toBe('UNLISTED');
  });

  it('is undone when it is listed again with the same SIGNED, even after it was ended', () => {
    const gone = ['2025-03-02', '2025-03-03', '2025-03-04', '2025-03-10'].map((on) => ({ on, rows: [] }));
    const folded = fold([{ on: '2025-03-01', rows: shown }, ...gone, { on: '2025-04-15', rows: shown }]);
    expect(kinds(folded)).toEqual(['AGREEMENT_ADDED', 'AGREEMENT_UNLISTED', 'AGREEMENT_ENDED', 'AGREEMENT_RESTORED']);
    expect(only(folded)).toMatchObject({ status: 'ACTIVE', endedOn: null, unlistedAt: null });
    expect(only(folded).listings).toHaveLength(2);
  });

  it('is superseded when it comes back with a new signature', () => {
    const folded = fold([
      { on: '2025-03-01', rows: [{ signed: '2020-06-08', memorandum: 'https://example.org/a.pdf' }] },
      { on: '2025-03-02', rows: [] },
      { on: '2025-03-03', rows: [{ signed: '2025-03-02', memorandum: 'https://example.org/b.pdf' }] },
    ]);
    expect(agreementsOf(folded).map(({ status }) => status)).toEqual(['SUPERSEDED', 'ACTIVE']);
    expect(kinds(folded).slice(2)).toEqual(['AGREEMENT_SUPERSEDED', 'AGREEMENT_ADDED']);
  });

  it('takes a revert as what it is: what the older table shows is listed, what it lacks is not', () => {
    const folded = fold([
      { on: '2025-08-07', rows: [{ agency: 'A Police' }] },
      { on: '2025-08-08', rows: [{ agency: 'A Police' }, { agency: 'B Sheriff' }] },
      { on: '2025-08-11', rows: [{ agency: 'A Police' }] },
    ]);
    expect(folded.log.at(-1)).toBe('2025-08-11 AGREEMENT_UNLISTED b sheriff TASK_FORCE 1');
  });
});

describe('pending', () => {
  const pending = (on: string, rows: ListGiven['rows']): ListGiven => ({ kind: 'PENDING', on, rows });
  it('becomes the same agreement when it is signed, with the day it was first pending', () => {
    const folded = fold([pending('2025-03-01', [{}]), { on: '2025-03-09', rows: [{}] }, pending('2025-03-10', [{}])]);
    expect(kinds(folded)).toEqual(['PENDING_ADDED', 'AGREEMENT_ADDED']);
    expect(only(folded)).toMatchObject({ status: 'ACTIVE', ordinal: 1, pendingFirstListedAt: at('2025-03-01') });
  });

  it('is dropped only after 14 days off the list and a later pending list', () => {
    const lists = [pending('2025-03-01', [{}]), pending('2025-03-02', [])];
    expect(kinds(fold([...lists, { on: '2025-03-20', rows: [] }]))).toEqual(['PENDING_ADDED']);
    const folded = fold([...lists, pending('2025-03-05', []), pending('2025-03-16', [])]);
    expect(folded.log.at(-1)).toBe('2025-03-16 PENDING_DROPPED sample county sheriff TASK_FORCE 1');
    expect(only(folded).status).toBe('WITHDRAWN');
  });

  it('changes nothing of an agreement that is active already', () => {
    const folded = fold([{ on: '2025-03-01', rows: [{}] }, pending('2025-03-02', [{}]), pending('2025-03-03', [])]);
    expect(kinds(folded)).toEqual(['AGREEMENT_ADDED']);
    expect(only(folded)).toMatchObject({ status: 'ACTIVE', pendingFirstListedAt: null });
  });
});

describe('one model dropped and another added', () => {
  it('is two facts about two agreements of one agency', () => {
    const folded = fold([
      { on: '2025-03-01', rows: [{ model: 'JAIL_ENFORCEMENT' }] },
      { on: '2025-03-02', rows: [{ model: 'WARRANT_SERVICE_OFFICER' }] },
    ]);
    expect(folded.state.agencies.size).toBe(1);
    expect(agreementsOf(folded).map(({ model, status }) => [model, status])).toEqual([
      ['JAIL_ENFORCEMENT', 'UNLISTED'],
      ['WARRANT_SERVICE_OFFICER', 'ACTIVE'],
    ]);
  });
});

describe('links posted later', () => {
  it('are told once each: the memorandum, then an addendum', () => {
    const memorandum = 'https://example.org/moa.pdf';
    const addendum = 'https://example.org/addendum.pdf';
    const folded = fold([
      { on: '2025-03-01', rows: [{}] },
      { on: '2025-03-02', rows: [{ memorandum }] },
      { on: '2025-03-03', rows: [{ memorandum, addendum }] },
      { on: '2025-03-04', rows: [{}] },
      { on: '2025-03-05', rows: [{ memorandum, addendum }] },
    ]);
    expect(kinds(folded)).toEqual(['AGREEMENT_ADDED', 'MEMORANDUM_POSTED', 'ADDENDUM_POSTED']);
  });
});
