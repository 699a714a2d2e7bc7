/** Which names are one agency, what it is called, and what a person is asked about. */
import { describe, expect, it } from 'vitest';
import { fold, kinds, only } from '../../support/lists/fold-lists.ts';
import { at, type RowGiven } from '../../support/lists/lists.ts';

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

describe('names of the same words', () => {
  it('are one agency at any gap, unless a person says otherwise', () => {
    const lists = [
      { on: '2025-07-01', rows: [{ agency: 'Wyoming Highway State Patrol' }] },
      ...['2025-07-02', '2025-07-10', '2025-07-12', '2025-07-14'].map((on) => ({ on, rows: [] })),
      { on: '2025-07-30', rows: [{ agency: 'Wyoming State Highway Patrol' }] },
    ];
    const folded = fold(lists);
    expect(kinds(folded)).toEqual(['AGREEMENT_ADDED', 'AGREEMENT_UNLISTED', 'AGREEMENT_ENDED', 'AGREEMENT_RESTORED']);
    expect(folded.state.agencies.size).toBe(1);
    const [left, right] = ['wyoming highway state patrol', 'wyoming state highway patrol'];
    const parted = fold(lists, [{ kind: 'DIFFERENT_AGENCIES', placeCode: 'TX', leftKeys: [left], rightKeys: [right] }]);
    expect(parted.state.agencies.size).toBe(2);
  });
});

describe('a relabelled row', () => {
  const board = { agency: 'University of West Florida Board of Trustees' };
  const police = { agency: 'University of West Florida Police' };
  const days = ['2025-05-02', '2025-05-10', '2025-05-12', '2025-05-14', '2025-05-20'];
  const lists = [{ on: '2025-05-01', rows: [board] }, ...days.map((on) => ({ on, rows: [police] }))];
  const [left, right] = ['university west florida board trustees', 'university west florida police'];

  it('is asked about, provisional on both sides, and does not end while it is', () => {
    const folded = fold(lists);
    expect(kinds(folded)).toEqual(['AGREEMENT_ADDED', 'AGREEMENT_UNLISTED', 'AGREEMENT_ADDED']);
    expect(folded.changes.slice(1).every(({ provisional }) => provisional)).toBe(true);
    expect(folded.questions.map(({ kind, leftKey, rightKey }) => [kind, leftKey, rightKey])).toEqual([
      ['RELABELLED_ROW', left, right],
    ]);
  });

  it('is one agreement, or ends when its lists are there, as a person decides', () => {
    const decided = (kind: 'SAME_AGENCY' | 'DIFFERENT_AGENCIES') =>
      kinds(fold(lists, [{ kind, placeCode: 'TX', leftKeys: [left], rightKeys: [right] }]));
    expect(decided('SAME_AGENCY')).toEqual(['AGREEMENT_ADDED', 'AGENCY_RENAMED']);
    expect(decided('DIFFERENT_AGENCIES')).toEqual([
      ...['AGREEMENT_ADDED', 'AGREEMENT_UNLISTED', 'AGREEMENT_ADDED', 'AGREEMENT_ENDED'],
    ]);
  });

  it('is not asked about where several fit, with a memorandum, or with another SIGNED', () => {
    const memorandum = 'https://example.org/moa.pdf';
    const asked = (before: RowGiven, ...after: RowGiven[]) =>
      fold([
        { on: '2025-05-01', rows: [before] },
        { on: '2025-05-02', rows: after },
      ]).questions;
    expect(asked(board, police, { agency: 'Other Police' })).toEqual([]);
    expect(asked({ ...board, memorandum }, police)).toEqual([]);
    expect(asked(board, { ...police, signed: '2025-02-28' })).toEqual([]);
    expect(asked(board, { ...police, model: 'JAIL_ENFORCEMENT' })).toEqual([]);
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
