/** The enums, each value described. New values may be added; clients are told so once in each description. */
import * as vocabulary from '../../../schema/enums.ts';
import { agencyOrderFields } from '../../queries/agencies.ts';
import { agreementOrderFields } from '../../queries/agreements.ts';
import { builder } from './builder.ts';

/** Options of an enum over a closed vocabulary: forgetting to describe a value does not compile. */
export function described<const Value extends string>(
  description: string,
  values: readonly Value[],
  descriptions: Record<Value, string>,
) {
  // Every value of the vocabulary becomes a key, so the record is complete.
  const entries = Object.fromEntries(values.map((value) => [value, { value, description: descriptions[value] }])) as {
    [Each in Value]: { value: Each; description: string };
  };
  return { description: `${description} Values may be added.`, values: entries };
}

export const ModelEnum = builder.enumType(
  'Model',
  described('What an agency’s officers may do under an agreement.', vocabulary.models, {
    TASK_FORCE:
      'Officers carry out immigration functions during routine policing. Ended on 2012-12-31, back since 2025-01-20.',
    JAIL_ENFORCEMENT: 'Officers screen people who are held in a jail.',
    WARRANT_SERVICE_OFFICER: 'Officers serve administrative warrants in a jail. Since 2019.',
  }),
);

export const AgencyTypeEnum = builder.enumType(
  'AgencyType',
  described('The government that an agency belongs to.', vocabulary.agencyTypes, {
    COUNTY: 'A county or its equivalent.',
    MUNICIPALITY: 'A city, town or village.',
    STATE: 'A state, district or territory.',
    OTHER: 'Something else that the sheet named, such as a university or a tribe.',
  }),
);

export const AgreementStatusEnum = builder.enumType(
  'AgreementStatus',
  described('Where an agreement stands according to the lists.', vocabulary.agreementStatuses, {
    PENDING: 'On the list of pending agreements, not yet signed.',
    WITHDRAWN: 'Left the pending list without being signed.',
    ACTIVE: 'On the newest list of participating agencies.',
    UNLISTED: 'Missing from the newest lists; too early to tell whether it ended.',
    ENDED: 'Missing for so long, on so many lists, that it is taken as ended.',
    SUPERSEDED: 'A newer agreement of the same agency and model took its place.',
  }),
);

export const SnapshotKindEnum = builder.enumType(
  'SnapshotKind',
  described('Which of the two lists it is.', vocabulary.snapshotKinds, {
    PARTICIPATING: 'Agreements that are signed.',
    PENDING: 'Agreements that are being prepared.',
  }),
);

export const SnapshotStatusEnum = builder.enumType(
  'SnapshotStatus',
  described('The verdict on a list.', vocabulary.snapshotStatuses, {
    ACCEPTED: 'Counts: the ledger follows from it.',
    DUPLICATE: 'The same list as one known already; it is answered with that one and not stored.',
    HELD: 'Changes more than is plausible; it counts for nothing until an operator releases it.',
    REJECTED: 'Unreadable, not a list, or refused by an operator.',
    WITHDRAWN: 'It was accepted, and an operator took it back: as if it had never counted.',
  }),
);

export const PublishedAtBasisEnum = builder.enumType(
  'PublishedAtBasis',
  described('What told when a list was published.', vocabulary.publishedAtBases, {
    GIVEN: 'An operator, who handed it in or said later when it was published.',
    LAST_MODIFIED: 'The web server that it was fetched from.',
    FILE_NAME: 'The day at the start of the file’s name.',
    PUBLISHER_FILE_NAME: 'The day in the name that the publisher gave the file, where the file itself agrees with it.',
    WORKBOOK: 'The workbook’s own time of last modification.',
    INGESTED: 'Nothing: it is the time at which the file reached the ledger.',
  }),
);

export const OriginEnum = builder.enumType(
  'Origin',
  described('How a list came to the ledger.', vocabulary.origins, {
    FILE: 'From a file, by command.',
    UPLOAD: 'Uploaded through the API.',
    FOLLOWED: 'Fetched from the publisher’s page.',
    SAMPLE: 'Made by the generator of the sample ledger; not a real list.',
  }),
);

export const AlarmKindEnum = builder.enumType(
  'AlarmKind',
  described('What is wrong and wants a person.', vocabulary.alarmKinds, {
    LIST_HELD: 'A list waits for an operator.',
    LIST_AHEAD: 'The newest list of a kind is dated too late: genuine lists that come before its day are late.',
    FILE_REJECTED: 'The source gives a workbook that cannot be read as a list.',
    SOURCE_STALE: 'The list of participating agencies could not be seen at the source for hours.',
    DISK_FULL: 'The disk of the ledger is nearly full.',
    BACKUP_FAILED: 'The newest backup failed, or none was made for more than a week.',
  }),
);

export const FollowOutcomeEnum = builder.enumType(
  'FollowOutcome',
  described('What came of looking at the publisher’s page or at a list there.', vocabulary.followOutcomes, {
    PAGE_READ: 'The page has links to lists.',
    PAGE_WITHOUT_LINK: 'The page came, but links to no list.',
    ACCEPTED: 'A list that the ledger did not have, and that takes effect.',
    HELD: 'A list that waits for an operator.',
    REJECTED: 'A workbook that cannot be read as a list.',
    UNCHANGED: 'The bytes that the ledger has.',
    NOT_MODIFIED: 'The server says that nothing changed.',
    OLD_COPY: 'A list that the ledger has, older than its newest.',
    STALE_LINK: 'The same, while another link has the newest list.',
    KEPT_OUT: 'A list that an operator rejected or withdrew.',
    WEB_PAGE: 'A web page in the place of the list, such as a block page.',
    NOT_A_WORKBOOK: 'Bytes that are neither a workbook nor a table.',
    CUT_OFF: 'Half a file.',
    HTTP_ERROR: 'A status that is not 200.',
    UNREACHABLE: 'Nobody answered.',
    TIMEOUT: 'No whole answer in time.',
    TOO_LARGE: 'More bytes than any list has.',
    REDIRECT_LOOP: 'More than five redirects.',
    FORBIDDEN_ADDRESS: 'A redirect or link to where the follower does not go.',
  }),
);

export const StateKindEnum = builder.enumType(
  'StateKind',
  described('What kind of place it is.', vocabulary.stateKinds, {
    STATE: 'One of the fifty states.',
    DISTRICT: 'The District of Columbia.',
    TERRITORY: 'One of the five inhabited territories.',
  }),
);

export const EventKindEnum = builder.enumType(
  'EventKind',
  described('What happened.', vocabulary.eventKinds, {
    AGREEMENT_ADDED: 'A list of participating agencies shows an agreement for the first time.',
    AGREEMENT_UNLISTED: 'An agreement is missing from a list for the first time. Provisional.',
    AGREEMENT_ENDED: 'An agreement is missing for so long that it is taken as ended.',
    AGREEMENT_RESTORED: 'An agreement that was missing is listed again.',
    AGREEMENT_CORRECTED: 'A list prints something else about an agreement, which is judged a correction.',
    AGREEMENT_SUPERSEDED: 'A newer agreement of the same agency and model took the place of one.',
    MEMORANDUM_POSTED: 'The signed memorandum of an agreement was linked, or another file in its place.',
    ADDENDUM_POSTED: 'An addendum to an agreement was linked.',
    PENDING_ADDED: 'The pending list shows an agreement for the first time.',
    PENDING_DROPPED: 'An agreement left the pending list without being signed.',
    AGENCY_RENAMED: 'The name by which the ledger calls an agency changed.',
    AGENCY_MERGED: 'Two agencies turned out to be one.',
    EVENT_RETRACTED: 'An earlier event turned out to be wrong.',
    HISTORY_CHANGED: 'History arrived that is not told event by event: query again.',
  }),
);

export const ReviewKindEnum = builder.enumType(
  'ReviewKind',
  described('Why a person is asked.', vocabulary.reviewKinds, {
    SIMILAR_NAMES: 'One name vanished and one much like it appeared.',
    SEVERAL_CANDIDATES: 'A vanished name could be any of several new ones.',
    SHARED_MEMORANDUM: 'Two names link the same memorandum.',
    UNREADABLE_ROW: 'A row cannot be read, and is none of the agreements that are missing: it may be a new one.',
    RELABELLED_ROW:
      'A name without a memorandum vanished, and one new row has its model and SIGNED. It is not ended while this waits.',
  }),
);

export const ReviewStatusEnum = builder.enumType(
  'ReviewStatus',
  described('Whether a question still waits.', vocabulary.reviewStatuses, {
    OPEN: 'Waits for an operator.',
    DECIDED: 'An operator decided.',
    OBSOLETE: 'No longer arises from the lists.',
  }),
);

export const DecisionKindEnum = builder.enumType(
  'DecisionKind',
  described('What an operator decided.', vocabulary.decisionKinds, {
    SAME_AGENCY: 'Both names mean one agency.',
    DIFFERENT_AGENCIES: 'The names mean two agencies.',
    RENAMING: 'An agency goes by the name that the operator gave it.',
    SET_ASIDE: 'A row that cannot be read was seen: nobody is asked about it again.',
    RELEASE: 'A held list takes effect.',
    REJECTION: 'A held list stays out.',
    WITHDRAWAL: 'An accepted list never counted.',
    REDATING: 'A list was published at another time.',
    SPELLING: 'A printed text means something that is known.',
  }),
);

export const IssueCodeEnum = builder.enumType(
  'IssueCode',
  described('Why a cell could not be taken as printed, or what a person should look at.', vocabulary.issueCodes, {
    KIND_SWAPPED: 'The file’s name says one kind of list and its header the other; the header is believed.',
    CONTRADICTED_TIME: 'Something in the file or its name speaks against the time of publication that is believed.',
    UNKNOWN_COLUMN: 'The header has a column that no rule knows.',
    MISSING_VALUE: 'The cell is blank where a value is needed.',
    MISSING_RESULT: 'The cell holds a formula whose result was not saved with the file.',
    UNREADABLE_NAME:
      'The cell holds no name: the error of a formula, a truth value, a word for a name to come, or too much.',
    NEAR_SPELLING: 'The text is within two letters of one known spelling, which it was read as; the reason names it.',
    UNKNOWN_STATE: 'No state, district or territory is spelled so.',
    UNKNOWN_MODEL: 'No model is spelled so; the row is put aside.',
    UNKNOWN_TYPE: 'No type of agency is spelled so.',
    UNKNOWN_COUNTY: 'The place has no county of this name.',
    UNREADABLE_DATE: 'The cell holds no date that can be read.',
    IMPLAUSIBLE_DATE: 'The date is outside the years in which agreements were signed.',
    UNLIKELY_DATE:
      'The agreement cannot have been signed on that day; the reason says which day is likely. It stays as printed.',
    UNREADABLE_LINK: 'The link leads nowhere.',
    REPEATED_AGREEMENT: 'The list prints one agreement twice; both rows hang on it.',
  }),
);

export const OrderDirectionEnum = builder.enumType(
  'OrderDirection',
  described('Which end of an order comes first.', ['ASC', 'DESC'], {
    ASC: 'Smallest, earliest or first in the alphabet comes first.',
    DESC: 'Largest, latest or last in the alphabet comes first.',
  }),
);

export const AgencyOrderFieldEnum = builder.enumType(
  'AgencyOrderField',
  described('What agencies are ordered by.', agencyOrderFields, {
    NAME: 'By name, compared character by character.',
    FIRST_LISTED_AT: 'By the publication of the first list that shows them.',
    RELEVANCE: 'By how far the name is from the text of the filter, which it needs: ASC has the best match first.',
    AGREEMENTS: 'By how many agreements they have in force; equal ones by name.',
    NEWEST_AGREEMENT:
      'By the publication of the first list that shows their newest agreement in force; without one they stand last in both directions.',
  }),
);

export const AgreementOrderFieldEnum = builder.enumType(
  'AgreementOrderField',
  described('What agreements are ordered by.', agreementOrderFields, {
    SIGNED_ON: 'By the day of signing; without one they stand last in both directions.',
    FIRST_LISTED_AT:
      'By the publication of the first list that shows them as signed; others stand last in both directions.',
    LAST_LISTED_AT:
      'By the publication of the last list that shows them as signed, the newest while they are listed; others stand last in both directions.',
    ENDED_ON: 'By the day on which they ended; without one they stand last in both directions.',
    AGENCY_NAME: 'By the name of the agency, compared character by character.',
    STATE: 'By the code of the state, then by the name of the agency.',
  }),
);
