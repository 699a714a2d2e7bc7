/**
 * Peer: Mercurius with its JIT and loaders over the ledger's tables, with the part of the schema that the six
 * operations need, written as its documentation recommends: loaders for what hangs on rows, their cache off (no row
 * is asked for twice in these operations), postgres.js with prepared statements, enums as texts, no logging.
 * `mercurius-server.ts <url> <places.json>`.
 */
import { readFileSync } from 'node:fs';
import fastify from 'fastify';
import mercurius from 'mercurius';
import postgres from 'postgres';

const [url = '', placesFile = ''] = process.argv.slice(2);
const places: { code: string; name: string }[] = JSON.parse(readFileSync(placesFile, 'utf8'));
const placeByCode = new Map(places.map((place) => [place.code, place]));
const sql = postgres(url, { max: 10 });

const schema = `
  scalar Date
  scalar DateTime
  scalar URL
  enum Model { TASK_FORCE JAIL_ENFORCEMENT WARRANT_SERVICE_OFFICER }
  enum AgencyType { COUNTY MUNICIPALITY STATE OTHER }
  enum AgreementStatus { PENDING WITHDRAWN ACTIVE UNLISTED ENDED SUPERSEDED }
  # Every status, which is every agency that it has: nothing else is asked of it.
  input AgencyFilter { statuses: [AgreementStatus!] }
  input AgreementFilter { states: [String!] models: [Model!] }
  type Query {
    agency(slug: String!): Agency
    state(code: String!): State
    states: [State!]!
    agreements(first: Int = 20, after: String, filter: AgreementFilter): AgreementPage!
  }
  type State { code: String! name: String! agencies(first: Int = 20, filter: AgencyFilter): AgenciesOfState! agreements: AgreementsOfState! }
  type AgenciesOfState { nodes: [Agency!]! totalCount: Int! }
  type AgreementsOfState { totalCount: Int! }
  type Agency {
    id: ID! slug: String! name: String! type: AgencyType firstListedAt: DateTime! state: State!
    agreements(first: Int = 20): AgreementsOfAgency!
  }
  type AgreementsOfAgency { nodes: [Agreement!]! }
  type AgreementPage { nodes: [Agreement!]! pageInfo: PageInfo! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type Agreement {
    id: ID! model: Model! status: AgreementStatus! signedOn: Date firstListedAt: DateTime memorandum: URL agency: Agency!
  }
`;

interface AgencyRow {
  key: string;
  id: string;
  placeCode: string;
}

interface AgreementRow {
  key: string;
  id: string;
  agencyKey: string;
  signedOn: string | null;
}

const agencyColumns = sql`a.id as key, 'agency_' || a.id as id, a.slug, a.name, a.type, a.place_code as "placeCode",
  a.first_listed_at as "firstListedAt"`;
const agreementColumns = sql`g.id as key, 'agreement_' || g.id as id, g.agency_id as "agencyKey", g.model, g.status,
  g.signed_on::text as "signedOn", g.first_listed_at as "firstListedAt", g.memorandum_url as memorandum`;
const inForce = sql`g.derived and g.merged_into is null and g.status = 'ACTIVE'`;
const known = sql`a.derived and a.merged_into is null`;

interface PageArguments {
  first: number;
  after?: string;
  filter?: { states?: string[]; models?: string[] };
}

async function agreementPage({ first, after, filter }: PageArguments) {
  const position = after === undefined ? null : (JSON.parse(Buffer.from(after, 'base64url').toString()) as string[]);
  const rows = await sql<AgreementRow[]>`select ${agreementColumns} from agreements g where ${inForce}
    and g.signed_on is not null
    ${position === null ? sql`` : sql`and (g.signed_on, g.id) < (${position[1] ?? ''}::date, ${position[2] ?? ''}::uuid)`}
    ${filter?.states === undefined ? sql`` : sql`and g.place_code = any(${filter.states})`}
    ${filter?.models === undefined ? sql`` : sql`and g.model = any(${filter.models}::model[])`}
    order by g.signed_on desc, g.id desc limit ${first + 1}`;
  const nodes = rows.slice(0, first);
  const last = nodes.at(-1);
  const keys = last && JSON.stringify(['agreements:SIGNED_ON:desc', last.signedOn, last.key]);
  return {
    nodes,
    pageInfo: { hasNextPage: rows.length > first, endCursor: keys && Buffer.from(keys).toString('base64url') },
  };
}

const resolvers = {
  Query: {
    agency: async (_: unknown, { slug }: { slug: string }) => {
      const [row] = await sql`select ${agencyColumns} from agencies a where a.slug = ${slug} and ${known}`;
      return row ?? null;
    },
    state: (_: unknown, { code }: { code: string }) => placeByCode.get(code) ?? null,
    states: () => places,
    agreements: (_: unknown, args: PageArguments) => agreementPage(args),
  },
  State: {
    agencies: ({ code }: { code: string }, { first }: { first: number }) => ({ code, first }),
    agreements: ({ code }: { code: string }) => ({ code }),
  },
  Agency: {
    state: ({ placeCode }: AgencyRow) => placeByCode.get(placeCode),
    agreements: ({ key }: AgencyRow, { first }: { first: number }) => ({ key, first }),
  },
};

type Queries<Parent> = { obj: Parent }[];
const uncached = { cache: false };

const loaders = {
  Agreement: {
    agency: {
      opts: uncached,
      loader: async (queries: Queries<AgreementRow>) => {
        const keys = queries.map(({ obj }) => obj.agencyKey);
        const rows = await sql<AgencyRow[]>`select ${agencyColumns} from agencies a where a.id = any(${keys}::uuid[])`;
        const byKey = new Map(rows.map((row) => [row.key, row]));
        return keys.map((key) => byKey.get(key));
      },
    },
  },
  AgreementsOfAgency: {
    nodes: {
      opts: uncached,
      loader: async (queries: Queries<{ key: string; first: number }>) => {
        const keys = queries.map(({ obj }) => obj.key);
        const rows = await sql<AgreementRow[]>`select page.* from unnest(${keys}::uuid[]) parent(key)
          cross join lateral (select ${agreementColumns} from agreements g where g.agency_id = parent.key and ${inForce}
            order by g.signed_on desc nulls last, g.id desc limit ${queries[0]?.obj.first ?? 0}) page`;
        const byAgency = new Map<string, AgreementRow[]>(keys.map((key) => [key, []]));
        for (const row of rows) byAgency.get(row.agencyKey)?.push(row);
        return keys.map((key) => byAgency.get(key));
      },
    },
  },
  AgenciesOfState: {
    nodes: {
      opts: uncached,
      loader: async (queries: Queries<{ code: string; first: number }>) => {
        const codes = queries.map(({ obj }) => obj.code);
        const rows = await sql<AgencyRow[]>`select page.* from unnest(${codes}::text[]) parent(code)
          cross join lateral (select ${agencyColumns} from agencies a where a.place_code = parent.code and ${known}
            order by a.name collate "C", a.id limit ${queries[0]?.obj.first ?? 0}) page`;
        const byCode = new Map<string, AgencyRow[]>(codes.map((code) => [code, []]));
        for (const row of rows) byCode.get(row.placeCode)?.push(row);
        return codes.map((code) => byCode.get(code));
      },
    },
    totalCount: {
      opts: uncached,
      loader: (queries: Queries<{ code: string }>) =>
        countByPlace(
          queries,
          (codes) => sql`select a.place_code as code, count(*)::int as n from agencies a
          where ${known} and a.place_code = any(${codes}) group by 1`,
        ),
    },
  },
  AgreementsOfState: {
    totalCount: {
      opts: uncached,
      loader: (queries: Queries<{ code: string }>) =>
        countByPlace(
          queries,
          (codes) => sql`select g.place_code as code, count(*)::int as n from agreements g
          where ${inForce} and g.place_code = any(${codes}) group by 1`,
        ),
    },
  },
};

async function countByPlace(
  queries: Queries<{ code: string }>,
  count: (codes: string[]) => PromiseLike<readonly postgres.Row[]>,
): Promise<number[]> {
  const codes = queries.map(({ obj }) => obj.code);
  const byCode = new Map((await count(codes)).map(({ code, n }) => [code, n]));
  return codes.map((code) => byCode.get(code) ?? 0);
}

const app = fastify({ logger: false });
await app.register(mercurius, { schema, resolvers, loaders, jit: 1, graphiql: false, allowBatchedQueries: false });
await app.listen({ port: 0, host: '127.0.0.1' });
const address = app.server.address();
const port = typeof address === 'object' ? address?.port : 0;
process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}/graphql` })}\n`);
