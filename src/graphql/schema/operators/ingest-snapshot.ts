/** `ingestSnapshot`: a list handed in as a file. */
import { GraphQLError } from 'graphql';
import type { IngestedFile, IngestReport } from '../../../operations/operations.ts';
import { demandRole } from '../../access/viewer.ts';
import { batched } from '../../execution/batched.ts';
import { UploadedFile } from '../../http/upload.ts';
import { builder } from '../builder.ts';
import { SnapshotKindEnum, SnapshotStatusEnum } from '../enums.ts';
import { typenameOf } from '../node.ts';
import { SnapshotRef } from '../refs.ts';
import { LedgerChangeInterface } from './ledger-change.ts';
import { actCost } from './mutations.ts';
import { orRefusal, refusalTypes } from './refusals.ts';

builder.scalarType('Upload', {
  specifiedByURL: 'https://github.com/jaydenseric/graphql-multipart-request-spec',
  description:
    'A file, which comes beside the operation as multipart/form-data, by the GraphQL multipart request specification; one file, 20 MB.',
  parseValue: (value) => {
    if (value instanceof UploadedFile) return value;
    throw new GraphQLError('A file comes as multipart/form-data, by the GraphQL multipart request specification.');
  },
  serialize: () => {
    throw new GraphQLError('A file is never answered.');
  },
});

type Ingested = Omit<IngestedFile, 'issues' | 'milliseconds'> & Pick<IngestReport, 'revision' | 'plan'>;

const IngestedRef = builder.objectRef<Ingested>('SnapshotIngested').implement({
  description: 'What became of a file that was handed in.',
  interfaces: [LedgerChangeInterface],
  fields: (t) => ({
    status: t.expose('status', {
      type: SnapshotStatusEnum,
      description: 'The verdict. DUPLICATE: it is there already, and nothing was stored.',
    }),
    kind: t.expose('kind', {
      type: SnapshotKindEnum,
      nullable: true,
      description: 'Which list it is, by its header; null: a file that could not be read so far.',
    }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', description: 'When it was published, as is believed.' }),
    rowCount: t.exposeInt('rowCount', { description: 'Rows below the header; of a file that was not read, 0.' }),
    issueCount: t.exposeInt('issueCount', { description: 'Things in it that could not be taken as printed.' }),
    why: t.stringList({
      description: 'Why it is held or rejected, a sentence for each reason; empty: it is neither.',
      resolve: ({ holdReasons, rejection }) => [
        ...holdReasons.map(({ message }) => message),
        ...(rejection === null ? [] : [rejection.message]),
      ],
    }),
    snapshot: t.field({
      type: SnapshotRef,
      nullable: true,
      description: 'The list as it is stored; of a DUPLICATE the first; null: of a dry run of a list that is new.',
      ...batched(async (ingested: readonly Ingested[], _args: object, context) => {
        const ids = ingested.flatMap(({ snapshotId }) => snapshotId ?? []);
        const found = ids.length === 0 ? [] : await context.queries.snapshotsById(ids);
        return ingested.map(({ snapshotId }) => found.find((each) => each?.id === snapshotId) ?? null);
      }),
    }),
  }),
});

const Result = builder.unionType('IngestSnapshotResult', {
  description: 'What handing in a list came to.',
  types: [IngestedRef, ...refusalTypes('SAMPLE_LEDGER')],
  resolveType: (row) => typenameOf(row),
});

builder.mutationFields((t) => ({
  ingestSnapshot: t.field({
    type: Result,
    description:
      'Hands in a published list, XLSX or CSV. A key of the role ingest may do this and nothing else; what the guard holds waits for an operator.',
    args: {
      file: t.arg({ type: 'Upload', required: true, description: 'The file; its name may say when it was published.' }),
      publishedAt: t.arg.string({
        description:
          'When it was published, if you know: a day such as 2026-02-02, at noon in New York, or an ISO 8601 instant.',
      }),
      sheet: t.arg.string({ description: 'Name of the worksheet that is the list; left out, it is found.' }),
      headerRow: t.arg.int({ description: 'Row of the header, as a person counts; left out, it is found.' }),
      backfill: t.arg.boolean({ defaultValue: false, description: 'Your word that what it shows is history.' }),
      dryRun: t.arg.boolean({
        defaultValue: false,
        description: 'Do everything, say what would stand otherwise, then undo it.',
      }),
    },
    extensions: actCost,
    resolve: (_root, { file, publishedAt, sheet, headerRow, backfill, dryRun }, { viewer, operate }) => {
      demandRole(viewer, 'INGEST');
      const input = {
        ...{ paths: [file.path], backfill: backfill === true, dryRun: dryRun === true },
        ...(publishedAt != null && { publishedAt }),
        ...(sheet != null && { sheet }),
        ...(headerRow != null && { headerRow }),
      };
      return orRefusal('SnapshotIngested', operate().ingest(input).then(toIngested));
    },
  }),
}));

function toIngested({ files, revision, plan }: IngestReport): Ingested {
  const [file] = files;
  if (file === undefined) throw new Error('A file was ingested without an outcome.');
  return { ...file, revision, plan };
}
