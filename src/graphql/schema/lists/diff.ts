/** Diffs: what stands otherwise on one list than on an earlier one. */
import type { FieldChange, PlannedAgreement, PlannedChange } from '../../../analysis/plan.ts';
import { type DiffRow, orderOfAgreements, orderOfRenamed } from '../../../queries/diff/diff.ts';
import type { GivenEnd } from '../../../queries/diff/ends.ts';
import { pageOfRows } from '../../../queries/keyset/rows-page.ts';
import type { PageArgs } from '../../../queries/keyset/window.ts';
import { badInput } from '../../../queries/refusal.ts';
import { batched } from '../../execution/batched.ts';
import { type FilterArgs, readFilter, StatisticsFilterInput } from '../analysis/statistics-arguments.ts';
import { builder } from '../builder.ts';
import { connectAll, pageArgs } from '../connection.ts';
import { described } from '../enums.ts';
import { decodeId } from '../global-id.ts';
import {
  AgencyRef,
  AgencyRenamingConnection,
  AgencyRenamingRef,
  AgreementDifferenceConnection,
  AgreementDifferenceRef,
  AgreementRef,
  SnapshotRef,
} from '../refs.ts';
import { readSnapshots } from './snapshots-of.ts';

/** What a plan can say of two lists. */
const differences = ['ADDED', 'UNLISTED', 'SUPERSEDED', 'DROPPED', 'RESTORED', 'CORRECTED'] as const;
type Difference = (typeof differences)[number];
const isDifference = (change: PlannedChange): change is Difference =>
  (differences as readonly PlannedChange[]).includes(change);

const DifferenceEnum = builder.enumType(
  'Difference',
  described('In what an agreement differs between two lists.', differences, {
    ADDED: 'It is on the later list and was on no earlier one.',
    UNLISTED: 'It is off the later list of participating agencies; whether it ended, its status says.',
    SUPERSEDED: 'It is off the later list, where one that supersedes it stands.',
    DROPPED: 'It is off the later pending list, signed or not.',
    RESTORED: 'It is on the later list and off the earlier one, but was listed before that.',
    CORRECTED: 'It is on both, with other values.',
  }),
);

const FieldDifference = builder.objectRef<FieldChange>('FieldDifference').implement({
  description: 'One value that differs.',
  fields: (t) => ({
    field: t.exposeString('field', { description: 'Which one: status, signedOn or memorandum.' }),
    before: t.exposeString('before', { nullable: true, description: 'By the earlier list; null: it has none.' }),
    after: t.exposeString('after', { nullable: true, description: 'By the later list; null: it has none.' }),
  }),
});

AgreementDifferenceRef.implement({
  description: 'One agreement that stands otherwise on the later list.',
  fields: (t) => ({
    difference: t.field({
      type: DifferenceEnum,
      description: 'In what.',
      resolve: ({ change }) => {
        if (!isDifference(change)) throw new Error(`Two lists do not differ by ${change}.`);
        return change;
      },
    }),
    agreement: t.field({
      type: AgreementRef,
      description: 'The agreement, as it is today.',
      ...batched(async (differences: readonly PlannedAgreement[], _args: object, context) => {
        const found = await context.queries.agreementsById(differences.map(({ agreementId }) => agreementId));
        return found.map((agreement) => agreement ?? gone('agreement'));
      }),
    }),
    fields: t.field({
      type: [FieldDifference],
      description: 'What differs, as printed on the two lists and read; status first.',
      extensions: { atMost: 3 },
      resolve: ({ fields }) => fields,
    }),
  }),
});

AgencyRenamingRef.implement({
  description: 'One agency that the two lists call by different names; mere respellings are left out.',
  fields: (t) => ({
    agency: t.field({
      type: AgencyRef,
      description: 'The agency, as it is today.',
      ...batched(async (renamings: readonly { agencyId: string }[], _args: object, context) => {
        const found = await context.queries.agenciesById(renamings.map(({ agencyId }) => agencyId));
        return found.map((agency) => agency ?? gone('agency'));
      }),
    }),
    before: t.exposeString('before', { description: 'Its name on the earlier list.' }),
    after: t.exposeString('after', { description: 'Its name on the later one.' }),
  }),
});

function gone(what: string): never {
  throw new Error(`A diff names an ${what} that is not stored.`);
}

/** The connection of the agreements that differ in one of these ways. */
function part(name: string, changes: readonly Difference[]) {
  const order = orderOfAgreements(name);
  const wanted: ReadonlySet<PlannedChange> = new Set(changes);
  return batched((diffs: readonly DiffRow[], args: PageArgs, context, selection) =>
    connectAll(context, selection, {}, args, async () =>
      diffs.map(({ plan }) =>
        pageOfRows(
          plan.agreements.filter(({ change }) => wanted.has(change)),
          order,
          args,
        ),
      ),
    ),
  );
}

export const DiffRef = builder.objectRef<DiffRow>('Diff').implement({
  description:
    'What differs between two lists of one kind, netted: what came and went in between is left out. Its parts are in the order of state and agency. An earlier list with added and returned and without left is what stands on the later one.',
  fields: (t) => ({
    from: t.field({
      type: SnapshotRef,
      description: 'The earlier list.',
      ...batched((diffs: readonly DiffRow[], _args: object, context) =>
        readSnapshots(
          context,
          diffs.map(({ fromNumber }) => fromNumber),
        ),
      ),
    }),
    to: t.field({
      type: SnapshotRef,
      description: 'The later list.',
      ...batched((diffs: readonly DiffRow[], _args: object, context) =>
        readSnapshots(
          context,
          diffs.map(({ toNumber }) => toNumber),
        ),
      ),
    }),
    added: t.field({
      type: AgreementDifferenceConnection,
      description: 'On the later list, and on none before.',
      args: pageArgs,
      ...part('added', ['ADDED']),
    }),
    left: t.field({
      type: AgreementDifferenceConnection,
      description: 'On the earlier list and off the later one, superseded ones included.',
      args: pageArgs,
      ...part('left', ['UNLISTED', 'SUPERSEDED', 'DROPPED']),
    }),
    returned: t.field({
      type: AgreementDifferenceConnection,
      description: 'Off the earlier list and on the later one, as they had been before.',
      args: pageArgs,
      ...part('returned', ['RESTORED']),
    }),
    corrected: t.field({
      type: AgreementDifferenceConnection,
      description: 'On both lists, with another SIGNED or memorandum.',
      args: pageArgs,
      ...part('corrected', ['CORRECTED']),
    }),
    renamed: t.field({
      type: AgencyRenamingConnection,
      description: 'Agencies that the two lists call by different names.',
      args: pageArgs,
      ...batched((diffs: readonly DiffRow[], args: PageArgs, context, selection) =>
        connectAll(context, selection, {}, args, async () =>
          diffs.map(({ plan }) => pageOfRows(plan.renamed, orderOfRenamed, args)),
        ),
      ),
    }),
  }),
});

/** What comparing two lists costs; of a page of lists more, so that no more are compared than a statement has time for. */
const DIFF_UNITS = 2000;
export const CHANGES_UNITS = 2500;

interface DiffArgs extends FilterArgs {
  from?: string | null | undefined;
  to?: string | null | undefined;
  fromSnapshot?: string | null | undefined;
  toSnapshot?: string | null | undefined;
}

function readEnd(name: string, day: string | null | undefined, id: string | null | undefined): GivenEnd {
  if (id == null) return { day: day ?? null, snapshotId: null };
  const decoded = decodeId(id);
  if (decoded?.kind !== 'snapshot') throw badInput(`${name}Snapshot: this is not the id of a list.`);
  return { day: day ?? null, snapshotId: decoded.key };
}

builder.queryFields((t) => ({
  diff: t.field({
    type: DiffRef,
    nullable: true,
    description:
      'What differs between two lists, each given by a day or by its id: those of participating agencies, unless ids of pending ones are given. Refused: days or lists in the wrong order, a list that is not accepted, a day before the first list; null: no list is accepted yet.',
    args: {
      from: t.arg({ type: 'Date', description: 'The last list published on or before this day in New York.' }),
      to: t.arg({ type: 'Date', description: 'The same for the later list.' }),
      fromSnapshot: t.arg.id({ description: 'The earlier list by its id, instead of from.' }),
      toSnapshot: t.arg.id({ description: 'The later list by its id, instead of to.' }),
      filter: t.arg({ type: StatisticsFilterInput, description: 'Of what; left out means everything.' }),
    },
    extensions: { units: DIFF_UNITS },
    resolve: async (_parent, args: DiffArgs, context) =>
      context.queries.diff(
        { from: readEnd('from', args.from, args.fromSnapshot), to: readEnd('to', args.to, args.toSnapshot) },
        readFilter(args),
      ),
  }),
}));
