/** Placeholder names: marked, and so unlike each other that no rule takes two of them for one agency. */
import { distance } from 'fastest-levenshtein';
import { expect, test } from 'vitest';
import { canonicalName } from '../../../src/ledger/derive/names/canonical-name.ts';
import { defaultLists } from '../../../src/sample/lists/default-lists.ts';
import { createNameSource } from '../../../src/sample/world/placeholder-names.ts';
import { readRows } from './printed-list.ts';

const generic = new Set('county sheriff police department corrections sample airport authority'.split(' '));
const distinguishing = (name: string): string[] =>
  canonicalName(name)
    .split(' ')
    .filter((word) => !generic.has(word));
const alike = (left: string, right: string): number => 1 - distance(left, right) / Math.max(left.length, right.length);

test('every agency on every default list is marked as sample', () => {
  const names = defaultLists().flatMap((list) => readRows(list).map(({ agency }) => agency));
  expect(names.filter((name) => !name.includes('(SAMPLE)'))).toEqual([]);
});

test('four hundred names of one place are less than 0.8 alike, and no name holds the words of another', () => {
  const source = createNameSource('any seed');
  const types = ['COUNTY', 'MUNICIPALITY', 'STATE'] as const;
  const names = Array.from({ length: 400 }, (_, index) => source.nameFor('FL', types[index % 3] ?? 'COUNTY'));
  const words = names.map(distinguishing);
  const confusable = words.flatMap((left, index) =>
    words
      .slice(0, index)
      .filter((right) => alike(left.join(' '), right.join(' ')) >= 0.8 || left.every((word) => right.includes(word))),
  );
  expect(confusable).toEqual([]);
});

test('on the default lists even the whole names of one place are less than 0.8 alike, save for the misspelt three', () => {
  const names = new Map<string, Set<string>>();
  for (const { canonical } of defaultLists().flatMap(readRows)) {
    const [state = '', name = ''] = canonical.split('/');
    names.set(state, (names.get(state) ?? new Set()).add(name));
  }
  const close = [...names.values()].flatMap((place) => {
    const all = [...place];
    return all.flatMap((left, index) => all.slice(0, index).filter((right) => alike(left, right) >= 0.8));
  });
  expect(close).toHaveLength(3);
});

test('names repeat for the same seed and run out with an error, never with a double', () => {
  const ten = (seed: string): string[] => {
    const source = createNameSource(seed);
    return Array.from({ length: 10 }, () => source.nameFor('TX', 'COUNTY'));
  };
  expect(ten('one')).toEqual(ten('one'));
  expect(ten('one')).not.toEqual(ten('other'));
  const source = createNameSource('many');
  const many = Array.from({ length: 12_000 }, () => source.nameFor('TX', 'COUNTY'));
  expect(new Set(many).size).toBe(12_000);
});
