/**
 * The closed vocabularies of the ledger. One array each feeds the PostgreSQL enum and the GraphQL enum.
 * What a sheet prints is never forced into them: an unknown value stays printed text with an issue.
 */

/** What the officers may do under an agreement; the sheet calls it SUPPORT TYPE. */
export const models = ['TASK_FORCE', 'JAIL_ENFORCEMENT', 'WARRANT_SERVICE_OFFICER'] as const;
export type Model = (typeof models)[number];

/** The government an agency belongs to; the sheet calls it TYPE. */
export const agencyTypes = ['COUNTY', 'MUNICIPALITY', 'STATE', 'OTHER'] as const;
export type AgencyType = (typeof agencyTypes)[number];

/** Where an agreement stands, by the rules for leaving and returning. */
export const agreementStatuses = ['PENDING', 'WITHDRAWN', 'ACTIVE', 'UNLISTED', 'ENDED', 'SUPERSEDED'] as const;
export type AgreementStatus = (typeof agreementStatuses)[number];

/** Which of the two sheets a list is. The header decides, never the file's name. */
export const snapshotKinds = ['PARTICIPATING', 'PENDING'] as const;
export type SnapshotKind = (typeof snapshotKinds)[number];

/** The stored verdict on a list. A duplicate is answered with its first and never stored. */
export const snapshotStatuses = ['ACCEPTED', 'DUPLICATE', 'HELD', 'REJECTED', 'WITHDRAWN'] as const;
export type SnapshotStatus = (typeof snapshotStatuses)[number];

/** What told us when a list was published, in order of belief. */
export const publishedAtBases = [
  'GIVEN',
  'LAST_MODIFIED',
  'FILE_NAME',
  'PUBLISHER_FILE_NAME',
  'WORKBOOK',
  'INGESTED',
] as const;
export type PublishedAtBasis = (typeof publishedAtBases)[number];

/** What came of looking at an address of the source. */
export const followOutcomes = [
  // The page.
  'PAGE_READ',
  'PAGE_WITHOUT_LINK',
  // A list.
  'ACCEPTED',
  'HELD',
  'REJECTED',
  'UNCHANGED',
  'NOT_MODIFIED',
  'OLD_COPY',
  'STALE_LINK',
  'KEPT_OUT',
  // Something else in its place.
  'WEB_PAGE',
  'NOT_A_WORKBOOK',
  'CUT_OFF',
  // Nothing that could be read.
  'HTTP_ERROR',
  'UNREACHABLE',
  'TIMEOUT',
  'TOO_LARGE',
  'REDIRECT_LOOP',
  'FORBIDDEN_ADDRESS',
] as const;
export type FollowOutcome = (typeof followOutcomes)[number];

/** What an operator is told of. */
export const alarmKinds = [
  ...(['LIST_HELD', 'LIST_AHEAD', 'FILE_REJECTED', 'SOURCE_STALE', 'DISK_FULL', 'BACKUP_FAILED'] as const),
] as const;
export type AlarmKind = (typeof alarmKinds)[number];

/** How a list came to us. */
export const origins = ['FILE', 'UPLOAD', 'FOLLOWED', 'SAMPLE'] as const;
export type Origin = (typeof origins)[number];

export const stateKinds = ['STATE', 'DISTRICT', 'TERRITORY'] as const;
export type StateKind = (typeof stateKinds)[number];

/** Every kind of public event. Clients are told to expect new ones. */
export const eventKinds = [
  'AGREEMENT_ADDED',
  'AGREEMENT_UNLISTED',
  'AGREEMENT_ENDED',
  'AGREEMENT_RESTORED',
  'AGREEMENT_CORRECTED',
  'AGREEMENT_SUPERSEDED',
  'MEMORANDUM_POSTED',
  'ADDENDUM_POSTED',
  'PENDING_ADDED',
  'PENDING_DROPPED',
  'AGENCY_RENAMED',
  'AGENCY_MERGED',
  'EVENT_RETRACTED',
  'HISTORY_CHANGED',
] as const;
export type EventKind = (typeof eventKinds)[number];

/** What caused an event: a list, a person's decision, or a raised rules version. */
export const causeKinds = ['SNAPSHOT', 'DECISION', 'RULES'] as const;
export type CauseKind = (typeof causeKinds)[number];

/**
 * Questions that a person has to answer. SHARED_MEMORANDUM: the same file, but it hangs on another agency too, or the
 * agency is still listed under its own name. UNREADABLE_ROW: a row that cannot be read and is none that is missing.
 * RELABELLED_ROW: the only new row with the model and SIGNED of an agreement without a memorandum that vanished.
 */
export const reviewKinds = [
  'SIMILAR_NAMES',
  'SEVERAL_CANDIDATES',
  'SHARED_MEMORANDUM',
  'UNREADABLE_ROW',
  'RELABELLED_ROW',
] as const;
export type ReviewKind = (typeof reviewKinds)[number];

export const reviewStatuses = ['OPEN', 'DECIDED', 'OBSOLETE'] as const;
export type ReviewStatus = (typeof reviewStatuses)[number];

/**
 * What a person can decide: of names in one state (SAME_AGENCY, DIFFERENT_AGENCIES, RENAMING), of a row that cannot be
 * read (SET_ASIDE), of a list (RELEASE, REJECTION, WITHDRAWAL, REDATING), of what a printed text means (SPELLING).
 */
export const decisionKinds = [
  'SAME_AGENCY',
  'DIFFERENT_AGENCIES',
  'RENAMING',
  'SET_ASIDE',
  'RELEASE',
  'REJECTION',
  'WITHDRAWAL',
  'REDATING',
  'SPELLING',
] as const;
export type DecisionKind = (typeof decisionKinds)[number];

/** Those that answer a review item. */
export const reviewVerdicts = [
  'SAME_AGENCY',
  'DIFFERENT_AGENCIES',
  'SET_ASIDE',
] as const satisfies readonly DecisionKind[];
export type ReviewVerdict = (typeof reviewVerdicts)[number];

/** What a spelling spells. */
export const spellingSubjects = ['STATE', 'MODEL', 'TYPE', 'COUNTY', 'HEADING'] as const;
export type SpellingSubject = (typeof spellingSubjects)[number];

/** Why a cell could not be taken as printed, or what a person should look at. */
export const issueCodes = [
  'KIND_SWAPPED',
  'CONTRADICTED_TIME',
  'UNKNOWN_COLUMN',
  'MISSING_VALUE',
  'MISSING_RESULT',
  'UNREADABLE_NAME',
  'NEAR_SPELLING',
  'UNKNOWN_STATE',
  'UNKNOWN_MODEL',
  'UNKNOWN_TYPE',
  'UNKNOWN_COUNTY',
  'UNREADABLE_DATE',
  'IMPLAUSIBLE_DATE',
  'UNLIKELY_DATE',
  'UNREADABLE_LINK',
  'REPEATED_AGREEMENT',
] as const;
export type IssueCode = (typeof issueCodes)[number];

/** By which day an agreement begins to count: the list that first shows it, or the day in its SIGNED column. */
export const timelineBases = ['LISTED', 'SIGNED'] as const;
export type TimelineBasis = (typeof timelineBases)[number];

/** What a bearer key may: its own rate; also hand in lists; also everything else that an operator may. */
export const keyRoles = ['READ', 'INGEST', 'ADMIN'] as const;
export type KeyRole = (typeof keyRoles)[number];

/** What an operator can do to a ledger: each leaves a row in the audit log. */
export const operatorActs = [
  'INGEST',
  'RELEASE',
  'REJECT',
  'WITHDRAW',
  'REDATE',
  'DECIDE',
  'REVOKE',
  'MERGE',
  'SPLIT',
  'RENAME',
  'ADD_SPELLING',
  'REMOVE_SPELLING',
  'ADD_FIGURES',
  'REMOVE_FIGURE',
  'IMPORT_POPULATION',
  'RAISE_RULES',
  'RELEASE_SAMPLE',
  'CREATE_KEY',
  'REVOKE_KEY',
] as const;
export type OperatorAct = (typeof operatorActs)[number];
