/** Search over everything that has a name. */
import { readSize } from '../../queries/keyset/window.ts';
import { searchTypes } from '../../queries/search/search.ts';
import { builder } from './builder.ts';
import { described } from './enums.ts';
import { typenameOf } from './node.ts';
import { AgencyRef, CountyRef, StateRef } from './refs.ts';

const SearchResult = builder.unionType('SearchResult', {
  description: 'Something with a name that was searched for.',
  types: [StateRef, CountyRef, AgencyRef],
  resolveType: (row) => typenameOf(row),
});

const SearchTypeEnum = builder.enumType(
  'SearchType',
  described('What is searched for.', searchTypes, {
    STATE: 'States, the district and territories.',
    COUNTY: 'Counties and their equivalents.',
    AGENCY: 'Agencies that the ledger knows, whether or not one of their agreements is in force.',
  }),
);

builder.queryFields((t) => ({
  search: t.field({
    type: [SearchResult],
    description:
      'States, counties and agencies by name, best match first, tolerant of typos; the beginning of a word of the name is enough. A place may stand beside the name (“orange fl”, “Baker County, Florida”), and a code alone means its state or county. The last word may be half typed. An empty text finds nothing.',
    args: {
      text: t.arg.string({ required: true, description: 'What to look for; at most 200 characters.' }),
      first: t.arg.int({ description: 'How many to answer at most, 0 to 100; left out it is 20.' }),
      types: t.arg({ type: [SearchTypeEnum], description: 'What to look for; left out means everything.' }),
      states: t.arg.stringList({
        description: 'USPS codes: only these places and what lies in them; left out means all.',
      }),
    },
    extensions: { units: 600 },
    resolve: (_parent, { text, first, ...scope }, context) =>
      context.queries.search(text, readSize('first', first ?? 20), scope),
  }),
}));
