/** The rows that print an agreement: those of accepted lists, under any of its agency's names, while it was listed. */
import { type SQL, sql } from 'drizzle-orm';
import { agencyNames } from '../../schema/tables/agencies.ts';
import { agreements, listings } from '../../schema/tables/agreements.ts';
import { snapshotRows, snapshots, sourceRows } from '../../schema/tables/snapshots.ts';
import type { Order } from './keyset/keyset.ts';
import type { ParentLink } from './keyset/source.ts';
import { printedRowSource } from './snapshots.ts';

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

const lastFirst = sql.raw('order by list.published_at desc, list.number desc, shown.row_number desc');

/** On a list of the kind, as `list`, while the agreement stood on it. */
const whileListed = (list: SQL): SQL => sql`${list}.status = 'ACCEPTED'
    and exists (select 1 from ${listings} where ${listings.agreementId} = parent.key and ${listings.kind} = ${list}.kind
      and ${listings.listedAt} <= ${list}.published_at
      and (${listings.unlistedAt} is null or ${list}.published_at < ${listings.unlistedAt}
        or ${list}.published_at = ${listings.listedAt}))`;

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
    and ${whileListed(sql`${snapshots}`)}`,
};

/** What an agreement's names lead to, and for each distinct row the lists that print it, read once. */
const forms = sql`(select printed.* from ${agreements}
    join ${agencyNames} on ${agencyNames.agencyId} = ${agreements.agencyId}
    join ${sourceRows} printed on printed.place_code = ${agencyNames.placeCode} and printed.name_key = ${agencyNames.nameKey}
      and printed.model = ${agreements.model}
    where ${agreements.id} = parent.key) ${sourceRows}
  cross join lateral (
    select (array_agg(shown.snapshot_number ${lastFirst}))[1] as snapshot_number,
      (array_agg(shown.row_number ${lastFirst}))[1] as row_number, (array_agg(shown.hidden ${lastFirst}))[1] as hidden,
      max(list.published_at) as published_at, count(distinct list.number)::int as lists,
      (array_agg(list.number order by list.published_at, list.number))[1] as first_number
    from ${snapshotRows} shown join ${snapshots} list on list.number = shown.snapshot_number
    where shown.source_row_id = ${sourceRows.id} and ${whileListed(sql`list`)}
  ) form`;

const formColumns = {
  ...printedRowSource.columns,
  snapshotNumber: sql`form.snapshot_number`,
  publishedAt: sql`form.published_at`,
  rowNumber: sql`form.row_number`,
  hidden: sql`form.hidden`,
  firstNumber: sql`form.first_number`,
  lists: sql`form.lists`,
};

/** Each form of the rows that print an agreement, with the first list and the last one that print it, and how many do. */
export const formSource: typeof printedRowSource = {
  ...printedRowSource,
  ...{ name: 'printed forms', from: forms, columns: formColumns, visible: sql`form.lists > 0` },
};

/** The last list that prints it first. */
export const formOrder: Order = {
  tag: 'printed forms',
  keys: [
    { field: 'publishedAt', column: formColumns.publishedAt, type: 'timestamptz' },
    { field: 'snapshotNumber', column: formColumns.snapshotNumber, type: 'int' },
    { field: 'rowNumber', column: formColumns.rowNumber, type: 'int' },
  ],
  descending: true,
};

/** The source reads the forms of `parent.key` by itself. */
export const formsOfAgreement: ParentLink = { name: 'agreement', type: 'uuid', on: sql`true` };
