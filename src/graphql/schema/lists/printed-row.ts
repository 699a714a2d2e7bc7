/** Rows as printed: the evidence for everything the ledger says. */
import type { CellCorrection, PrintedCell } from '../../../../schema/tables/snapshots.ts';
import { batched } from '../../execution/batched.ts';
import { builder } from '../builder.ts';
import type { FieldNeeds } from '../connection.ts';
import { type PrintedRowParent, PrintedRowRef, SnapshotRef } from '../refs.ts';
import { findSnapshots } from './snapshots-of.ts';

const Cell = builder.objectRef<PrintedCell>('PrintedCell').implement({
  description: 'One cell as printed.',
  fields: (t) => ({
    column: t.exposeString('column', { description: 'Text of the header above it, without space around it.' }),
    text: t.exposeString('text', { description: 'What the cell shows, unchanged; empty when it is blank.' }),
    link: t.exposeString('link', {
      nullable: true,
      description: 'Target of its hyperlink as stored, wrappers included; null: the cell has no hyperlink.',
    }),
  }),
});

const Correction = builder.objectRef<CellCorrection>('CellCorrection').implement({
  description: 'What a declared rule made of a printed cell.',
  fields: (t) => ({
    field: t.exposeString('field', { description: 'What the cell says something about, such as signedOn.' }),
    printed: t.exposeString('printed', { description: 'The text as printed.' }),
    clean: t.exposeString('clean', { description: 'What it was read as.' }),
    rule: t.exposeString('rule', { description: 'Name of the rule that read it so.' }),
  }),
});

PrintedRowRef.implement({
  description: 'One row of one list, exactly as printed, with what the rules made of it.',
  fields: (t) => ({
    id: t.id({
      description: 'For caches: of its place on its list, and another one of distinct rows. `node` does not know it.',
      resolve: ({ snapshotNumber, rowNumber, lists }) =>
        `row_${snapshotNumber}_${rowNumber}${lists == null ? '' : '_distinct'}`,
    }),
    snapshot: t.field({
      type: SnapshotRef,
      description: 'The list that prints it.',
      ...batched(async (rows: readonly PrintedRowParent[], _args: object, context) => {
        const numbers = [...new Set(rows.map((row) => row.snapshotNumber))];
        const found = await context.queries.snapshotsByNumber(numbers);
        const byNumber = new Map(numbers.map((number, index) => [number, found[index] ?? null]));
        return rows.map((row) => {
          const snapshot = byNumber.get(row.snapshotNumber) ?? null;
          if (snapshot === null) throw new Error('A row without its list.');
          return snapshot;
        });
      }),
    }),
    firstSnapshot: t.field({
      type: SnapshotRef,
      nullable: true,
      description:
        'Of distinct rows: the first list that prints the row in this form, as `snapshot` is the last, though lists between may print another; null: they are not distinct.',
      ...batched((rows: readonly PrintedRowParent[], _args: object, context) =>
        findSnapshots(
          context,
          rows.map(({ firstNumber }) => firstNumber ?? null),
        ),
      ),
    }),
    lists: t.int({
      nullable: true,
      description: 'Of distinct rows: how many lists print the row in this form; null: they are not distinct.',
      resolve: ({ lists }) => lists ?? null,
    }),
    rowNumber: t.exposeInt('rowNumber', {
      description: 'Row of the worksheet as a person counts it; the header is 1.',
    }),
    hidden: t.exposeBoolean('hidden', {
      description: 'Whether a filter in the workbook hid it. It is real data all the same.',
    }),
    cells: t.field({
      type: [Cell],
      description: 'Its cells from left to right.',
      extensions: { atMost: 12, each: 0.25 },
      resolve: ({ cells }) => cells,
    }),
    corrections: t.field({
      type: [Correction],
      description: 'Cells that were read as something else than they print; empty: none were.',
      extensions: { atMost: 12, each: 0.25 },
      resolve: ({ corrections }) => corrections,
    }),
  }),
});

/** Fields of PrintedRow that need other columns than the one of their name. */
export const printedRowNeeds: FieldNeeds = {
  id: ['snapshotNumber', 'rowNumber', 'lists'],
  snapshot: ['snapshotNumber'],
  firstSnapshot: ['firstNumber'],
};
