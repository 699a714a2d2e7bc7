/**
 * What an operator may do to a ledger: the one list of it, whoever asks. The CLI calls it directly, or through
 * the local socket of the process that owns the embedded ledger; the API's mutations call it too.
 */
import type {
  AlarmKind,
  DecisionKind,
  EventKind,
  FollowOutcome,
  ReviewKind,
  ReviewStatus,
  ReviewVerdict,
  SnapshotKind,
  SnapshotStatus,
  SpellingSubject,
} from '../../schema/enums.ts';
import type { ReviewEvidence } from '../../schema/tables/reviews.ts';
import type { HoldReason, Rejection } from '../../schema/tables/snapshots.ts';
import type { Plan } from '../analysis/plan.ts';
import type { NamedList } from '../ledger/apply/lists/judge-again.ts';
import type { ListStatus } from '../queries/ledger.ts';
import type { AnalysisOperations } from './figures/analysis.ts';
import type { KeyOperations } from './keys/key-operations.ts';
import type { IssueGroup } from './lists/group-issues.ts';
import type { ContradictedList } from './lists/list-behind-which.ts';

/** An expected refusal: the words are for the person who asked, the code is for the script. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  constructor(code: RefusalCode, message: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
  }
}

export type RefusalCode =
  | 'NOT_FOUND'
  | 'NOT_HELD'
  | 'NOT_ACCEPTED'
  | 'ALREADY_DECIDED'
  | 'BAD_ARGUMENT'
  | 'RULES_OUTDATED'
  | 'SAMPLE_LEDGER'
  | 'NOTHING_LEFT'
  | 'STOPPED';

export interface IngestInput {
  /** Absolute paths of files that the owner of the ledger reads itself. */
  paths: readonly string[];
  /** Absolute path of the manifest of an archive, which names the files and what was believed of them; given alone. */
  manifest?: string;
  /** ISO 8601; for one file only. */
  publishedAt?: string;
  /** The worksheet that is the list; for one file only, as `headerRow`. */
  sheet?: string;
  /** Row of its header, as a person counts. */
  headerRow?: number;
  backfill?: boolean;
  /** Do everything, then roll back. */
  dryRun?: boolean;
}

export interface ActOptions {
  /** Do everything, then roll back: the answer has the plan, and the revision that stands. */
  dryRun?: boolean | undefined;
}

export interface ReleaseOptions extends ActOptions {
  /** The operator's word that the list is history. */
  backfill?: boolean | undefined;
}

/** What became of one file. */
export interface IngestedFile {
  fileName: string;
  /** Of its bytes, in hexadecimal digits. */
  sha256: string;
  status: SnapshotStatus;
  kind: SnapshotKind | null;
  snapshotId: string | null;
  publishedAt: string;
  rowCount: number;
  issueCount: number;
  /** Rows that have at least one issue. */
  issueRowCount: number;
  holdReasons: readonly HoldReason[];
  rejection: Rejection | null;
  /** What a person should look at; none of a list that was there already. */
  issues: readonly IssueGroup[];
  /** Whether an archive, once its acts are done, says the same of it: then nobody has to look at it. */
  asArchived: boolean;
  /** The list that makes it a late one though something speaks against the time of that list; null: there is none. */
  behind: ContradictedList | null;
  /** Events appended, by kind. */
  events: Partial<Record<EventKind, number>>;
  /** How many of them are news, which watchers see at once; the rest is history. */
  liveEvents: number;
  milliseconds: number;
}

export interface IngestReport {
  files: readonly IngestedFile[];
  /** How many acts of operators an archive had that were done again. */
  acts?: number;
  revision: string;
  dryRun: boolean;
  /** Of a dry run: what would stand otherwise; null: it was done. */
  plan: Plan | null;
}

/** What an archive has. */
export interface ArchiveReport {
  directory: string;
  files: number;
  bytes: number;
  /** Acts of operators that made decisions or revoked one; those about lists that are missing are left out. */
  acts: number;
  /** Names of the lists whose bytes are not kept, from before any were: ingest the same files again. */
  missing: readonly string[];
}

/** What was found at one address of the source. */
export interface FollowLook {
  address: string;
  /** Null: the page, or not known. */
  kind: SnapshotKind | null;
  outcome: FollowOutcome;
  /** In a sentence; null: the outcome says all. */
  detail: string | null;
}

export interface FollowReport {
  /** NOT_DUE: the schedule says later. ELSEWHERE: another process is at it. */
  ran: 'ROUND' | 'NOT_DUE' | 'ELSEWHERE';
  looks: readonly FollowLook[];
  /** What became of the lists that were not known. */
  files: readonly IngestedFile[];
  /** When the next look is due; null: another process will say. */
  nextAt: string | null;
}

/** How everything stands. */
export interface StatusReport {
  sample: boolean;
  revision: string;
  /** In the log. */
  events: string;
  lists: readonly Omit<ListStatus, 'newestNumber' | 'unseenSince'>[];
  openReviews: number;
  /** Null: the process that answers serves nobody. */
  watchers: number | null;
  /** Null: nobody follows it. */
  source: { lookedAt: string; nextAt: string; failures: number } | null;
  versions: { program: string; node: string; database: string; rules: number; ledgerRules: number };
  /** The newest that did not fail; null: none was made. */
  backup: { file: string; startedAt: string; bytes: number } | null;
  /** The backup from which this ledger was restored, and when it was made; null: it never was. */
  restored: { file: string; madeAt: string; restoredAt: string } | null;
  /** Of an embedded ledger. */
  disk: { path: string; freeBytes: number; totalBytes: number } | null;
  /** What is wrong at this moment; `since` is null where no server saw it yet. */
  alarms: readonly { kind: AlarmKind; subject: string; message: string; since: string | null }[];
}

/** How a try of a backup ended. */
export interface BackupNote {
  file: string;
  /** As the file says, or when a failed try began; ISO 8601. */
  startedAt: string;
  /** Size of the file; null: it failed. */
  bytes: number | null;
  /** Why it failed, in a sentence; null: it did not. */
  error: string | null;
}

/** Called after each file; `done` counts files, not bytes. */
export type ReportProgress = (progress: {
  done: number;
  total: number;
  fileName: string;
  stage: 'read' | 'ingested';
}) => void;

export interface ChangeReport {
  revision: string;
  events: Partial<Record<EventKind, number>>;
  /** How many of them are news, which watchers see at once; the rest is history. */
  liveEvents: number;
  /** The decisions that it made or revoked; none of a dry run. */
  decisionIds: readonly string[];
  /** Of a dry run: what would stand otherwise; null: it was done. */
  plan: Plan | null;
  /** Stored rows that are read otherwise, by a spelling. */
  rowsReadAgain: number;
  /**
   * Lists that were held and are accepted now because of it, and the other way round; the list that it is about only
   * where its new time is what accepts it.
   */
  accepted: readonly NamedList[];
  held: readonly NamedList[];
  /** Names of rejected files that a new heading may make readable: to be ingested again. */
  ingestAgain: readonly string[];
  /** What else a person should know, a sentence each. */
  notes: readonly string[];
}

/** A spelling as an operator gives it; `means` may be a name as well as a code. */
export interface SpellingGiven {
  subject: SpellingSubject;
  printed: string;
  means: string;
}

/** One that holds: a decision with its id. */
export interface SpellingEntry extends SpellingGiven {
  id: string;
  reason: string;
  decidedAt: string;
}

export interface ReviewEntry {
  id: string;
  kind: ReviewKind;
  status: ReviewStatus;
  /** Null: of a row whose state cannot be read. */
  placeCode: string | null;
  leftKey: string;
  rightKey: string;
  evidence: ReviewEvidence;
  /** The answer that holds; null: there is none. */
  decision: { id: string; kind: DecisionKind; reason: string } | null;
}

/** One decision of an operator, with what its kind is about; all else is null or empty. Names are canonical. */
export interface DecisionEntry {
  id: string;
  kind: DecisionKind;
  /** Null: it is not about names, or about a row whose state cannot be read. */
  placeCode: string | null;
  /** SAME_AGENCY: both sides are one agency, which the first name gives its identity. */
  leftKeys: readonly string[];
  rightKeys: readonly string[];
  /** RENAMING: what the agency is called. */
  name: string | null;
  /** RELEASE, REJECTION, WITHDRAWAL, REDATING: the list, and when it was published by REDATING. */
  list: { id: string; fileName: string } | null;
  publishedAt: string | null;
  /** RELEASE: the operator's word that the list is history. */
  backfill: boolean;
  /** SPELLING. */
  subject: SpellingSubject | null;
  printed: string | null;
  means: string | null;
  reviewItemId: string | null;
  reason: string;
  decidedAt: string;
  /** Null while it holds. */
  revokedAt: string | null;
  revokedReason: string | null;
}

/** The verdicts that a stored list can have: a duplicate is answered with its first and never stored. */
export const storedStatuses = [
  'HELD',
  'ACCEPTED',
  'REJECTED',
  'WITHDRAWN',
] as const satisfies readonly SnapshotStatus[];
export type StoredStatus = (typeof storedStatuses)[number];

/** One list of the ledger: what it is, and what was made of it. */
export interface ListEntry {
  id: string;
  status: StoredStatus;
  /** Null when the file could not be read far enough to tell. */
  kind: SnapshotKind | null;
  publishedAt: string;
  ingestedAt: string;
  fileName: string;
  rowCount: number;
  /** Why the guard held it; they stay when it was released or rejected. */
  holdReasons: readonly HoldReason[];
  rejection: Rejection | null;
  /** When a person decided about it, the last time of what is in force, and why; null: nobody did. */
  decidedAt: string | null;
  decidedReason: string | null;
  /** Those in force, the newest first. */
  decisions: readonly { id: string; kind: DecisionKind; reason: string }[];
}

/** What a list does to what stands: of an accepted one against the ledger without it, else what it would do. */
export interface ListDiff {
  id: string;
  fileName: string;
  kind: SnapshotKind;
  status: StoredStatus;
  publishedAt: string;
  plan: Plan;
}

/** One agreement that left the participating list, with what a person needs to check it. */
export interface Departure {
  place: string;
  agency: string;
  agencySlug: string;
  model: string;
  status: string;
  signedOn: string | null;
  memorandumUrl: string | null;
  firstListedAt: string;
  lastListedAt: string;
  lastList: string;
  firstListWithout: string;
  endedOn: string | null;
  printedNames: readonly string[];
}

export interface Operations extends AnalysisOperations, KeyOperations {
  /** `signal` stops it between two files; what was ingested by then stays. */
  ingest(input: IngestInput, report?: ReportProgress, signal?: AbortSignal): Promise<IngestReport>;
  /** Looks at the source once. Refuses the sample ledger. */
  follow(options: { onlyIfDue: boolean }, signal?: AbortSignal): Promise<FollowReport>;
  /** How everything stands. */
  status(): Promise<StatusReport>;
  /** Writes the originals and their manifest into a folder that is not there yet; an absolute path. */
  archive(directory: string): Promise<ArchiveReport>;
  /** Lists of one verdict and kind, or of all; the newest publication first. */
  lists(status: StoredStatus | null, kind: SnapshotKind | null): Promise<readonly ListEntry[]>;
  /** What the list changes today, agreement by agreement. */
  diff(snapshotId: string): Promise<ListDiff>;
  release(snapshotId: string, reason: string, options?: ReleaseOptions): Promise<ChangeReport>;
  reject(snapshotId: string, reason: string): Promise<ChangeReport>;
  /** An accepted list never counted. */
  withdraw(snapshotId: string, reason: string, options?: ActOptions): Promise<ChangeReport>;
  /** The list was published at another time: a day, or an ISO 8601 instant. */
  redate(snapshotId: string, publishedAt: string, reason: string, options?: ActOptions): Promise<ChangeReport>;
  reviews(status: ReviewStatus | null): Promise<readonly ReviewEntry[]>;
  /** SET_ASIDE answers an UNREADABLE_ROW, the others answer the rest. */
  decide(reviewItemId: string, verdict: ReviewVerdict, reason: string, options?: ActOptions): Promise<ChangeReport>;
  /** Every decision, revoked ones too; the newest first. */
  decisions(): Promise<readonly DecisionEntry[]>;
  /** Takes back any decision. */
  revoke(decisionId: string, reason: string, options?: ActOptions): Promise<ChangeReport>;
  /** Slugs of two agencies in one place, or names that no other agency has, as below; the first survives. */
  merge(survivorSlug: string, mergedSlug: string, reason: string, options?: ActOptions): Promise<ChangeReport>;
  /** Printed names of the agency that belong to another agency from now on. */
  split(slug: string, printedNames: readonly string[], reason: string, options?: ActOptions): Promise<ChangeReport>;
  /** The agency goes by this name, whatever lists print. */
  rename(slug: string, name: string, reason: string, options?: ActOptions): Promise<ChangeReport>;
  /** The spellings that hold, in the order in which they were added. */
  spellings(): Promise<readonly SpellingEntry[]>;
  addSpelling(given: SpellingGiven, reason: string, options?: ActOptions): Promise<ChangeReport>;
  /** As {@link Operations.revoke}, of nothing but a spelling. */
  removeSpelling(decisionId: string, reason: string, options?: ActOptions): Promise<ChangeReport>;
  departures(): Promise<readonly Departure[]>;
  /** A copy of the embedded ledger's folder, to be made a backup of, at a path that is not there. Refuses elsewhere. */
  copyLedger(folder: string): Promise<void>;
  /** Remembers how a backup ended, for `status` and the alarms. */
  noteBackup(note: BackupNote): Promise<void>;
  /** Raises a ledger of older rules to this build's and replays it; changes nothing when they are the same. */
  raiseRules(): Promise<ChangeReport>;
  /** Releases the next list of the sample ledger. Refuses elsewhere. */
  sampleNext(): Promise<IngestReport>;
}
