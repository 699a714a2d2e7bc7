/** What persons decide of names, one after the other: the later word on the same names holds. */
import { expect, test } from 'vitest';
import { identityLinks, type NameDecision } from '../../../src/ledger/derive/names/identity-links.ts';

type Given = Partial<NameDecision> & Pick<NameDecision, 'kind'>;

const links = (...decisions: readonly Given[]) =>
  identityLinks(
    'TX',
    decisions.map((given) => ({ placeCode: 'TX', leftKeys: [], rightKeys: [], ...given })),
    [],
  );
const renaming: Given = {
  kind: 'RENAMING',
  leftKeys: ['alpha police'],
  rightKeys: ['echo police'],
  name: 'Echo Police',
};
const again: Given = { ...renaming, rightKeys: ['foxtrot police'], name: 'Foxtrot Police' };

test('the name that a person gives means the agency, whatever list prints it', () => {
  const { group, survivor, chosenNames } = links(renaming);
  expect(group('echo police')).toEqual(['alpha police', 'echo police']);
  expect([survivor('echo police'), survivor('alpha police')]).toEqual(['alpha police', null]);
  expect([...chosenNames]).toEqual([['alpha police', 'Echo Police']]);
});

test('of several names the last one holds, also beside those of others', () => {
  const other: Given = { kind: 'RENAMING', leftKeys: ['bravo'], rightKeys: ['golf'], name: 'Golf' };
  expect([...links(renaming, other, again).chosenNames]).toEqual([
    ['bravo', 'Golf'],
    ['alpha police', 'Foxtrot Police'],
  ]);
});

test('a merge keeps the name of the survivor, by whichever of its names it is meant', () => {
  const into: Given = { kind: 'SAME_AGENCY', leftKeys: ['city alpha police', 'alpha police'], rightKeys: ['bravo'] };
  expect(links(renaming, into).chosenNames.get('alpha police')).toBe('Echo Police');
});

test('what becomes part of another agency goes by the name of that one, until it is named again', () => {
  const away: Given = { kind: 'SAME_AGENCY', leftKeys: ['bravo'], rightKeys: ['alpha police'] };
  expect([...links(renaming, away).chosenNames]).toEqual([]);
  expect([...links(away, renaming).chosenNames]).toEqual([['alpha police', 'Echo Police']]);
});

test('a name that a person parts from the agency is not its own', () => {
  const parted: Given = { kind: 'DIFFERENT_AGENCIES', leftKeys: ['alpha police'], rightKeys: ['echo police'] };
  expect([...links(renaming, parted).chosenNames]).toEqual([]);
  expect(links(renaming, parted).group('echo police')).toEqual(['echo police']);
  expect([...links(parted, renaming).chosenNames]).toEqual([['alpha police', 'Echo Police']]);
});
