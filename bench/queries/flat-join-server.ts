/**
 * Reference: for each operation one hand-written statement with joins, prepared by postgres.js, its rows made into
 * objects by hand, behind bare node:http. No GraphQL, no limits, no pages but the one asked for: what a person would
 * write who needs these six answers and nothing else. `flat-join-server.ts <url>`.
 */
import postgres from 'postgres';
import { places } from '../../schema/places.ts';
import { type Asked, serve } from './serve.ts';

const [url = ''] = process.argv.slice(2);
const sql = postgres(url, { max: 10 });
const stateByCode = new Map(places.map(({ code, name }) => [code, { code, name }]));

const answers: Record<string, (variables: Asked['variables']) => Promise<unknown>> = {
  Agency: ({ slug }) => agency(String(slug)),
  Newest: () => newest(),
  Counts: () => counts(),
  State: ({ code }) => state(String(code)),
  Deep: ({ after }) => deep(String(after)),
  // bench/queries sends exactly this.
  Filtered: ({ filter }) => filtered(filter as { states: string[]; models: string[] }),
};

serve(async ({ operationName, variables }) => {
  const data = await answers[operationName]?.(variables);
  return JSON.stringify({ data });
});

interface Joined {
  id: string;
  model: string;
  status: string;
  signedOn: string | null;
  agencyId: string;
  slug: string;
  name: string;
  type: string;
}

async function agency(slug: string): Promise<unknown> {
  const rows = await sql<(Joined & { placeCode: string; memorandum: string | null; firstListedAt: Date })[]>`
    select a.id as "agencyId", a.slug, a.name, a.type, a.place_code as "placeCode", a.first_listed_at as "firstListedAt",
      g.id, g.model, g.status, g.signed_on::text as "signedOn", g.memorandum_url as memorandum
    from agencies a
    left join agreements g on g.agency_id = a.id and g.derived and g.merged_into is null and g.status = 'ACTIVE'
    where a.slug = ${slug} and a.derived and a.merged_into is null
    order by g.signed_on desc nulls last, g.id desc limit 10`;
  const [first] = rows;
  if (first === undefined) return { agency: null };
  return {
    agency: {
      ...toAgency(first),
      firstListedAt: first.firstListedAt.toISOString(),
      state: stateByCode.get(first.placeCode),
      agreements: {
        nodes: rows.flatMap((row) => (row.id === null ? [] : [{ ...toAgreement(row), memorandum: row.memorandum }])),
      },
    },
  };
}

async function newest(): Promise<unknown> {
  const rows = await sql<(Joined & { placeCode: string; firstListedAt: Date })[]>`
    select g.id, g.model, g.status, g.signed_on::text as "signedOn", g.first_listed_at as "firstListedAt",
      a.id as "agencyId", a.slug, a.name, a.type, a.place_code as "placeCode"
    from agreements g join agencies a on a.id = g.agency_id
    where g.derived and g.merged_into is null and g.status = 'ACTIVE' and g.signed_on is not null
    order by g.signed_on desc, g.id desc limit 50`;
  return {
    agreements: {
      nodes: rows.map((row) => ({
        ...toAgreement(row),
        firstListedAt: row.firstListedAt.toISOString(),
        agency: { ...toAgency(row), state: stateByCode.get(row.placeCode) },
      })),
    },
  };
}

async function counts(): Promise<unknown> {
  const rows = await sql<{ code: string; agencies: number; agreements: number }[]>`
    select coalesce(a.place_code, g.place_code) as code, a.n as agencies, g.n as agreements
    from (select place_code, count(*)::int as n from agencies where derived and merged_into is null group by 1) a
    full join (select place_code, count(*)::int as n from agreements
      where derived and merged_into is null and status = 'ACTIVE' group by 1) g on g.place_code = a.place_code`;
  const byCode = new Map(rows.map((row) => [row.code, row]));
  return {
    states: places.map(({ code, name }) => {
      const row = byCode.get(code);
      return {
        code,
        name,
        agencies: { totalCount: row?.agencies ?? 0 },
        agreements: { totalCount: row?.agreements ?? 0 },
      };
    }),
  };
}

async function state(code: string): Promise<unknown> {
  const rows = await sql<Joined[]>`
    select a.id as "agencyId", a.slug, a.name, a.type, g.id, g.model, g.status, g.signed_on::text as "signedOn"
    from (select id, slug, name, type from agencies where place_code = ${code} and derived and merged_into is null
      order by name collate "C", id limit 100) a
    left join agreements g on g.agency_id = a.id and g.derived and g.merged_into is null and g.status = 'ACTIVE'
    order by a.name collate "C", a.id, g.signed_on desc nulls last, g.id desc`;
  const nodes: { id: string; agreements: { nodes: object[] } }[] = [];
  let current: { id: string; agreements: { nodes: object[] } } | undefined;
  let currentId = '';
  for (const row of rows) {
    if (current === undefined || row.agencyId !== currentId) {
      current = { ...toAgency(row), agreements: { nodes: [] } };
      currentId = row.agencyId;
      nodes.push(current);
    }
    if (row.id !== null) current.agreements.nodes.push(toAgreement(row));
  }
  return { state: { ...stateByCode.get(code), agencies: { nodes } } };
}

async function deep(after: string): Promise<unknown> {
  const [tag, signedOn = '', id = ''] = JSON.parse(Buffer.from(after, 'base64url').toString()) as string[];
  const rows = await sql<Joined[]>`
    select g.id, g.model, g.status, g.signed_on::text as "signedOn", a.id as "agencyId", a.slug, a.name, a.type
    from agreements g join agencies a on a.id = g.agency_id
    where g.derived and g.merged_into is null and g.status = 'ACTIVE'
      and (g.signed_on, g.id) < (${signedOn}::date, ${id}::uuid)
    order by g.signed_on desc, g.id desc limit 51`;
  return { agreements: page(rows, tag ?? '') };
}

async function filtered({ states, models }: { states: string[]; models: string[] }): Promise<unknown> {
  const rows = await sql<Joined[]>`
    select g.id, g.model, g.status, g.signed_on::text as "signedOn", a.id as "agencyId", a.slug, a.name, a.type
    from agreements g join agencies a on a.id = g.agency_id
    where g.derived and g.merged_into is null and g.status = 'ACTIVE' and g.signed_on is not null
      and g.place_code = any(${states}) and g.model = any(${models}::model[])
    order by g.signed_on desc, g.id desc limit 51`;
  return { agreements: page(rows, 'agreements:SIGNED_ON:desc') };
}

function page(rows: readonly Joined[], tag: string): unknown {
  const nodes = rows.slice(0, 50);
  const last = nodes.at(-1);
  return {
    nodes: nodes.map((row) => ({ ...toAgreement(row), agency: toAgency(row) })),
    pageInfo: {
      hasNextPage: rows.length > 50,
      endCursor: last && Buffer.from(JSON.stringify([tag, last.signedOn, last.id])).toString('base64url'),
    },
  };
}

function toAgency({ agencyId, slug, name, type }: Joined) {
  return { id: `agency_${agencyId}`, slug, name, type };
}

function toAgreement({ id, model, status, signedOn }: Joined) {
  return { id: `agreement_${id}`, model, status, signedOn };
}
