/** What differs between two lists, and which two cannot be compared. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agencyNames } from '../../../schema/tables/agencies.ts';
import { listings } from '../../../schema/tables/agreements.ts';
import { putAgency, putAgreement, putRow, putSnapshot } from '../../support/databases/builders.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { type Api, openApi } from '../graphql/api.ts';

let ledger: TestDatabase;
let api: Api;
const ids = new Map<string, string>();

const march = ['2025-03-01T17:00:00Z', '2025-03-10T17:00:00Z', '2025-03-20T17:00:00Z'] as const;
const at = (index: 0 | 1 | 2): Date => new Date(march[index]);

beforeAll(async () => {
  ledger = await openTestDatabase();
  const { db } = ledger;
  const lists = [];
  for (const publishedAt of march) lists.push(await putSnapshot(db, publishedAt));
  const [first, second, third] = lists;
  if (!first || !second || !third) throw new Error('three lists');
  const others = {
    held: await putSnapshot(db, '2025-03-15T17:00:00Z', { status: 'HELD', fileName: 'held.xlsx' }),
    pending: await putSnapshot(db, '2025-03-05T17:00:00Z', { kind: 'PENDING', fileName: 'pending.xlsx' }),
    later: await putSnapshot(db, '2025-03-12T17:00:00Z', { kind: 'PENDING', fileName: 'later.xlsx' }),
  };
  for (const [name, { id }] of Object.entries({ first, second, third, ...others })) ids.set(name, `snapshot_${id}`);

  const put = async (name: string, on: readonly { number: number }[], given: Parameters<typeof putAgreement>[3]) => {
    const agency = await putAgency(db, name, { nameKey: name.toLowerCase() });
    const row = { agencyName: name, nameKey: name.toLowerCase(), signedOn: '2025-03-01' };
    for (const list of on) await putRow(db, list, 1 + ids.size, row);
    ids.set(name, `agreement_${await putAgreement(db, name, agency, given)}`);
    return agency;
  };
  await put('Stays Police', [first, second, third], { firstListedAt: at(0) });
  await put('New Police', [third], { firstListedAt: at(2) });
  await put('Gone Police', [first], { firstListedAt: at(0), unlistedAt: at(1), status: 'UNLISTED' });
  await put('Back Police', [first, third], { firstListedAt: at(0), unlistedAt: at(1) });
  await db.insert(listings).values({ agreementId: key('Back Police'), kind: 'PARTICIPATING', listedAt: at(2) });
  await put('Corrected Police', [], { firstListedAt: at(0) });
  const name = { agencyName: 'Corrected Police', nameKey: 'corrected police' };
  await putRow(db, first, 90, { ...name, signedOn: '2025-02-01' });
  await putRow(db, third, 90, { ...name, signedOn: '2025-02-11', memorandumUrl: 'https://www.ice.gov/moa.pdf' });
  const renewed = await put('Renewed Police', [first, third], {
    ...{ firstListedAt: at(0), unlistedAt: at(2), status: 'SUPERSEDED' },
  });
  const renewal = { ordinal: 2, firstListedAt: at(2), supersedes: key('Renewed Police') };
  ids.set('Renewal', `agreement_${await putAgreement(db, 'Renewal', renewed, renewal)}`);
  const fort = await putAgency(db, 'Fort Police', { nameKey: 'fort police' });
  const names = { placeCode: 'TX', nameKey: 'ft police', agencyId: fort, firstListedAt: at(0) };
  await db.insert(agencyNames).values(names);
  await putAgreement(db, 'Fort', fort, { firstListedAt: at(0) });
  await putRow(db, first, 91, { agencyName: 'Ft. Police', nameKey: 'ft police', signedOn: '2025-03-01' });
  await putRow(db, third, 91, { agencyName: 'Fort Police', nameKey: 'fort police', signedOn: '2025-03-01' });
  api = await openApi(ledger);
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await ledger[Symbol.asyncDispose]();
});

const key = (name: string): string => (ids.get(name) ?? '').replace(/^\w+_/, '');

const parts = ['added', 'left', 'returned', 'corrected'] as const;
const fragment = `fragment All on Diff { from { fileName } to { fileName } renamed { totalCount }
  ${parts.map((part) => `${part} { totalCount nodes { difference agreement { agency { name } } fields { field before after } } }`).join(' ')} }`;

interface Part {
  nodes: { difference: string; agreement: { agency: { name: string } }; fields: { field: string }[] }[];
}

interface Paged extends Part {
  edges: { cursor: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
}

// The operation asks for it.
const read = (data: unknown): { added: Paged } => (data as { diff: { added: Paged } }).diff;

async function differing(args: string): Promise<string[]> {
  const { data, errors } = await api.ask(`{ diff(${args}) { ...All } } ${fragment}`);
  expect(errors).toEqual([]);
  const diff = data?.diff as Record<(typeof parts)[number], Part> | undefined;
  return parts.flatMap((part) =>
    (diff?.[part].nodes ?? []).map(({ difference, agreement, fields }) =>
      [part, difference, agreement.agency.name, ...fields.map(({ field }) => field)].join(' '),
    ),
  );
}

const all = [
  'added ADDED New Police status signedOn',
  'added ADDED Renewed Police status signedOn',
  'left UNLISTED Gone Police status',
  'left SUPERSEDED Renewed Police status',
  'corrected CORRECTED Corrected Police signedOn memorandum',
];

describe('a diff', () => {
  test('of two days is netted', async () => {
    expect(await differing('from: "2025-03-01", to: "2025-03-20"')).toEqual(all);
  });

  test('says which agencies the lists call differently', async () => {
    const { data } = await api.ask(
      '{ diff(from: "2025-03-01", to: "2025-03-20") { renamed { totalCount nodes { agency { name } before after } } } }',
    );
    const node = { agency: { name: 'Fort Police' }, before: 'Ft. Police', after: 'Fort Police' };
    expect(data?.diff).toEqual({ renamed: { totalCount: 1, nodes: [node] } });
  });

  test('of two lists is the same as of their days', async () => {
    const args = `fromSnapshot: "${ids.get('first')}", toSnapshot: "${ids.get('third')}"`;
    expect(await differing(args)).toEqual(all);
  });

  test('tells what came back from what is new', async () => {
    const found = await differing(`from: "2025-03-10", toSnapshot: "${ids.get('third')}"`);
    expect(found).toContain('returned RESTORED Back Police status signedOn');
  });

  test('of one list with itself is empty', async () => {
    expect(await differing('from: "2025-03-05", to: "2025-03-06"')).toEqual([]);
  });

  test('is of what the filter lets pass', async () => {
    expect(await differing('from: "2025-03-01", to: "2025-03-20", filter: { states: ["FL"] }')).toEqual([]);
    expect(await differing('from: "2025-03-01", to: "2025-03-20", filter: { models: [JAIL_ENFORCEMENT] }')).toEqual([]);
  });

  test('comes page by page, each row once', async () => {
    const names: string[] = [];
    let after: string | null = null;
    do {
      const query = `query ($after: String) { diff(from: "2025-03-01", to: "2025-03-20") {
        added(first: 1, after: $after) { totalCount nodes { agreement { agency { name } } } pageInfo { hasNextPage endCursor } } } }`;
      const answer = await api.ask(query, { after });
      const page: Paged = read(answer.data).added;
      names.push(...page.nodes.map(({ agreement }) => agreement.agency.name));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(names).toEqual(['New Police', 'Renewed Police']);
  });

  test('refuses the cursor of another part', async () => {
    const query = (part: string, after: string) =>
      `{ diff(from: "2025-03-01", to: "2025-03-20") { ${part}(first: 1, after: "${after}") { edges { cursor } } } }`;
    const { data } = await api.ask(query('added', '').replace(', after: ""', ''));
    const cursor = read(data).added.edges[0]?.cursor ?? '';
    const refused = await api.ask(query('left', cursor));
    expect(refused.errors[0]?.extensions.code).toBe('BAD_CURSOR');
  });

  test.each([
    ['reversed days', () => 'from: "2025-03-02", to: "2025-03-01"', 'from must not be after to'],
    ['reversed lists', () => `fromSnapshot: "${ids.get('third')}", to: "2025-03-02"`, 'from must not be after to'],
    [
      'a day before the first list',
      () => 'from: "2025-02-01", to: "2025-03-02"',
      'from: no list is known on or before 2025-02-01; the first one is of 2025-03-01.',
    ],
    [
      'a held list',
      () => `fromSnapshot: "${ids.get('first')}", toSnapshot: "${ids.get('held')}"`,
      'toSnapshot: held.xlsx is held',
    ],
    [
      'lists of two kinds',
      () => `fromSnapshot: "${ids.get('first')}", toSnapshot: "${ids.get('later')}"`,
      'lists of two kinds',
    ],
    [
      'a day beside a list',
      () => `from: "2025-03-01", fromSnapshot: "${ids.get('first')}", to: "2025-03-02"`,
      'Give either from or fromSnapshot.',
    ],
    ['one end alone', () => 'from: "2025-03-01"', 'Give either to or toSnapshot.'],
    [
      'the id of something else',
      () => `fromSnapshot: "${ids.get('Stays Police')}", to: "2025-03-02"`,
      'fromSnapshot: this is not the id of a list.',
    ],
  ])('refuses %s', async (_name, args, message) => {
    const { errors } = await api.ask(`{ diff(${args()}) { from { id } } }`);
    expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    expect(errors[0]?.message).toContain(message);
  });
});

interface Lists {
  nodes: { fileName: string; changes: unknown }[];
}

test('each list says what it changed against the one before it of its kind', async () => {
  const query =
    '{ snapshots(last: 10) { nodes { fileName changes { from { fileName } added { totalCount } left { totalCount } returned { totalCount } } } } }';
  const { data, errors } = await api.ask(query);
  expect(errors).toEqual([]);
  // The operation asks for it.
  const { nodes } = (data as unknown as { snapshots: Lists }).snapshots;
  expect(Object.fromEntries(nodes.map(({ fileName, changes }) => [fileName, changes]))).toEqual({
    '2025-03-01.xlsx': null,
    'pending.xlsx': null,
    'held.xlsx': null,
    '2025-03-10.xlsx': change('2025-03-01.xlsx', 0, 2, 0),
    '2025-03-20.xlsx': change('2025-03-10.xlsx', 2, 1, 1),
    'later.xlsx': change('pending.xlsx', 0, 0, 0),
  });
});

const change = (fileName: string, added: number, left: number, returned: number) => ({
  ...{ from: { fileName }, added: { totalCount: added }, left: { totalCount: left } },
  returned: { totalCount: returned },
});
