/** What an operator may declare, in which words, and what is refused. */
import { describe, expect, it } from 'vitest';
import { readSpelling, spellingKey } from '../../../src/intake/vocabulary/read-spelling.ts';
import { type Spelling, spellingsOf } from '../../../src/intake/vocabulary/spellings.ts';

describe('a spelling', () => {
  it.each<[Spelling['subject'], string, string, string]>([
    ['STATE', ' Lone  Star', 'Texas', 'TX'],
    ['STATE', 'Lone Star', 'tx', 'TX'],
    ['MODEL', 'Task Force', 'task-force', 'TASK_FORCE'],
    ['MODEL', 'Task Force', 'Task Force Model', 'TASK_FORCE'],
    ['TYPE', 'Town', 'municipality', 'MUNICIPALITY'],
    ['COUNTY', 'Clark', '13059', '13059'],
    ['COUNTY', 'Clark', 'Clarke County, GA', '13059'],
    ['COUNTY', 'Richmond', 'Richmond City, Virginia', '51760'],
    ['HEADING', 'Date Signed', 'signed', 'signed'],
    ['HEADING', 'Programme', 'SUPPORT TYPE', 'model'],
  ])('%s “%s” may mean %s', (subject, printed, means, meant) => {
    const read = readSpelling({ subject, printed, means });
    expect(read).toMatchObject({
      ok: true,
      spelling: { subject, printed: printed.trim().replace(/ +/, ' '), means: meant },
    });
    // What is stored can be read.
    if (read.ok) spellingsOf([read.spelling]);
  });

  it.each<[Spelling['subject'], string, string, string]>([
    [
      'STATE',
      'Lone Star',
      'Texaz',
      'means: “Texaz” is not a state, a district or a territory, by name or postal code.',
    ],
    ['STATE', 'texas', 'FL', 'printed: “texas” is Texas and stays so.'],
    ['STATE', 'PENNSLYVANIA', 'PA', 'printed: “PENNSLYVANIA” is Pennsylvania already.'],
    ['STATE', '#N/A', 'PA', 'printed: “#N/A” says nothing, so it can mean nothing.'],
    ['MODEL', 'x', 'HYBRID', 'means: “HYBRID” is not a model: TASK_FORCE, JAIL_ENFORCEMENT, WARRANT_SERVICE_OFFICER.'],
    ['MODEL', 'Task Force Model', 'JAIL_ENFORCEMENT', 'printed: “Task Force Model” is TASK_FORCE and stays so.'],
    ['TYPE', 'x', 'TOWN', 'means: “TOWN” is not a type of agency: COUNTY, MUNICIPALITY, STATE, OTHER.'],
    ['COUNTY', 'x', '48999', 'means: “48999” is not a county, by FIPS code or as "Clarke County, GA".'],
    ['COUNTY', 'x', 'Clarke County', 'means: “Clarke County” is not a county, by FIPS code or as "Clarke County, GA".'],
    ['COUNTY', 'Clarke', '13061', 'printed: “Clarke” is Clarke, GA (13059) and stays so.'],
    ['COUNTY', 'Flagere County', '12035', 'printed: “Flagere County” is Flagler, FL (12035) already.'],
    ['HEADING', 'Signed', 'state', 'printed: “Signed” is the column of signed and stays so.'],
  ])('%s “%s” that means %s is refused', (subject, printed, means, problem) => {
    expect(readSpelling({ subject, printed, means })).toEqual({ ok: false, problem });
  });
});

it('tells spellings that contradict each other from those of different places', () => {
  const clark = { subject: 'COUNTY', printed: 'Clark', means: '13059' } as const;
  expect(spellingKey({ ...clark, printed: ' CLARK', means: '13061' })).toBe(spellingKey(clark));
  expect(spellingKey({ ...clark, means: '51043' })).not.toBe(spellingKey(clark));
});
