/** Diffs of real lists: part of `real-lists.test.ts`, which fills the ledger once. */
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { OpenDatabase } from '../../../src/database/database.ts';
import { createQueries } from '../../../src/queries/queries.ts';
import { slowly } from '../../support/databases/slowly.ts';
import { unlessPassed } from '../../support/run/kept-passes.ts';

interface Listed {
  id: string;
  signedOn: string | null;
  memorandum: string | null;
}

/** Pairs of accepted lists, spread over the archive: near ones and far ones. */
const PAIRS = 200;

export function describeDiffs(database: () => Pick<OpenDatabase, 'db' | 'prepare'>): void {
  describe('a diff of two real lists', () => {
    for (const kind of ['PARTICIPATING', 'PENDING'] as const) {
      it(
        `of the kind ${kind} makes the later list of the earlier one`,
        unlessPassed(async () => {
          const queries = createQueries(database());
          const all = await slowly<{ id: string; number: number }>(
            database(),
            // The last of an instant only: what another follows at once is not compared.
            sql`select distinct on (published_at) id, number from snapshots where kind = ${kind} and status = 'ACCEPTED'
            order by published_at, modified_at desc nulls last, sha256 collate "C" desc`,
          );
          // Neighbours here and there: each list is read once for all of its pairs.
          const lists = all.filter((_, index) => index % 12 < 2);
          const known = new Map<number, Map<string, string>>();
          const standing = async (number: number): Promise<Map<string, string>> => {
            const found = known.get(number) ?? (await listedOn(database(), number, kind));
            known.set(number, found);
            return found;
          };
          const wrong: string[] = [];
          for (let pair = 0; pair < PAIRS / 2; pair += 1) {
            const first = (pair * 7) % lists.length;
            const last = first + ((pair * pair + pair) % (lists.length - first));
            const [from, to] = [lists[first], lists[last]];
            if (!from || !to) throw new Error('A pair without a list.');
            const end = ({ id }: { id: string }) => ({ day: null, snapshotId: id });
            const diff = await queries.diff({ from: end(from), to: end(to) }, {});
            const applied = new Map(await standing(from.number));
            for (const { agreementId, change, fields } of diff?.plan.agreements ?? []) {
              const has = applied.get(agreementId);
              if (['UNLISTED', 'SUPERSEDED', 'DROPPED'].includes(change)) {
                if (!applied.delete(agreementId))
                  wrong.push(`${from.number} ${to.number}: ${agreementId} was not there`);
                continue;
              }
              if ((change === 'CORRECTED') !== (has !== undefined))
                wrong.push(`${from.number}: ${agreementId} ${change}`);
              const [signedOn, memorandum] = has === undefined ? [null, null] : JSON.parse(has);
              const after = {
                signedOn,
                memorandum,
                ...Object.fromEntries(fields.map((each) => [each.field, each.after])),
              };
              applied.set(agreementId, JSON.stringify([after.signedOn, after.memorandum]));
            }
            const wanted = await standing(to.number);
            for (const id of new Set([...applied.keys(), ...wanted.keys()])) {
              if (applied.get(id) !== wanted.get(id)) wrong.push(`${from.number} ${to.number}: ${id}`);
            }
          }
          expect(wrong).toEqual([]);
        }),
        600_000,
      );
    }
  });
}

/** What stood on one list, read from its rows and from what stood then, apart from the statement of the diff. */
async function listedOn(
  database: Pick<OpenDatabase, 'db'>,
  number: number,
  kind: string,
): Promise<Map<string, string>> {
  const rows = await slowly<Listed>(
    database,
    sql`select agreement.id, printed."signedOn", printed.memorandum
      from snapshots list
      join listings listing on listing.kind = list.kind and listing.listed_at <= list.published_at
        and coalesce(listing.unlisted_at > list.published_at, true)
      join agreements agreement on agreement.id = listing.agreement_id and agreement.derived
        and agreement.merged_into is null
      left join lateral (
        select row.signed_on as "signedOn", row.memorandum_url as memorandum
        from agency_names name
        join source_rows row on row.place_code = name.place_code and row.name_key = name.name_key
          and row.model = agreement.model
        join snapshot_rows shown on shown.source_row_id = row.id and shown.snapshot_number = list.number
        where name.agency_id = agreement.agency_id
        order by row.signed_on desc nulls last, row.memorandum_url limit 1
      ) printed on true
      where list.number = ${number} and list.kind = ${kind}`,
  );
  return new Map(rows.map(({ id, signedOn, memorandum }) => [id, JSON.stringify([signedOn, memorandum])]));
}
