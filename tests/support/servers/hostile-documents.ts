/** Documents that are made to cost more than their length: each shape by a size, such as the number of its fragments. */

export interface HostileShape {
  name: string;
  /** The largest size that makes sense: about where the limit of tokens is. */
  most: number;
  make: (size: number) => string;
}

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

/** Each fragment spreads the next so many times: fields grow as a power. */
export const spreadRepeatedly = (fragments: number, spreads = 2): string => {
  const chain = times(fragments, (i) => `fragment F${i} on State { ${times(spreads, () => `...F${i + 1}`)} }`);
  return `{ states { ...F0 } } ${chain} fragment F${fragments} on State { name }`;
};

/** Each fragment has one field so many times, below which the next fragment is spread once. */
export const repeatOverFragments = (levels: number, fields = 10): string => {
  const chain = times(levels, (i) => {
    const [type, field] = i % 2 === 0 ? ['State', 'counties'] : ['County', 'state'];
    return `fragment F${i} on ${type} { ${times(fields, () => `${field} { ...F${i + 1} }`)} }`;
  });
  return `{ states { ...F0 } } ${chain} fragment F${levels} on ${levels % 2 === 0 ? 'State' : 'County'} { name }`;
};

/** The same field so many times at each of so many levels, the last of them with the next level. */
export const repeatInLevels = (levels: number, fields = 10): string => {
  let query = 'name';
  for (let level = levels - 1; level >= 0; level -= 1) {
    const field = level % 2 === 0 ? 'counties' : 'state';
    query = `${times(fields - 1, () => `${field} { name }`)} ${field} { ${query} }`;
  }
  return `{ states { ${query} } }`;
};

/** A tree of fields that are each there twice, all the way down. */
export const doubleInLevels = (levels: number): string => {
  let query = 'name';
  for (let level = levels - 1; level >= 0; level -= 1) {
    const field = level % 2 === 0 ? 'counties' : 'state';
    query = `${field} { ${query} } ${field} { ${query} }`;
  }
  return `{ states { ${query} } }`;
};

export const deepAliases = (aliases: number): string =>
  `{ states { ${times(aliases, (i) => `a${i}: counties { state { counties { state { counties { state { name fips code kind } name } } name } name } name }`)} } }`;

export const ring = (fragments: number): string =>
  `{ states { ...F0 } } ${times(fragments, (i) => `fragment F${i} on State { name ...F${(i + 1) % fragments} }`)}`;

/** Every fragment spreads every one. */
export const clique = (fragments: number): string =>
  `{ states { ...F0 } } ${times(fragments, () => '').trim()} ${times(fragments, (i) => `fragment F${i} on State { ${times(fragments, (j) => `...F${j}`)} }`)}`;

const same = (fragments: number): string =>
  times(fragments, (i) => `fragment F${i} on State { name code counties { name } }`);

export const hostileShapes: readonly HostileShape[] = [
  { name: 'fragments that spread the next twice', most: 180, make: (n) => spreadRepeatedly(n) },
  { name: 'ten fields over fragments', most: 40, make: (n) => repeatOverFragments(n) },
  { name: 'two fields over fragments', most: 11, make: (n) => repeatOverFragments(n, 2) },
  { name: 'repeated fields in levels', most: 60, make: (n) => repeatInLevels(7, n) },
  { name: 'fields twice in seven levels', most: 7, make: doubleInLevels },
  { name: 'deep aliases', most: 30, make: deepAliases },
  { name: 'a ring of fragments', most: 200, make: ring },
  { name: 'all fragments spread all', most: 28, make: clique },
  { name: 'fragments used nowhere', most: 140, make: (n) => `{ states { name } } ${same(n)}` },
  {
    name: 'fragments of one name',
    most: 140,
    make: (n) => `{ states { ...F } } ${times(n, () => 'fragment F on State { name code }')}`,
  },
  {
    name: 'fragments of the same fields',
    most: 110,
    make: (n) => `{ states { ${times(n, (i) => `...F${i}`)} } } ${same(n)}`,
  },
  {
    name: 'inline fragments of the same fields',
    most: 200,
    make: (n) => `{ states { ${times(n, () => '... on State { name code }')} } }`,
  },
  {
    name: 'inline fragments within each other',
    most: 90,
    make: (n) => `{ states ${'{ ... '.repeat(n)}{ ${times(n, () => 'name code')} }${' }'.repeat(n)} }`,
  },
  { name: 'one field again and again', most: 1900, make: (n) => `{ states { ${times(n, () => 'name')} } }` },
  {
    name: 'fields that conflict',
    most: 180,
    make: (n) => `{ states { ${times(n, (i) => `agencies(first: ${i % 90}) { nodes { id } }`)} } }`,
  },
  {
    name: 'conflicts far below',
    most: 100,
    make: (n) =>
      `{ ${times(2, (side) => `states { ${times(n, (i) => `a${i % 14}: ${side === 0 ? 'name' : 'code'}`)} }`)} }`,
  },
  {
    name: 'conflicts after thousands of lines',
    most: 100,
    make: (n) =>
      `${'\n'.repeat(n * 35)}{ ${times(2, (side) => `states { ${times(n, (i) => `a${i % 14}: ${side === 0 ? 'name' : 'code'}`)} }`)} }`,
  },
  { name: 'a ring of fragments after thousands of lines', most: 190, make: (n) => `${'\n'.repeat(n * 20)}${ring(n)}` },
  {
    name: 'one argument again and again',
    most: 600,
    make: (n) => `{ agencies(${times(n, () => 'first: 1')}) { nodes { id } } }`,
  },
  {
    name: 'one operation again and again',
    most: 49,
    make: (n) =>
      `${times(n, (i) => `query Q${i}($n: Int) { ...F }`)} fragment F on Query { ${times(n, (i) => `a${i % 20}: agencies(first: $n) { nodes { id } }`)} }`,
  },
  {
    name: 'variables used again and again',
    most: 150,
    make: (n) =>
      `query(${times(n, (i) => `$v${i}: Int`)}) { ${times(15, (k) => `a${k}: agencies(first: $v0) { nodes { id } }`)} ${times(5, (k) => `b${k}: states { ${times(Math.floor(n / 20), (i) => `agencies(first: $v0, last: $v${i}) { nodes { id } }`)} }`)} }`,
  },
  {
    name: 'a long list of values',
    most: 900,
    make: (n) => `{ agencies(filter: { states: [${times(n, () => '"FL"')}] }) { nodes { id } } }`,
  },
  {
    name: 'a long list of wrong values',
    most: 900,
    make: (n) => `{ agencies(filter: { states: [${times(n, (i) => String(i))}] }) { nodes { id } } }`,
  },
  {
    name: 'a long list of values in a fragment spread often',
    most: 500,
    make: (n) =>
      `{ ${times(10, () => 'states { ...F counties { state { ...F } } }')} } fragment F on State { agencies(filter: { states: [${times(n, () => '"FL"')}] }) { nodes { id state { ...G } } } } fragment G on State { agencies(filter: { states: [${times(n, () => '"FL"')}] }) { nodes { id } } }`,
  },
  {
    name: 'lists within lists',
    most: 90,
    make: (n) => `{ states(kinds: ${'['.repeat(n)}STATE${']'.repeat(n)}) { name } }`,
  },
  { name: 'unknown fields', most: 1900, make: (n) => `{ states { ${times(n, (i) => `naem${i}`)} } }` },
  { name: 'a long comment', most: 18_000, make: (n) => `{ states { name } } # ${'x'.repeat(n)}` },
  { name: 'a long text', most: 100_000, make: (n) => `{ search(text: "${'x'.repeat(n)}") { __typename } }` },
  {
    name: 'every kind of event',
    most: 25,
    make: (n) =>
      `{ ledgerEvents { nodes { ${times(n, (i) => `... on ${eventKinds[i % eventKinds.length]} { agency { name ledgerEvents { nodes { id kind agency { name slug } } } } }`)} } } }`,
  },
  {
    name: 'introspection',
    most: 200,
    make: (n) => `{ __schema { types { ${times(n, () => 'fields { type { fields { name } } }')} } } }`,
  },
];

const eventKinds = [
  'AgreementAdded',
  'AgreementEnded',
  'AgreementRestored',
  'PendingAdded',
  'AgreementCorrected',
  'AgencyRenamed',
];
