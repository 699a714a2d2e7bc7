/** Slips of known spellings: what is read, what confirms it, and what is near to two words and so is neither. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { places } from '../../../schema/places.ts';
import { readModel } from '../../../src/intake/row/read-model.ts';
import { readPlace } from '../../../src/intake/row/read-place.ts';
import { lettersApart, nearSpelling } from '../../../src/intake/vocabulary/near-spelling.ts';

describe('letters apart', () => {
  it.each([
    ['TEXAS', 'TEXAS', 0],
    ['TEAXS', 'TEXAS', 1],
    ['PENNSLYVANIA', 'PENNSYLVANIA', 1],
    ['MCHIGAN', 'MICHIGAN', 1],
    ['KANSAS', 'ARKANSAS', 2],
    ['NORTH DAKOTA', 'SOUTH DAKOTA', 2],
  ])('of %s and %s are %i', (left, right, letters) => {
    expect(lettersApart(left, right)).toBe(letters);
    expect(lettersApart(right, left)).toBe(letters);
  });

  it('are more than two for whatever is further', () => {
    for (const [left, right] of [
      ['VIRGINIA', 'WEST VIRGINIA'],
      ['OHIO', 'IOWA'],
      ['', 'UTAH'],
    ] as const) {
      expect(lettersApart(left, right)).toBeGreaterThan(2);
    }
  });
});

describe('a slip in STATE', () => {
  const sheriff = { county: 'Adams County', agencyName: "Adams County Sheriff's Office" };

  it.each([
    ['TEAXS', { county: 'Harris', agencyName: 'Sample Police Department' }, 'TX'],
    ['TEAXS', { county: '#N/A', agencyName: "Harris County Sheriff's Office" }, 'TX'],
    ['TEAXS', { county: '', agencyName: 'Texas Department of Samples' }, 'TX'],
    ['PENSYLVANNIA', sheriff, 'PA'],
    ['FLORIDIA', { county: 'Alachua County', agencyName: 'Sample Police Department' }, 'FL'],
    ['LOUISIANNA', { county: '', agencyName: 'Jefferson Parish Sheriff' }, 'LA'],
    ['WEST VIRGNIA', { county: 'Berkeley', agencyName: '' }, 'WV'],
  ])('%s beside %j is read as %s', (printed, witnesses, value) => {
    const reading = readPlace(printed, witnesses);
    expect(reading).toMatchObject({ value, rule: 'state-near-spelling', problem: { code: 'NEAR_SPELLING' } });
    expect(reading.problem?.reason).toContain('by the rule state-near-spelling');
  });

  it.each([
    ['TEAXS', { county: '', agencyName: 'Sample Police Department' }, 'nothing confirms it'],
    ['TEAXS', { county: 'Alachua County', agencyName: 'Sample Police Department' }, 'the county lies elsewhere'],
    ['VIRGNIA', { county: '', agencyName: 'West Virginia State Police' }, 'another state is named'],
    ['NOUTH CAROLINA', { county: 'Union County', agencyName: '' }, 'near to two states'],
    ['RKANSAS', { county: 'Clark County', agencyName: '' }, 'near to Arkansas and to Kansas'],
    ['TXX', { county: 'Harris', agencyName: '' }, 'postal codes are too short'],
    ['ONTARIO', sheriff, 'near to none'],
    ['TRUE', sheriff, 'a truth value'],
    ['#REF!', sheriff, 'the error of a formula'],
    ['TBD', sheriff, 'a word for a value to come'],
  ])('%s beside %j is not read: %s', (printed, witnesses) => {
    expect(readPlace(printed, witnesses)).toMatchObject({ value: null, problem: { code: 'UNKNOWN_STATE' } });
  });

  it('is never read as another state than the one that was meant', () => {
    const names = places.map(({ name, code }) => [name.toUpperCase(), code] as const);
    const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ ');
    const slip = fc.tuple(fc.constantFrom('drop', 'add', 'change', 'swap'), fc.nat(30), letter);
    const property = fc.property(
      fc.constantFrom(...names),
      fc.array(slip, { minLength: 1, maxLength: 2 }),
      (one, slips) => {
        const [name, code] = one;
        const text = slips.reduce((each, [kind, where, other]) => {
          const at = where % each.length;
          if (kind === 'drop') return each.slice(0, at) + each.slice(at + 1);
          if (kind === 'add') return each.slice(0, at) + other + each.slice(at);
          if (kind === 'change') return each.slice(0, at) + other + each.slice(at + 1);
          return each.slice(0, at) + (each[at + 1] ?? '') + each[at] + each.slice(at + 2);
        }, name);
        const isOther = names.some(([each, its]) => each === text && its !== code);
        if (!isOther) expect([code, undefined]).toContain(nearSpelling(text, names)?.value);
      },
    );
    fc.assert(property, { seed: 287, numRuns: 5_000 });
  });
});

describe('a slip in SUPPORT TYPE', () => {
  it.each([
    ['Warrant Servcie Officer', 'WARRANT_SERVICE_OFFICER'],
    ['Task Froce Model', 'TASK_FORCE'],
    ['Jail Enforcement Modell', 'JAIL_ENFORCEMENT'],
  ])('%s is read as %s, with an issue', (printed, value) => {
    const because = { code: 'NEAR_SPELLING', reason: expect.stringContaining('model-near-spelling') };
    expect(readModel(printed)).toEqual({ value, rule: 'model-near-spelling', problem: because });
  });

  it.each(['Task Force', 'Jail Enforcement', 'Task Force Model HYBRID', 'TFM', 'TBD', '#REF!', 'FALSE'])(
    '%s is not read',
    (printed) => {
      expect(readModel(printed)).toMatchObject({ value: null, problem: { code: 'UNKNOWN_MODEL' } });
    },
  );
});
