/** The rows that print an agreement: those of accepted lists, under any of its agency's names, while it was listed. */
import { sql } from 'drizzle-orm';
import { agencyNames } from '../../schema/tables/agencies.ts';
import { agreements, listings } from '../../schema/tables/agreements.ts';
import { snapshotRows, snapshots, sourceRows } from '../../schema/tables/snapshots.ts';
import type { Order } from './keyset/keyset.ts';
import type { ParentLink } from './keyset/source.ts';

/** Newest list first, then down the sheet's end. */
export const printedRowOrder: Order = {
  tag: 'printed rows',
  keys: [
    { field: 'publishedAt', column: sql`${snapshots.publishedAt}`, type: 'timestamptz' },
    { field: 'snapshotNumber', column: sql`${snapshotRows.snapshotNumber}`, type: 'int' },
    { field: 'rowNumber', column: sql`${snapshotRows.rowNumber}`, type: 'int' },
  ],
  descending: true,
};

/** The agreement's names lead to the distinct printed rows, and these to the lists that print them. */
export const rowsOfAgreement: ParentLink = {
  name: 'agreement',
  type: 'uuid',
  on: sql`${sourceRows.id} in (
      select printed.id from ${agreements}
      join ${agencyNames} on ${agencyNames.agencyId} = ${agreements.agencyId}
      join ${sourceRows} printed on printed.place_code = ${agencyNames.placeCode} and printed.name_key = ${agencyNames.nameKey}
        and printed.model = ${agreements.model}
      where ${agreements.id} = parent.key)
    and ${snapshots.status} = 'ACCEPTED'
    and exists (select 1 from ${listings} where ${listings.agreementId} = parent.key and ${listings.kind} = ${snapshots.kind}
      and ${listings.listedAt} <= ${snapshots.publishedAt}
      and (${listings.unlistedAt} is null or ${snapshots.publishedAt} < ${listings.unlistedAt}
        or ${snapshots.publishedAt} = ${listings.listedAt}))`,
};
