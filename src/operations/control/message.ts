/**
 * What goes over the control socket: `POST /<operation>` with the arguments as a JSON array, answered by lines of
 * JSON: any number of progress lines, then one with the result, the refusal or the failure.
 */
import * as z from 'zod';
import { reviewVerdicts, snapshotKinds, spellingSubjects } from '../../../schema/enums.ts';
import {
  type IngestReport,
  type Operations,
  type RefusalCode,
  type ReportProgress,
  storedStatuses,
} from '../operations.ts';
import { analysisCalls } from './analysis-message.ts';
import { keyCalls } from './keys-message.ts';

export type ControlLine =
  | { progress: Parameters<ReportProgress>[0] }
  | { result: unknown }
  | { refusal: { code: RefusalCode; message: string } }
  | { failure: string };

export type OperationName = keyof Operations;

/** Who runs the command, for the audit log: whoever may enter the socket's folder is believed. */
export const USER_HEADER = 'x-accord287-user';

const reason = z.string();
const ingestInput = z
  .object({
    paths: z.array(z.string()),
    manifest: z.string().optional(),
    publishedAt: z.string().optional(),
    sheet: z.string().optional(),
    headerRow: z.number().int().positive().optional(),
    backfill: z.boolean().optional(),
    dryRun: z.boolean().optional(),
  })
  // Absent and undefined are told apart in our types; JSON only knows absent.
  .transform(({ paths, manifest, publishedAt, sheet, headerRow, backfill, dryRun }) => ({
    paths,
    ...(manifest === undefined ? {} : { manifest }),
    ...(publishedAt === undefined ? {} : { publishedAt }),
    ...(sheet === undefined ? {} : { sheet }),
    ...(headerRow === undefined ? {} : { headerRow }),
    ...(backfill === undefined ? {} : { backfill }),
    ...(dryRun === undefined ? {} : { dryRun }),
  }));
const actOptions = z.object({ dryRun: z.boolean().optional() }).optional();
const releaseOptions = z.object({ backfill: z.boolean().optional(), dryRun: z.boolean().optional() }).optional();
const spellingGiven = z.object({ subject: z.enum(spellingSubjects), printed: z.string(), means: z.string() });

const backupNote = z.object({
  file: z.string(),
  startedAt: z.iso.datetime(),
  bytes: z.number().nullable(),
  error: z.string().nullable(),
});

type Call = (operations: Operations, given: unknown, report: ReportProgress, signal: AbortSignal) => Promise<unknown>;

/** One entry an operation: checks what came over the socket, then calls. */
export const calls: Record<OperationName, Call> = {
  ingest: (operations, given, report, signal): Promise<IngestReport> => {
    const [input] = z.tuple([ingestInput]).parse(given);
    return operations.ingest(input, report, signal);
  },
  follow: (operations, given, _report, signal) => {
    const [options] = z.tuple([z.object({ onlyIfDue: z.boolean() })]).parse(given);
    return operations.follow(options, signal);
  },
  status: (operations) => operations.status(),
  archive: (operations, given) => operations.archive(...z.tuple([z.string()]).parse(given)),
  lists: (operations, given) =>
    operations.lists(...z.tuple([z.enum(storedStatuses).nullable(), z.enum(snapshotKinds).nullable()]).parse(given)),
  diff: (operations, given) => operations.diff(...z.tuple([z.string()]).parse(given)),
  release: (operations, given) => operations.release(...z.tuple([z.string(), reason, releaseOptions]).parse(given)),
  reject: (operations, given) => operations.reject(...z.tuple([z.string(), reason]).parse(given)),
  withdraw: (operations, given) => operations.withdraw(...z.tuple([z.string(), reason, actOptions]).parse(given)),
  redate: (operations, given) =>
    operations.redate(...z.tuple([z.string(), z.string(), reason, actOptions]).parse(given)),
  reviews: (operations, given) =>
    operations.reviews(...z.tuple([z.enum(['OPEN', 'DECIDED', 'OBSOLETE']).nullable()]).parse(given)),
  decide: (operations, given) =>
    operations.decide(...z.tuple([z.string(), z.enum(reviewVerdicts), reason, actOptions]).parse(given)),
  decisions: (operations) => operations.decisions(),
  revoke: (operations, given) => operations.revoke(...z.tuple([z.string(), reason, actOptions]).parse(given)),
  merge: (operations, given) => operations.merge(...z.tuple([z.string(), z.string(), reason, actOptions]).parse(given)),
  split: (operations, given) =>
    operations.split(...z.tuple([z.string(), z.array(z.string()), reason, actOptions]).parse(given)),
  rename: (operations, given) =>
    operations.rename(...z.tuple([z.string(), z.string(), reason, actOptions]).parse(given)),
  spellings: (operations) => operations.spellings(),
  addSpelling: (operations, given) =>
    operations.addSpelling(...z.tuple([spellingGiven, reason, actOptions]).parse(given)),
  removeSpelling: (operations, given) =>
    operations.removeSpelling(...z.tuple([z.string(), reason, actOptions]).parse(given)),
  departures: (operations) => operations.departures(),
  noteBackup: (operations, given) => operations.noteBackup(...z.tuple([backupNote]).parse(given)),
  copyLedger: (operations, given) => operations.copyLedger(...z.tuple([z.string()]).parse(given)),
  raiseRules: (operations) => operations.raiseRules(),
  sampleNext: (operations) => operations.sampleNext(),
  ...analysisCalls,
  ...keyCalls,
};

export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(calls, name);
}
