/** Documents that are small to send and were large to read, plan or answer. */
import { post, type Shape } from '../target.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Each fragment spreads the next twice. */
export const doublingFragments = (count: number): string =>
  `{ agencies { nodes { ...F0 } } } ${range(count)
    .map((n) => `fragment F${n} on Agency { id ${n + 1 < count ? `...F${n + 1} ...F${n + 1}` : 'name'} }`)
    .join(' ')}`;

/** The same field ten times at each of seven levels, without fragments. */
export const repeatedFields = (): string => {
  const below = range(7).reduce((inner) => `${'supersedes { id } '.repeat(9)}supersedes { ${inner} }`, 'id');
  return `{ agreements { nodes { ${below} } } }`;
};

/** Ten times the same field in each of seven fragments, each of which spreads the next. */
export const repeatedOverFragments = (): string =>
  `{ agreements { nodes { ...F0 } } } ${range(7)
    .map((n) => `fragment F${n} on Agreement { ${`supersedes { ${n < 6 ? `...F${n + 1}` : 'id'} } `.repeat(10)}}`)
    .join(' ')}`;

const aliases = (count: number, field: string): string =>
  `{ ${range(count)
    .map((n) => `a${n}: ${field}`)
    .join(' ')} }`;
const printed = 'asPrinted { agreements agencies byState { printed agreements } byModel { printed agreements } }';

const document = (name: string, query: string, pause = 1_000): Shape => ({
  ...{ name, pause },
  strike: (target) => post(target, { query }),
});

export const documentShapes: readonly Shape[] = [
  document('27 fragments that each spread the next twice', doublingFragments(27)),
  document('60 fragments that each spread the next twice', doublingFragments(60)),
  document('repeated fields, level by level', repeatedFields()),
  document('repeated fields over named fragments', repeatedOverFragments()),
  document(
    '30 aliases of what the lists printed',
    `{ snapshots(first: 100) { nodes { ${aliases(30, `statistics { ${printed} }`).slice(1, -1)} } } }`,
  ),
  document(
    'many printed counts, within the limits',
    aliases(4, 'statistics { asPrinted { agreements agencies } }'),
    200,
  ),
  document(
    'searches for text without end',
    aliases(15, 'search(text: "sherifs ofice conty", first: 100) { __typename }'),
    100,
  ),
  document(
    'timelines by day of everything',
    aliases(3, 'timeline(interval: DAY) { start agreements agencies added ended }'),
    500,
  ),
  document(
    'the largest pages that are allowed',
    '{ agencies(first: 100) { totalCount nodes { name printedNames agreements(first: 20) { totalCount nodes { id signedOn memorandum } } } } }',
    300,
  ),
  document('2,000 tokens of one field', `{ agreements { nodes { ${'id '.repeat(1_900)} } } }`),
  document('2,000 levels of lists in a literal', `{ nodes(ids: ${'['.repeat(900)}${']'.repeat(900)}) { id } }`),
  document('not a document', '{ '.repeat(900), 20),
];
