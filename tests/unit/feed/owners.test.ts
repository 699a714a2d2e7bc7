import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOwners } from '../../../src/feed/groups/owners.ts';

test('whoever enters and leaves in which order, nobody is in more groups than it may, and nothing is left', () => {
  const step = fc.record({
    owner: fc.constantFrom('a', 'b', 'c'),
    key: fc.constantFrom('1', '2', '3', '4'),
    leave: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const owners = createOwners(2);
      const inside: { owner: string; key: string; leave: () => void }[] = [];
      const keysOf = (owner: string) => new Set(inside.filter((each) => each.owner === owner).map(({ key }) => key));
      for (const { owner, key, leave } of steps) {
        const may = keysOf(owner).size < 2 || keysOf(owner).has(key);
        expect(owners.mayEnter(owner, key)).toBe(may);
        if (may && leave % 3 > 0) inside.push({ owner, key, leave: owners.enter(owner, key) });
        else inside.splice(leave % (inside.length + 1), 1)[0]?.leave();
        const members = new Set(inside.filter((each) => each.key === key).map((each) => each.owner));
        expect(owners.of(key)).toBe(members.size === 1 ? [...members][0] : key);
      }
      for (const { leave } of inside) leave();
      expect(owners.size).toBe(0);
    }),
  );
});
