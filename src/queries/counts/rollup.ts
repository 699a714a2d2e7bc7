/**
 * Counts of a connection that ingest keeps: agreements in force, and agencies, of everything or by place, under filters
 * that the kept counts know. They cost the same however many rows the connection has.
 */
import { type SQL, sql } from 'drizzle-orm';
import { models as allModels, type Model } from '../../../schema/enums.ts';
import { bitOf, maskOf } from '../../../schema/standing.ts';
import { type AgencyFilter, isEveryAgency } from '../agencies.ts';
import type { AgreementFilter } from '../agreements.ts';
import type { Rollup } from '../keyset/source.ts';
import { countSource, type StatisticsFilter } from './statistics-filter.ts';

/** Null where only the rows themselves can tell. */
export function rollupOfAgreements(filter: AgreementFilter): Rollup | null {
  const { statuses, states, models, agencyTypes, inForceOn, ...others } = filter;
  if (inForceOn != null || !isActive(statuses) || hasAny(others)) return null;
  // An agency holds as many agreements as its standing has bits.
  const wanted = sql.join(
    allModels.map(
      (model) => sql`least(standing & ${sql.placeholder('mask')}::int & ${sql.raw(String(bitOf(model)))}, 1)`,
    ),
    sql` + `,
  );
  return count('agreements', { states, agencyTypes }, models, sql`sum(agencies * (${wanted}))`);
}

/** The same for agencies: all that the ledger knows, or those with an agreement in force. */
export function rollupOfAgencies(filter: AgencyFilter): Rollup | null {
  const { statuses, states, models, types, ...others } = filter;
  const every = isEveryAgency(filter);
  if (hasAny(others) || (!every && !isActive(statuses))) return null;
  const source = { states, agencyTypes: types };
  if (every) return count('all agencies', source, null, sql`sum(agencies)`);
  const some = sql`standing & ${sql.placeholder('mask')}::int <> 0`;
  return count('agencies', source, models, sql`sum(agencies) filter (where ${some})`);
}

/** Left out, statuses mean in force. */
const isActive = (statuses: AgreementFilter['statuses']): boolean =>
  statuses == null || (statuses.length === 1 && statuses[0] === 'ACTIVE');

const hasAny = (fields: object): boolean => Object.values(fields).some((value) => value != null);

function count(what: string, filter: StatisticsFilter, models: readonly Model[] | null | undefined, sum: SQL): Rollup {
  const source = countSource(filter);
  return {
    shape: `${what}|${source.shape}`,
    draft: (byPlace) =>
      byPlace
        ? sql`select place_code, coalesce(${sum}, 0)::int from ${source.now()}
            where place_code = any(${sql.placeholder('parents')}::text[]) group by 1`
        : sql`select '', coalesce(${sum}, 0)::int from ${source.now()}`,
    values: { ...source.values, mask: maskOf(models) },
  };
}
