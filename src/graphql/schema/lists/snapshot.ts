/** Snapshots: one published list at one moment. */
import type { HoldReason, Rejection } from '../../../../schema/tables/snapshots.ts';
import type { PageArgs } from '../../../queries/keyset/window.ts';
import type { SnapshotFilter } from '../../../queries/snapshots.ts';
import { pageOfParent, rootPage } from '../../document/field-cost.ts';
import { batched } from '../../execution/batched.ts';
import type { Context } from '../../execution/context.ts';
import type { Selection } from '../../execution/selection.ts';
import { StatisticsRef } from '../analysis/statistics.ts';
import { type FilterArgs, readFilter, StatisticsFilterInput } from '../analysis/statistics-arguments.ts';
import { builder } from '../builder.ts';
import { type Connection, connect, connectAll, type FieldNeeds, pageArgs } from '../connection.ts';
import { IssueCodeEnum, OriginEnum, PublishedAtBasisEnum, SnapshotKindEnum, SnapshotStatusEnum } from '../enums.ts';
import { type EventArgs, eventArgs, eventNeeds, readEventArgs } from '../events/event-arguments.ts';
import { decodeId, encodeId } from '../global-id.ts';
import {
  IssueConnection,
  IssueRef,
  LedgerEventConnection,
  NodeRef,
  PrintedRowConnection,
  SnapshotConnection,
  type SnapshotParent,
  SnapshotRef,
} from '../refs.ts';
import { AsPrintedRef, spelledFor } from './as-printed.ts';
import { CHANGES_UNITS, DiffRef } from './diff.ts';
import { printedRowNeeds } from './printed-row.ts';
import { FetchedRef, type SnapshotFile, SnapshotFileRef } from './snapshot-file.ts';

const HoldReasonRef = builder.objectRef<HoldReason>('HoldReason').implement({
  description: 'A reason for holding a list.',
  fields: (t) => ({
    rule: t.exposeString('rule', { description: 'Name of the rule that held it, such as AGREEMENTS_MISSING.' }),
    count: t.exposeInt('count', { description: 'How many the rule counted.' }),
    limit: t.int({
      description: 'How many the rule allows.',
      // Reasons stored by an early version hold a share of the list with its fraction.
      resolve: ({ limit }) => Math.floor(limit),
    }),
    place: t.exposeString('place', {
      nullable: true,
      description: 'Place it concerns, as a code or as printed; null: the whole list.',
    }),
    message: t.exposeString('message', { description: 'The same in a sentence.' }),
  }),
});

const RejectionRef = builder.objectRef<Rejection>('Rejection').implement({
  description: 'Why a file was rejected.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Short name of the reason, for programs.' }),
    message: t.exposeString('message', { description: 'The same in a sentence that names the place in the file.' }),
  }),
});

IssueRef.implement({
  description: 'One thing in a list that could not be taken as printed.',
  fields: (t) => ({
    rowNumber: t.exposeInt('rowNumber', {
      nullable: true,
      description: 'Row of the worksheet; null: it concerns the whole list.',
    }),
    column: t.exposeString('column', {
      nullable: true,
      description: 'Header of the column; null: it concerns the whole row or list.',
    }),
    code: t.expose('code', { type: IssueCodeEnum, description: 'What is wrong.' }),
    printed: t.exposeString('printed', { nullable: true, description: 'The text as printed; null: there is none.' }),
    reason: t.exposeString('reason', { description: 'What is wrong, in a sentence.' }),
  }),
});

const snapshotNeeds: FieldNeeds = { file: ['sha256', 'fileName'] };

SnapshotRef.implement({
  description: 'One published list at one moment, with the verdict on it. Nothing of it is ever deleted.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.id({ description: 'Opaque and for ever.', resolve: ({ id }) => encodeId('snapshot', id) }),
    kind: t.expose('kind', {
      type: SnapshotKindEnum,
      nullable: true,
      description: 'Which list it is, by its header; null: a rejected file that could not be read so far.',
    }),
    status: t.expose('status', { type: SnapshotStatusEnum, description: 'The verdict; only accepted lists count.' }),
    publishedAt: t.expose('publishedAt', {
      type: 'DateTime',
      description: 'When it was published, as far as is known: see publishedAtBasis.',
    }),
    publishedAtBasis: t.expose('publishedAtBasis', {
      type: PublishedAtBasisEnum,
      description: 'What tells when it was published.',
    }),
    modifiedAt: t.expose('modifiedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the workbook says it was last saved; null: it does not say.',
    }),
    ingestedAt: t.expose('ingestedAt', { type: 'DateTime', description: 'When it reached the ledger.' }),
    decidedAt: t.expose('decidedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When an operator released, rejected, withdrew or re-dated it, the last time of what is in force; null: nothing is.',
    }),
    decidedReason: t.exposeString('decidedReason', {
      nullable: true,
      description: 'Why, in the operator’s words; null: nothing that an operator decided is in force.',
    }),
    fileName: t.exposeString('fileName', {
      description: 'Name of the file as it came. It may lie about the day and the kind.',
    }),
    sha256: t.exposeString('sha256', { description: 'SHA-256 of the file’s bytes, in hexadecimal digits.' }),
    origin: t.expose('origin', { type: OriginEnum, description: 'How it came to the ledger.' }),
    fetched: t.field({
      type: FetchedRef,
      nullable: true,
      description: 'Where it was fetched; null: it was not, but came as a file.',
      resolve: ({ fetched }) => fetched,
    }),
    worksheet: t.exposeString('worksheet', {
      nullable: true,
      description: 'Name of the worksheet that holds the list; null: a CSV file, or unreadable.',
    }),
    columns: t.exposeStringList('columns', { description: 'Header of the list from left to right.' }),
    rowCount: t.exposeInt('rowCount', {
      description: 'Rows below the header, hidden ones included. A count of rows, not of agreements.',
    }),
    hiddenRowCount: t.exposeInt('hiddenRowCount', { description: 'Rows that a filter in the workbook hid.' }),
    issueCount: t.exposeInt('issueCount', { description: 'Things in it that could not be taken as printed.' }),
    holdReasons: t.field({
      type: [HoldReasonRef],
      description: 'Why it is or was held; empty: it never was.',
      extensions: { atMost: 60 },
      resolve: ({ holdReasons }) => holdReasons,
    }),
    rejection: t.field({
      type: RejectionRef,
      nullable: true,
      description: 'Why it was rejected; null: it is not.',
      resolve: ({ rejection }) => rejection,
    }),
    backfill: t.exposeBoolean('backfill', {
      description: 'Whether its events were history already when they were recorded.',
    }),
    file: t.field({
      type: SnapshotFileRef,
      nullable: true,
      description:
        'The file itself, to download; null: its bytes were not kept, or the list is not accepted and you are not an operator.',
      ...batched(async (snapshots: readonly SnapshotParent[], _args: object, context) => {
        const readable = new Set(readableBy(context, snapshots));
        const hashes = [...new Set([...readable].map(({ sha256 }) => sha256))];
        const found = hashes.length === 0 ? [] : await context.queries.originalsByHash(hashes);
        return snapshots.map((each): SnapshotFile | null => {
          const original = readable.has(each) ? found[hashes.indexOf(each.sha256)] : null;
          return original ? { ...original, fileName: each.fileName } : null;
        });
      }),
    }),
    rows: t.field({
      type: PrintedRowConnection,
      nullable: true,
      description: 'Its rows as printed, in order; null: it is not accepted, and you are not an operator.',
      args: pageArgs,
      ...batched(
        (snapshots: readonly SnapshotParent[], args: PageArgs, context, selection) =>
          connectReadable(snapshots, context, selection, printedRowNeeds, args, 'rowsOf'),
        { units: 3, countUnits: 20 },
      ),
    }),
    issues: t.field({
      type: IssueConnection,
      nullable: true,
      description: 'What could not be taken as printed; null: it is not accepted, and you are not an operator.',
      args: pageArgs,
      ...batched(
        (snapshots: readonly SnapshotParent[], args: PageArgs, context, selection) =>
          connectReadable(snapshots, context, selection, {}, args, 'issuesOf'),
        pageOfParent,
      ),
    }),
    ledgerEvents: t.field({
      type: LedgerEventConnection,
      description: 'What it changed, in the order of the log.',
      args: eventArgs,
      ...batched(async (snapshots: readonly SnapshotParent[], args: EventArgs, context, selection) => {
        const read = await readEventArgs(args, context);
        const numbers = snapshots.map((snapshot) => String(snapshot.number));
        return connectAll(context, selection, eventNeeds, read.page, (request) =>
          context.queries.eventsOf('snapshot', numbers, { ...request, ...read.events }),
        );
      }, pageOfParent),
    }),
    statistics: t.field({
      type: StatisticsRef,
      nullable: true,
      description:
        'Counts of the whole ledger as this list left it; null: it is not accepted, or no list of participating agencies was known yet.',
      ...batched(
        (snapshots: readonly SnapshotParent[], _args: object, context) =>
          context.queries.statisticsOfSnapshots(snapshots),
        { units: 150 },
      ),
    }),
    changes: t.field({
      type: DiffRef,
      nullable: true,
      description:
        'What differs between the list before it, of its kind, and this one; null: it is not accepted, it is the first one, or another list follows it at the same instant, whose changes are those of both.',
      args: { filter: t.arg({ type: StatisticsFilterInput, description: 'Of what; left out means everything.' }) },
      ...batched(
        (snapshots: readonly SnapshotParent[], args: FilterArgs, context) =>
          context.queries.changesOf(snapshots, readFilter(args)),
        { units: CHANGES_UNITS },
      ),
    }),
    asPrinted: t.field({
      type: AsPrintedRef,
      nullable: true,
      description:
        'Counts on the raw texts of this list’s own rows; null: it is held or rejected, and you are not an operator.',
      ...batched(
        async (snapshots: readonly SnapshotParent[], _args: object, context, selection) => {
          const readable = readableBy(context, snapshots).map(({ number }) => number);
          const counts = await context.queries.countPrinted(
            readable.map((snapshotNumber) => ({ snapshotNumber, filter: {} })),
            spelledFor(selection),
          );
          const byNumber = new Map(counts.map((each, index) => [readable[index], { ...each, pending: null }]));
          return snapshots.map(({ number }) => byNumber.get(number) ?? null);
        },
        { units: 50 },
      ),
    }),
  }),
});

/** Lists that are held, rejected or withdrawn are the operators'. */
function readableBy({ viewer }: Context, snapshots: readonly SnapshotParent[]): SnapshotParent[] {
  return snapshots.filter((each) => each.status === 'ACCEPTED' || viewer.operator);
}

/** Connections of the lists that this viewer may read row by row, null for the others. */
async function connectReadable(
  snapshots: readonly SnapshotParent[],
  context: Context,
  selection: Selection,
  needs: FieldNeeds,
  args: PageArgs,
  method: 'rowsOf' | 'issuesOf',
): Promise<(Connection | null)[]> {
  const numbers = readableBy(context, snapshots).map((snapshot) => snapshot.number);
  const connections: Connection[] = await connectAll<object>(context, selection, needs, args, (request) =>
    context.queries[method](numbers, request),
  );
  const byNumber = new Map(numbers.map((number, index) => [number, connections[index] ?? null]));
  return snapshots.map((snapshot) => byNumber.get(snapshot.number) ?? null);
}

const Filter = builder.inputType('SnapshotFilter', {
  description:
    'Which lists. Lists of values mean any of them, and nothing when they are empty; fields mean all of them; left out means no condition.',
  fields: (t) => ({
    kinds: t.field({ type: [SnapshotKindEnum], description: 'Which of the two lists.' }),
    statuses: t.field({ type: [SnapshotStatusEnum], description: 'Verdicts; only accepted lists count.' }),
    publishedFrom: t.field({ type: 'Date', description: 'Published on this day in New York or later.' }),
    publishedTo: t.field({ type: 'Date', description: 'Published on this day in New York or earlier.' }),
  }),
});

interface SnapshotArgs extends PageArgs {
  filter?: SnapshotFilter | null | undefined;
}

builder.queryFields((t) => ({
  snapshot: t.field({
    type: SnapshotRef,
    nullable: true,
    description: 'The list with this id; null when there is none.',
    args: { id: t.arg.id({ required: true, description: 'As answered in the field id.' }) },
    extensions: { units: 10 },
    resolve: async (_parent, { id }, context) => {
      const decoded = decodeId(id);
      if (decoded?.kind !== 'snapshot') return null;
      const [snapshot] = await context.queries.snapshotsById([decoded.key]);
      return snapshot ?? null;
    },
  }),
  snapshots: t.field({
    type: SnapshotConnection,
    description:
      'Every list that reached the ledger: those accepted, then those of other verdicts, each the newest publication first.',
    args: { ...pageArgs, filter: t.arg({ type: Filter, description: 'Which lists; left out means all.' }) },
    ...batched(
      async (_parents: readonly unknown[], args: SnapshotArgs, context, selection) => [
        await connect(context, selection, snapshotNeeds, args, (request) =>
          context.queries.snapshots(args.filter ?? {}, request),
        ),
      ],
      rootPage,
    ),
  }),
}));
