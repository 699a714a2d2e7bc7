/** What the check of the contract against the last release finds. */
import { expect, test } from 'vitest';
import { findUnnamed } from '../../../src/graphql/schema/contract-changes.ts';

const released = `
  type Query { state(code: String!): State  states: [State!]!  old: String }
  type State { name: String! }
  enum Kind { STATE DISTRICT }
  union Found = State | Query
  input Filter { kinds: [Kind!] }`;

const changelog = (...entries: string[]): string =>
  `# Changelog\n\n## Unreleased\n\n### Changed\n\n${entries.map((entry) => `- ${entry}\n`).join('')}\n## 0.1.0\n\n- Breaking: \`Query.old\`.\n`;

test('adding breaks nothing', () => {
  const more = released
    .replace('name: String!', 'name: String!  fips: String')
    .replace('DISTRICT', 'DISTRICT TERRITORY');
  expect(findUnnamed(released, more, changelog())).toEqual([]);
});

test.each([
  ['a field that is gone', 'old: String', '', 'Query.old'],
  ['a field that may be null now', 'states: [State!]!', 'states: [State!]', 'Query.states'],
  ['a value that is gone', 'DISTRICT', '', 'Kind.DISTRICT'],
  ['a type that a union lost', '| Query', '', 'Found.Query'],
  ['an argument that is gone', '(code: String!)', '', 'Query.state'],
  ['an argument that is asked for', 'states:', 'states(kind: Kind!):', 'Query.states.kind'],
  ['a field of an input that is asked for', '[Kind!]', '[Kind!]  name: String!', 'Filter.name'],
  ['a type that is gone', 'input Filter { kinds: [Kind!] }', '', 'Filter'],
])('%s has to be named, in an entry of this release', (_what, before, after, element) => {
  const contract = released.replace(before, after);
  expect(findUnnamed(released, contract, changelog(`Changed: \`${element}\`.`))).toEqual([
    expect.stringMatching(new RegExp(`^${element}: `)),
  ]);
  expect(findUnnamed(released, contract, changelog('Breaking: nothing.', `Breaking: \`${element}\` changed.`))).toEqual(
    [],
  );
});
