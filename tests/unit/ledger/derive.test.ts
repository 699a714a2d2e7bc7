import { describe, expect, it } from 'vitest';
import { canonicalName, tidyName } from '../../../src/ledger/derive/canonical-name.ts';
import { derive } from '../../../src/ledger/derive/derive.ts';
import { identityLinks, type NameDecision } from '../../../src/ledger/derive/identity-links.ts';
import {
  type AgreementState,
  type Change,
  emptyPlace,
  type LedgerRow,
  type PlaceState,
  type Question,
  type UnreadableRow,
} from '../../../src/ledger/derive/place-state.ts';
import { at, type ListGiven, type RowGiven, row } from '../../support/lists.ts';

interface Folded {
  state: PlaceState;
  /** `2025-03-01 AGREEMENT_ADDED sample county sheriff TASK_FORCE 1` */
  log: string[];
  changes: Change[];
  questions: Question[];
}

function fold(lists: readonly ListGiven[], decisions: readonly NameDecision[] = []): Folded {
  const folded: Folded = { state: emptyPlace(), log: [], changes: [], questions: [] };
  const history = { PARTICIPATING: [] as string[], PENDING: [] as string[] };
  for (const { kind = 'PARTICIPATING', on, rows } of lists) {
    history[kind].push(at(on));
    const ledgerRows: LedgerRow[] = [];
    const unreadable: UnreadableRow[] = [];
    for (const given of rows) {
      const { clean } = row(kind === 'PENDING' ? { ...given, signed: null } : given);
      const { placeCode, agencyName, model, ...rest } = clean;
      const name = agencyName === null ? null : tidyName(agencyName);
      const nameKey = name === null ? null : canonicalName(name);
      if (placeCode === null || name === null || nameKey === null || model === null) {
        unreadable.push({ ...rest, placeCode, nameKey, model });
      } else ledgerRows.push({ ...rest, agencyName: name, nameKey, model });
    }
    const step = derive(
      folded.state,
      {
        ...{ kind, publishedAt: at(on), rows: ledgerRows, unreadable },
        history: { PARTICIPATING: [...history.PARTICIPATING], PENDING: [...history.PENDING] },
      },
      identityLinks('TX', decisions, []),
    );
    folded.state = step.state;
    folded.changes.push(...step.changes);
    folded.questions.push(...step.questions);
    folded.log.push(
      ...step.changes.map(({ kind: event, agency, model, ordinal, occurredAt }) =>
        [occurredAt.slice(0, 10), event, agency, model ?? '', ordinal ?? ''].join(' ').trim(),
      ),
    );
  }
  return folded;
}

const agreementsOf = ({ state }: Folded): AgreementState[] =>
  [...state.agencies.values()].flatMap(({ agreements }) => agreements);
const only = (folded: Folded): AgreementState => {
  const all = agreementsOf(folded);
  expect(all).toHaveLength(1);
  return all[0] as AgreementState;
};
const kinds = ({ log }: Folded): string[] => log.map((line) => line.split(' ')[1] ?? '');

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

describe('a rename inside one transition', () => {
  it('is the same agency when the memorandum is the same file, and goes by its new name', () => {
    const memorandum = 'https://example.org/moa.pdf';
    const folded = fold([
      { on: '2025-03-01', rows: [{ agency: 'Louisiana State Patrol', memorandum }] },
      { on: '2025-03-02', rows: [{ agency: 'Troopers of the Gulf', memorandum }] },
      { on: '2025-03-03', rows: [{ agency: 'Louisiana State Patrol', memorandum }] },
    ]);
    expect(kinds(folded)).toEqual(['AGREEMENT_ADDED', 'AGENCY_RENAMED']);
    expect([...folded.state.agencies.values()].map(({ name }) => name)).toEqual(['Troopers of the Gulf']);
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
