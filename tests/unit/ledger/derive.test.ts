import { describe, expect, it } from 'vitest';
import { agreementsOf, fold, kinds, only } from '../../support/fold-lists.ts';
import { at, type ListGiven } from '../../support/lists.ts';

describe('what a respelling is not', () => {
  it.each([
    ['trailing space', 'Gila County Sheriff ', 'Gila County Sheriff'],
    ['no-break space', 'Gila\u00A0County Sheriff', 'Gila County Sheriff'],
    ['curly apostrophe', 'Gila County Sheriff’s Office', "Gila County Sheriff's Office"],
    ['case', 'GILA COUNTY SHERIFF', 'Gila County Sheriff'],
    ['office and department', "Gila County Sheriff's Department", 'Gila County Sheriffs Office'],
    ['cut short', "Gila County Sheriff's Offic", "Gila County Sheriff's Office"],
    ['abbreviated police', 'Gila PD', 'Gila Police Department'],
    ['abbreviated department', 'Gila Police Dept.', 'Gila Police Department'],
    ['saint', 'Saint Cloud Police Department', 'St. Cloud Police Department'],
    ['of and the', 'The Town of Gila Police', 'Town Gila Police'],
  ])('%s: nothing ends and nothing begins', (_what, before, after) => {
    const folded = fold([
      { on: '2025-03-01', rows: [{ agency: before }] },
      { on: '2025-03-02', rows: [{ agency: after }] },
      { on: '2025-03-20', rows: [{ agency: before }] },
    ]);
    expect(kinds(folded)).toEqual(['AGREEMENT_ADDED']);
  });
});

describe('agencies that look alike', () => {
  it.each([
    ['Melbourne Police Department', 'Melbourne Beach Police Department'],
    ['University of Florida Police Department', 'University of West Florida Police Department'],
    ['Florida Department of Law Enforcement', 'Florida Department of Environmental Protection'],
  ])('%s and %s stay apart, even in one transition with one SIGNED', (left, right) => {
    const folded = fold([
      { on: '2025-03-01', rows: [{ agency: left }] },
      { on: '2025-03-02', rows: [{ agency: right }] },
    ]);
    expect(folded.state.agencies.size).toBe(2);
  });

  it('Pima and Pinal County stay apart: their counties differ', () => {
    const folded = fold([
      { on: '2025-03-01', rows: [{ agency: 'Pima County Sheriff', county: '04019' }] },
      { on: '2025-03-02', rows: [{ agency: 'Pinal County Sheriff', county: '04021' }] },
    ]);
    expect(folded.state.agencies.size).toBe(2);
  });
});

describe('the name of an agency', () => {
  const [old, now] = ['Somerville County Sheriff', 'Somervell County Sheriff'];
  const printed = (...names: [day: string, ...agencies: string[]][]) =>
    fold(
      names.map(([on, ...agencies]) => ({
        on,
        rows: agencies.map((agency, index) => ({
          agency,
          model: index === 0 ? ('TASK_FORCE' as const) : ('JAIL_ENFORCEMENT' as const),
        })),
      })),
    );
  const nameOf = ({ state }: ReturnType<typeof fold>): string[] => [...state.agencies.values()].map(({ name }) => name);

  it('follows the lists once they print another for three lists and seven days, and says so once', () => {
    const days = ['2025-03-02', '2025-03-05', '2025-03-09', '2025-03-10'];
    const folded = printed(['2025-03-01', old], ...days.map((day): [string, string] => [day, now]));
    expect(folded.log.filter((line) => line.includes('RENAMED'))).toEqual([
      '2025-03-09 AGENCY_RENAMED somerville county sheriff',
    ]);
    expect(nameOf(folded)).toEqual([now]);
    expect(folded.changes.find(({ kind }) => kind === 'AGENCY_RENAMED')?.changes).toEqual([
      { field: 'name', before: old, after: now, rule: 'PRINTED_BY_LISTS' },
    ]);
    const soon = printed(['2025-03-01', old], ['2025-03-02', now], ['2025-03-03', now], ['2025-03-08', now]);
    const few = printed(['2025-03-01', old], ['2025-03-02', now], ['2025-03-20', now]);
    for (const folded of [soon, few]) expect(nameOf(folded)).toEqual([old]);
  });

  it('stays where the spelling flaps, or the rows of one list do not agree', () => {
    const flapping = ['2025-03-02', '2025-03-06', '2025-03-10', '2025-03-14', '2025-03-18'];
    const flaps = flapping.map((day, index): [string, string] => [day, index % 3 === 2 ? old : now]);
    expect(nameOf(printed(['2025-03-01', old], ...flaps))).toEqual([old]);
    const mixed = flapping.map((day): [string, string, string] => [day, now, old]);
    expect(nameOf(printed(['2025-03-01', old, old], ...mixed))).toEqual([old]);
  });

  it('is not changed by another print of the same canonical form, nor by a pending list', () => {
    const days = ['2025-03-02', '2025-03-06', '2025-03-10'];
    const folded = printed(['2025-03-01', old], ...days.map((day): [string, string] => [day, `${old}’s Office`]));
    expect(nameOf(folded)).toEqual([old]);
    const pending = days.map((on) => ({ on, kind: 'PENDING' as const, rows: [{ agency: now }] }));
    const waiting = fold([{ on: '2025-03-01', kind: 'PENDING', rows: [{ agency: old }] }, ...pending]);
    expect(nameOf(waiting)).toEqual([old]);
  });
});

describe('a rename inside one transition', () => {
  it('is the same agency when the memorandum is the same file, which keeps its name for now', () => {
    const memorandum = 'https://example.org/moa.pdf';
    const folded = fold([
      { on: '2025-03-01', rows: [{ agency: 'Louisiana State Patrol', memorandum }] },
      { on: '2025-03-02', rows: [{ agency: 'Troopers of the Gulf', memorandum }] },
      { on: '2025-03-03', rows: [{ agency: 'Louisiana State Patrol', memorandum }] },
    ]);
    expect(kinds(folded)).toEqual(['AGREEMENT_ADDED']);
    expect([...folded.state.agencies.values()].map(({ name }) => name)).toEqual(['Louisiana State Patrol']);
  });

  it('is the same agency when only letters differ that look alike, or a word for a county', () => {
    for (const agency of [
      'Раrmеr County Sheriff',
      'Parmer Sheriff',
      'Parmer Parish Sheriff',
      'Pármer County Sheriff',
    ]) {
      const folded = fold([
        { on: '2025-03-01', rows: [{ agency: 'Parmer County Sheriff' }] },
        { on: '2025-03-02', rows: [{ agency }] },
      ]);
      expect(kinds(folded)).toEqual(['AGREEMENT_ADDED']);
      const asked = fold([
        { on: '2025-03-01', rows: [{ agency: 'Parmer County Sheriff' }] },
        { on: '2025-03-02', rows: [{ agency, signed: '2025-02-01' }] },
      ]);
      expect(asked.questions.map(({ kind }) => kind)).toEqual(['SIMILAR_NAMES']);
    }
  });

  it('is a printed name, without an event, when SIGNED is the same and the names are nearly the same', () => {
    const folded = fold([
      { on: '2025-07-09', rows: [{ agency: 'Greens Forks Police Department' }] },
      { on: '2025-07-14', rows: [{ agency: 'Green Forks Police Department' }] },
      { on: '2025-08-08', rows: [{ agency: 'Greens Forks Police Department' }] },
    ]);
    expect(kinds(folded)).toEqual(['AGREEMENT_ADDED']);
    expect([...folded.state.names.keys()]).toEqual(['greens forks police', 'green forks police']);
  });

  it('is the same agency when one name contains the other and SIGNED is the same', () => {
    const folded = fold([
      { on: '2025-03-01', rows: [{ agency: 'Department of Corrections' }] },
      { on: '2025-03-17', rows: [{ agency: 'Virginia Department of Corrections' }] },
    ]);
    expect(kinds(folded)).toEqual(['AGREEMENT_ADDED']);
  });

  it('asks a person when the names are only similar; both events are provisional', () => {
    const folded = fold([
      { on: '2025-05-12', rows: [{ agency: 'Brookfield Police' }] },
      { on: '2025-05-16', rows: [{ agency: 'Brookford Police' }] },
    ]);
    expect(kinds(folded)).toEqual(['AGREEMENT_ADDED', 'AGREEMENT_UNLISTED', 'AGREEMENT_ADDED']);
    expect(folded.changes.slice(1).every(({ provisional }) => provisional)).toBe(true);
    expect(folded.questions.map(({ kind, leftKey, rightKey }) => [kind, leftKey, rightKey])).toEqual([
      ['SIMILAR_NAMES', 'brookfield police', 'brookford police'],
    ]);
  });

  it('asks a person when two new names fit one that vanished', () => {
    const folded = fold([
      { on: '2025-05-12', rows: [{ agency: 'Greens Forks Police' }] },
      { on: '2025-05-16', rows: [{ agency: 'Green Forks Police' }, { agency: 'Greens Fork Police' }] },
    ]);
    expect(folded.questions.map(({ kind }) => kind)).toEqual(['SEVERAL_CANDIDATES', 'SEVERAL_CANDIDATES']);
    expect(folded.state.agencies.size).toBe(3);
  });

  it('asks a person when the memorandum hangs on a third agency too', () => {
    const memorandum = 'https://example.org/moa.pdf';
    const other = { agency: 'Environmental Protection', memorandum, signed: '2025-04-24' };
    const folded = fold([
      { on: '2025-07-14', rows: [other, { agency: 'Fish and Wildlife', memorandum }] },
      { on: '2025-07-15', rows: [other, { agency: 'Parks Rangers', memorandum }] },
    ]);
    expect(folded.questions.map(({ kind }) => kind)).toEqual(['SHARED_MEMORANDUM']);
  });

  it('asks a person when the agency is still listed under its own name: then its agreement moved', () => {
    const memorandum = 'https://example.org/moa.pdf';
    const sheriff = { agency: 'Escambia County Sheriff', model: 'TASK_FORCE' as const };
    const jail = { memorandum, model: 'WARRANT_SERVICE_OFFICER' as const };
    const folded = fold([
      { on: '2025-07-15', rows: [sheriff, { ...jail, agency: 'Escambia County Sheriff' }] },
      { on: '2025-07-16', rows: [sheriff, { ...jail, agency: 'Board of Commissioners' }] },
    ]);
    expect(folded.questions).toMatchObject([
      {
        ...{ kind: 'SHARED_MEMORANDUM', leftKey: 'board commissioners', rightKey: 'escambia county sheriff' },
        evidence: {
          ...{ vanishedName: 'Escambia County Sheriff', vanishedStillListed: true, newName: 'Board of Commissioners' },
          ...{ vanishedKey: 'escambia county sheriff', newKey: 'board commissioners' },
        },
      },
    ]);
    expect(folded.state.agencies.size).toBe(2);
  });

  it('is never against history: a name that left long ago is evidence of nothing', () => {
    const folded = fold([
      { on: '2025-03-01', rows: [{ agency: 'Greens Forks Police' }] },
      { on: '2025-03-02', rows: [] },
      { on: '2025-03-03', rows: [{ agency: 'Green Forks Police' }] },
    ]);
    expect(folded.state.agencies.size).toBe(2);
  });

  it('joins a name that was only ever pending to the agency that it turns out to be', () => {
    const folded = fold([
      { on: '2025-03-01', rows: [{ agency: 'City of Gila Police' }] },
      { on: '2025-03-02', kind: 'PENDING', rows: [{ agency: 'Gila Police' }] },
      { on: '2025-03-03', rows: [{ agency: 'Gila Police' }] },
    ]);
    expect(kinds(folded)).toEqual(['AGREEMENT_ADDED', 'PENDING_ADDED', 'AGENCY_MERGED']);
    expect(only(folded).status).toBe('ACTIVE');
  });

  it('keeps how long such a name was pending with the agreement that it turns out to be', () => {
    const folded = fold([
      { on: '2025-03-01', kind: 'PENDING', rows: [{ agency: 'Gila Police' }] },
      { on: '2025-03-04', kind: 'PENDING', rows: [] },
      { on: '2025-03-05', rows: [{ agency: 'City of Gila Police' }] },
      { on: '2025-03-06', rows: [{ agency: 'Gila Police' }] },
    ]);
    expect(folded.log.at(-1)).toContain('AGENCY_MERGED');
    const agreement = only(folded);
    expect(agreement.pendingFirstListedAt).toBe(at('2025-03-01'));
    expect(agreement.listings).toEqual([
      { kind: 'PENDING', listedAt: at('2025-03-01'), unlistedAt: at('2025-03-04') },
      { kind: 'PARTICIPATING', listedAt: at('2025-03-05'), unlistedAt: null },
    ]);
  });

  it('follows a decision that the two are one, and a decision that they are two', () => {
    const lists = [
      { on: '2025-05-12', rows: [{ agency: 'Brookfield Police' }] },
      { on: '2025-05-16', rows: [{ agency: 'Brookford Police' }] },
    ];
    const pair = { placeCode: 'TX', leftKeys: ['brookford police'], rightKeys: ['brookfield police'] };
    const joined = fold(lists, [{ kind: 'SAME_AGENCY', ...pair }]);
    expect(kinds(joined)).toEqual(['AGREEMENT_ADDED', 'AGENCY_RENAMED']);
    expect([...joined.state.agencies.keys()]).toEqual(['brookford police']);
    const parted = fold(lists, [{ kind: 'DIFFERENT_AGENCIES', ...pair }]);
    expect(parted.questions).toEqual([]);
    expect(parted.changes.at(-1)?.provisional).toBe(false);
  });
});

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
