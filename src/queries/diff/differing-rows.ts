/**
 * What differs between two lists, in one statement for any number of pairs: which agreements stood is told by the
 * stretches on a list, as everywhere; what each list prints of them, by its rows. Both are put side by side by grouping:
 * the planner cannot tell how many rows a list has, and would join them row by row. What was grouped is kept, or a ledger
 * without statistics, as a fresh one, groups anew for each agency. Only what differs leaves the database.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { Model, SnapshotKind } from '../../../schema/enums.ts';
import { agencies, agencyNames } from '../../../schema/tables/agencies.ts';
import { agreements, listings } from '../../../schema/tables/agreements.ts';
import { snapshotRows, sourceRows } from '../../../schema/tables/snapshots.ts';
import type { RenamedAgency } from '../../analysis/plan.ts';
import { toIsoInstant } from '../counts/instant.ts';
import { countSource, type StatisticsFilter } from '../counts/statistics-filter.ts';
import { anyOf } from '../keyset/condition.ts';
import { allOf, valuesOf } from '../keyset/source.ts';
import { arrayLiteral, type Statements } from '../keyset/statement.ts';
import type { Ends } from './ends.ts';

/** What one list prints of an agreement. */
export interface Side {
  id: string;
  signedOn: string | null;
  memorandum: string | null;
}

/** Of one agency and model: what stood on the two lists, which may be an agreement and the one that supersedes it. */
export interface DifferingRow {
  /** Of the pairs that were asked for, from 0. */
  pair: number;
  agencyId: string;
  /** As the ledger calls it. */
  agency: string;
  state: string;
  model: Model;
  /** Null: none is on that list. */
  before: Side | null;
  after: Side | null;
  /** Of the agreement on the later list: what it supersedes, and when the first list of the kind showed it, in ISO 8601. */
  supersedes: string | null;
  firstListedAt: string | null;
}

/** An agency that no row of the later list calls as one of the earlier list does. */
export interface RenamedRow {
  pair: number;
  renamed: RenamedAgency;
}

export interface Differing {
  rows: DifferingRow[];
  renamed: RenamedRow[];
}

/** In no order. The pairs are of lists of this kind. */
export async function readDiffering(
  statements: Statements,
  pairs: readonly Ends[],
  kind: SnapshotKind,
  filter: StatisticsFilter,
): Promise<Differing> {
  const source = countSource(filter);
  const models = anyOf('models', sql`found.model`, 'model', filter.models);
  const build = () => ({
    query: statement(allOf([source.agency(), ...models.map((each) => each.sql())]), kind),
    read: (cells: readonly unknown[]) => (cells[4] === null ? readRenamed(cells) : readRow(cells)),
  });
  const ends = pairs.flatMap(({ from, to }) => [from, to]);
  const shape = `differing|${kind}|${source.shape}|${models.map((each) => each.shape).join()}`;
  const found = await statements.run(shape, build, {
    ...{ ...source.values, ...valuesOf(models) },
    numbers: arrayLiteral(ends.map(({ number }) => String(number))),
    instants: arrayLiteral(ends.map(({ publishedAt }) => publishedAt)),
  });
  return {
    rows: found.flatMap((each) => ('renamed' in each ? [] : [each])),
    renamed: found.flatMap((each) => ('renamed' in each ? [each] : [])),
  };
}

const statement = (condition: SQL, kind: SnapshotKind): SQL => sql`
  with wanted as (
    select number, at, ((place - 1) / 2)::int as pair, place % 2 = 1 as is_from
    from unnest(${sql.placeholder('numbers')}::int[], ${sql.placeholder('instants')}::timestamptz[])
      with ordinality as given(number, at, place)
  ),
  printed as materialized (
    select wanted.pair, wanted.is_from, name.agency_id, row.model, row.signed_on, row.memorandum_url as memorandum,
      row.name_key, row.agency_name
    from wanted
    join ${snapshotRows} shown on shown.snapshot_number = wanted.number
    join ${sourceRows} row on row.id = shown.source_row_id
    join ${agencyNames} name on name.place_code = row.place_code and name.name_key = row.name_key
    where row.model is not null
  ),
  stood as (
    select wanted.pair, wanted.is_from, agreement.agency_id, agreement.model, agreement.id, agreement.supersedes,
      ${sql.raw(kind === 'PENDING' ? 'agreement.pending_first_listed_at' : 'agreement.first_listed_at')} as first_at
    from wanted
    join ${listings} listing on listing.kind = ${sql.raw(`'${kind}'`)} and listing.listed_at <= wanted.at
      and (listing.unlisted_at is null or listing.unlisted_at > wanted.at)
    join ${agreements} agreement on agreement.id = listing.agreement_id and agreement.derived
      and (agreement.merged_into is null) is true
  ),
  found as materialized (
    select pair, agency_id, model, ${side('before', 'is_from')}, ${side('after', 'not is_from')},
      (array_agg(supersedes) filter (where not is_from and id is not null))[1] as supersedes,
      max(first_at) filter (where not is_from) as first_at, null as before_name, null as after_name
    from (
      select pair, is_from, agency_id, model, id, supersedes, first_at, null::date as signed_on, null as memorandum
      from stood
      union all
      select pair, is_from, agency_id, model, null, null, null, signed_on, memorandum from printed
    ) side
    group by pair, agency_id, model
    union all
    select pair, agency_id, null, null, null, null, null, null, null, null, null,
      min(agency_name collate "C") filter (where is_from), min(agency_name collate "C") filter (where not is_from)
    from printed group by pair, agency_id
    having not array_agg(name_key) filter (where is_from) && array_agg(name_key) filter (where not is_from)
  )
  select found.pair, found.agency_id, agency.name, agency.place_code, found.model, found.before_id,
    found.before_signed_on, found.before_memorandum, found.after_id, found.after_signed_on, found.after_memorandum,
    found.supersedes, found.first_at, found.before_name, found.after_name
  from found
  join ${agencies} agency on agency.id = found.agency_id and agency.derived and (agency.merged_into is null) is true
  where ${condition} and (found.model is null or found.before_id is distinct from found.after_id
    or found.before_id is not null and (found.before_signed_on is distinct from found.after_signed_on
      or found.before_memorandum is distinct from found.after_memorandum))`;

/**
 * Of two rows of one agency and model on a list, the later SIGNED counts: the days from it to the end of the calendar are
 * fewest, in as many digits for all years. The least of all rows needs no sorting, which took a fifth of the statement.
 */
const side = (name: string, condition: string): SQL =>
  sql.raw(`(array_agg(id) filter (where ${condition} and id is not null))[1] as ${name}_id,
      max(signed_on) filter (where ${condition}) as ${name}_signed_on,
      (min(array[coalesce((date '9999-12-31' - signed_on)::text, 'none'), memorandum])
        filter (where ${condition} and id is null))[2] as ${name}_memorandum`);

const text = (cell: unknown): string | null => (cell === null ? null : String(cell));

function readRow(cells: readonly unknown[]): DifferingRow {
  const firstListedAt = text(cells[12]);
  return {
    pair: Number(cells[0]),
    agencyId: String(cells[1]),
    agency: String(cells[2]),
    state: String(cells[3]),
    // The column's own enum.
    model: cells[4] as Model,
    before: readSide(cells, 5),
    after: readSide(cells, 8),
    supersedes: text(cells[11]),
    firstListedAt: firstListedAt === null ? null : toIsoInstant(firstListedAt),
  };
}

function readSide(cells: readonly unknown[], at: number): Side | null {
  const id = text(cells[at]);
  return id === null ? null : { id, signedOn: text(cells[at + 1]), memorandum: text(cells[at + 2]) };
}

function readRenamed(cells: readonly unknown[]): RenamedRow {
  const [agencyId, state, before, after] = [cells[1], cells[3], cells[13], cells[14]].map(String);
  return {
    pair: Number(cells[0]),
    renamed: { agencyId: agencyId ?? '', state: state ?? '', before: before ?? '', after: after ?? '' },
  };
}
