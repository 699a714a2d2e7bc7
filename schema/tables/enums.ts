/** The PostgreSQL enums, made from the vocabularies in `schema/enums.ts`. */
import { pgEnum } from 'drizzle-orm/pg-core';
import * as vocabulary from '../enums.ts';

export const modelEnum = pgEnum('model', vocabulary.models);
export const agencyTypeEnum = pgEnum('agency_type', vocabulary.agencyTypes);
export const agreementStatusEnum = pgEnum('agreement_status', vocabulary.agreementStatuses);
export const snapshotKindEnum = pgEnum('snapshot_kind', vocabulary.snapshotKinds);
export const snapshotStatusEnum = pgEnum('snapshot_status', vocabulary.snapshotStatuses);
export const publishedAtBasisEnum = pgEnum('published_at_basis', vocabulary.publishedAtBases);
export const originEnum = pgEnum('origin', vocabulary.origins);
export const eventKindEnum = pgEnum('event_kind', vocabulary.eventKinds);
export const causeKindEnum = pgEnum('cause_kind', vocabulary.causeKinds);
export const reviewKindEnum = pgEnum('review_kind', vocabulary.reviewKinds);
export const reviewStatusEnum = pgEnum('review_status', vocabulary.reviewStatuses);
export const decisionKindEnum = pgEnum('decision_kind', vocabulary.decisionKinds);
export const spellingSubjectEnum = pgEnum('spelling_subject', vocabulary.spellingSubjects);
export const keyRoleEnum = pgEnum('key_role', vocabulary.keyRoles);
export const issueCodeEnum = pgEnum('issue_code', vocabulary.issueCodes);
export const timelineBasisEnum = pgEnum('timeline_basis', vocabulary.timelineBases);
