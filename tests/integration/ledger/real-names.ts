/** Names, states and days that ICE corrected, in the real lists: part of `real-lists.test.ts`, which fills the ledger once. */
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { slowly } from '../../support/databases/slowly.ts';
import type { TestDatabase } from '../../support/databases/test-database.ts';

export function describeNames(database: () => TestDatabase): void {
  describe('what ICE corrected', () => {
    it('finds the five agreements whose STATE was corrected, and moves nothing else', async () => {
      const moved = await slowly<{ name: string; from: string; to: string; signed: string; status: string }>(
        database(),
        sql`select row.name_key as name, row.moved_from as from, row.place_code as to, agreement.signed_on as signed,
          agreement.status
        from source_rows row
        join agency_names name on name.place_code = row.place_code and name.name_key = row.name_key
        join agreements agreement on agreement.agency_id = name.agency_id and agreement.model = row.model
          and agreement.derived
        where row.moved_from is not null group by 1, 2, 3, 4, 5 order by 1`,
      );
      expect(moved.map(({ name, from, to, signed, status }) => [name, from, to, signed, status].join(' '))).toEqual([
        'cass county sheriff MT MN 2025-02-28 ACTIVE',
        'crow wing county sheriff MA MN 2025-03-26 ACTIVE',
        'ellis county sheriff TX KS 2025-07-07 ACTIVE',
        'lake placid police NY FL 2025-02-28 ACTIVE',
        'wichita county sheriff OK TX 2025-04-16 ACTIVE',
      ]);
      const carroll = await slowly<{ place: string }>(
        database(),
        sql`select place_code as place from agencies where key = 'carroll county sheriff' and derived order by 1`,
      );
      expect(carroll.map(({ place }) => place)).toEqual(expect.arrayContaining(['KY', 'MD']));
    });

    it('calls every agency in force by a name that the newest list prints', async () => {
      const others = await slowly<{ place: string; name: string }>(
        database(),
        sql`select agency.place_code as place, agency.name from agencies agency
        where agency.derived and agency.merged_into is null
          and exists (select 1 from agreements where agency_id = agency.id and derived and status = 'ACTIVE')
          and not exists (select 1 from snapshot_rows printed join source_rows row on row.id = printed.source_row_id
            where row.place_code = agency.place_code and row.name_key = agency.name_key
              and printed.snapshot_number = (select number from snapshots where kind = 'PARTICIPATING'
                order by published_at desc limit 1))`,
      );
      expect(others).toEqual([]);
      const [renamed] = await slowly<{ times: number; returned: number }>(
        database(),
        sql`select count(*)::int as times, count(*) filter (where payload -> 'changes' -> 0 ->> 'after' in (
          select payload -> 'changes' -> 0 ->> 'before' from ledger_events earlier
          where earlier.kind = 'AGENCY_RENAMED' and earlier.agency_id = event.agency_id
            and earlier.sequence < event.sequence))::int as returned
        from ledger_events event where kind = 'AGENCY_RENAMED'`,
      );
      expect(renamed).toEqual({ times: 61, returned: 3 });
    });

    it('asks about the four relabelled rows, which have not departed while it does', async () => {
      const asked = await slowly<{ place: string; gone: string; row: string; status: string }>(
        database(),
        sql`select item.place_code as place, item.evidence ->> 'vanishedName' as gone, item.evidence ->> 'newName' as row,
          agreement.status
        from review_items item
        join agency_names name on name.place_code = item.place_code and name.name_key = item.evidence ->> 'vanishedKey'
        join agreements agreement on agreement.agency_id = name.agency_id and agreement.derived
          and agreement.model::text = item.evidence ->> 'model'
        where item.kind = 'RELABELLED_ROW' and item.status = 'OPEN' order by 1, 2`,
      );
      expect(asked.map(({ place, gone, row, status }) => `${place} ${gone} → ${row}: ${status}`)).toEqual([
        "AZ Pinal County Sheriff's Office → Pinal County Attorney's Office: UNLISTED",
        'FL The University of West Florida Board of Trustees → University of West Florida Police Department: UNLISTED',
        "PA Cambria County Sheriff's Office → Cambria County Prison: UNLISTED",
        'TN Tennessee State Constable 4th District → Polk County Constable District 4: UNLISTED',
      ]);
    });

    it('leaves three agreements out by SIGNED whose year is a slip', async () => {
      const unlikely = await slowly<{ place: string; name: string; signed: string; issues: string[] }>(
        database(),
        sql`select agreement.place_code as place, agency.name, agreement.signed_on as signed,
          (select json_agg(distinct issue.reason) from row_issues issue
            join snapshot_rows printed on printed.snapshot_number = issue.snapshot_number
              and printed.row_number = issue.row_number
            join source_rows row on row.id = printed.source_row_id and row.place_code = agency.place_code
            join agency_names own on own.place_code = row.place_code and own.name_key = row.name_key
              and own.agency_id = agency.id
            where issue.code = 'UNLIKELY_DATE' and row.model = agreement.model) as issues
        from agreements agreement join agencies agency on agency.id = agreement.agency_id
        where agreement.derived and agreement.signed_unlikely order by 1, 2`,
      );
      expect(unlikely).toEqual([
        {
          issues: [
            'There was no task-force model from 2013-01-01 to 2025-01-19; likely 2026-03-19. It is kept as printed.',
          ],
          name: 'Mohawk Village Police Department',
          place: 'NY',
          signed: '2016-03-19',
        },
        {
          issues: [
            'One year later is shortly before the agreement was first listed; likely 2026-02-23. It is kept as printed.',
          ],
          name: "Ottawa County Sheriff's Office",
          place: 'OK',
          signed: '2025-02-23',
        },
        {
          issues: [
            'There was no task-force model from 2013-01-01 to 2025-01-19; likely 2026-01-07. It is kept as printed.',
          ],
          name: 'Tenaha Police Department',
          place: 'TX',
          signed: '2025-01-07',
        },
      ]);
    });
  });
}
