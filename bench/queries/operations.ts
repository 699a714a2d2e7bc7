/** The six operations of bench/queries: one GraphQL document each, which all servers that speak GraphQL get alike. */
import type postgres from 'postgres';
import { agreementOrder } from '../../src/queries/agreements.ts';
import { encodeKeysetCursor } from '../../src/queries/keyset/keyset.ts';

export interface BenchOperation {
  /** The operation's name in the document, by which the hand-written server knows it. */
  name: string;
  question: string;
  query: string;
  variables: Record<string, unknown>;
}

const agreementFields = 'id model status signedOn';
const agencyFields = 'id slug name type';
/** All that the ledger knows, as the hand-written servers count them. */
const everyAgency = 'filter: { statuses: [PENDING, WITHDRAWN, ACTIVE, UNLISTED, ENDED, SUPERSEDED] }';

export async function makeOperations(sql: postgres.Sql): Promise<BenchOperation[]> {
  return operationsOn({ slug: await someSlug(sql), after: await deepCursor(sql) });
}

/** Which rows of the ledger the operations ask about: an agency with two agreements, and what 90 % of them precede. */
export function operationsOn({ slug, after }: { slug: string; after: string }): BenchOperation[] {
  return [
    operation(
      'Agency',
      'an agency by slug, its state and agreements',
      { slug },
      '($slug: String!)',
      `
      agency(slug: $slug) { ${agencyFields} firstListedAt state { code name }
        agreements(first: 10) { nodes { ${agreementFields} memorandum } } }`,
    ),
    operation(
      'Newest',
      'the newest 50 agreements with agency and state',
      {},
      '',
      `
      agreements(first: 50) { nodes { ${agreementFields} firstListedAt agency { ${agencyFields} state { code name } } } }`,
    ),
    operation(
      'Counts',
      'all states with both counts',
      {},
      '',
      `
      states { code name agencies(${everyAgency}) { totalCount } agreements { totalCount } }`,
    ),
    operation(
      'State',
      'a state, 100 agencies, their agreements',
      { code: 'TX' },
      '($code: String!)',
      `
      state(code: $code) { code name agencies(first: 100, ${everyAgency}) {
        nodes { ${agencyFields} agreements(first: 10) { nodes { ${agreementFields} } } } } }`,
    ),
    operation(
      'Deep',
      'a page of 50 after 90 % of all agreements',
      { after },
      '($after: String!)',
      `
      agreements(first: 50, after: $after) { nodes { ${agreementFields} agency { ${agencyFields} } }
        pageInfo { hasNextPage endCursor } }`,
    ),
    operation(
      'Filtered',
      'a page of 50 of two states and a model',
      { filter: someFilter },
      '($filter: AgreementFilter)',
      `
      agreements(first: 50, filter: $filter) { nodes { ${agreementFields} agency { ${agencyFields} } }
        pageInfo { hasNextPage endCursor } }`,
    ),
  ];
}

export const someFilter = { states: ['TX', 'NC'], models: ['TASK_FORCE'] };

function operation(
  name: string,
  question: string,
  variables: Record<string, unknown>,
  declared: string,
  fields: string,
): BenchOperation {
  return { name, question, variables, query: `query ${name}${declared} {${fields}\n}` };
}

async function someSlug(sql: postgres.Sql): Promise<string> {
  const [row] = await sql<{ slug: string }[]>`select a.slug from agencies a
    join agreements g on g.agency_id = a.id and g.status = 'ACTIVE'
    group by a.slug having count(*) = 2 order by a.slug limit 1`;
  if (row === undefined) throw new Error('The seed has no agency with two agreements.');
  return row.slug;
}

/** Every server of the bench takes the program's own cursors: what a cursor holds is part of the question. */
async function deepCursor(sql: postgres.Sql): Promise<string> {
  const [row] = await sql<{ id: string; signedOn: string }[]>`select id, signed_on::text as "signedOn" from agreements
    where status = 'ACTIVE' and signed_on is not null order by signed_on desc, id desc
    offset (select (count(*) * 0.9)::int from agreements where status = 'ACTIVE' and signed_on is not null) limit 1`;
  if (row === undefined) throw new Error('The seed has no agreements.');
  return encodeKeysetCursor(agreementOrder('SIGNED_ON', true), row);
}
