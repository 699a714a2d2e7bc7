/** Search over everything that has a name. */
import { readSize } from '../../queries/keyset/window.ts';
import { builder } from './builder.ts';
import { typenameOf } from './node.ts';
import { AgencyRef, CountyRef, StateRef } from './refs.ts';

const SearchResult = builder.unionType('SearchResult', {
  description: 'Something with a name that was searched for.',
  types: [StateRef, CountyRef, AgencyRef],
  resolveType: (row) => typenameOf(row),
});

builder.queryFields((t) => ({
  search: t.field({
    type: [SearchResult],
    description:
      'States, counties and agencies by name, best match first, tolerant of typos. An empty text finds nothing.',
    args: {
      text: t.arg.string({ required: true, description: 'What to look for; at most 200 characters.' }),
      first: t.arg.int({ description: 'How many to answer at most, 0 to 100; left out it is 20.' }),
    },
    extensions: { units: 400 },
    resolve: (_parent, { text, first }, context) => context.queries.search(text, readSize('first', first ?? 20)),
  }),
}));
