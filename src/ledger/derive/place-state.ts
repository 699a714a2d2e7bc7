/**
 * What the ledger holds of one place, and what a list says of it: the input and output of `derive`. Every rule of
 * identity and time stays inside one place, so the ledger is derived place by place. Shapes only, and how to copy
 * them. Instants are ISO 8601 in UTC with milliseconds, so that they compare as text; days are `YYYY-MM-DD`.
 */
import type { AgencyType, AgreementStatus, EventKind, Model, ReviewKind, SnapshotKind } from '../../../schema/enums.ts';
import type { EventChange } from '../../../schema/tables/events.ts';
import type { ReviewEvidence } from '../../../schema/tables/reviews.ts';

/** A row that names an agency and a model, on the list it stands on. */
export interface LedgerRow {
  nameKey: string;
  agencyName: string;
  model: Model;
  agencyType: AgencyType | null;
  typePrinted: string | null;
  countyFips: string | null;
  /** As read; a year beyond the list's next is judged by `derive`. */
  signedOn: string | null;
  signedPrinted: string | null;
  memorandumUrl: string | null;
  addendumUrl: string | null;
}

/** A row whose state, agency or model cannot be read: it may be any agreement that agrees in the rest. */
export interface UnreadableRow {
  placeCode: string | null;
  nameKey: string | null;
  model: Model | null;
  signedOn: string | null;
  memorandumUrl: string | null;
}

/** One accepted list, cut down to one place. */
export interface PlaceList {
  kind: SnapshotKind;
  publishedAt: string;
  /** Publication of every accepted list up to and including this one, by kind, ascending. */
  history: Readonly<Record<SnapshotKind, readonly string[]>>;
  /** In the order of the sheet. */
  rows: readonly LedgerRow[];
  /** Of this place, and those of no readable state, which may be of this one. */
  unreadable: readonly UnreadableRow[];
}

/** An unbroken stretch on the lists of one kind. */
export interface Listing {
  kind: SnapshotKind;
  listedAt: string;
  unlistedAt: string | null;
}

export interface AgreementState {
  model: Model;
  ordinal: number;
  status: AgreementStatus;
  signedOn: string | null;
  signedPrinted: string | null;
  /** Nobody can have signed it on that day. */
  signedUnlikely: boolean;
  firstListedAt: string | null;
  firstListedIsLowerBound: boolean;
  lastListedAt: string | null;
  unlistedAt: string | null;
  endedOn: string | null;
  pendingFirstListedAt: string | null;
  pendingUnlistedAt: string | null;
  /** Lists of its kind that lacked it since it was last listed, while that is to be confirmed; else 0. */
  listsWithout: number;
  /** A person is asked whether a new row is this one, which left the list: until then it does not end. */
  isAsked: boolean;
  memorandumUrl: string | null;
  addendumUrls: readonly string[];
  /** Ordinal of the agreement that this one took the place of. */
  supersedes: number | null;
  listings: readonly Listing[];
}

export interface AgencyState {
  /** The canonical name that gave the agency its identity; never changes. */
  key: string;
  /** By the lists. */
  name: string;
  /** The canonical form of `name`. */
  nameKey: string;
  /** What an operator calls it, which is shown in the place of `name`; null: nobody renamed it. */
  chosenName: string | null;
  /** Another canonical form that participating lists print instead; null: they print this one, or several. */
  respeltKey: string | null;
  /** The first of these lists, and how many there are. */
  respeltSince: string | null;
  respeltLists: number;
  type: AgencyType | null;
  typePrinted: string | null;
  countyFips: string | null;
  firstListedAt: string;
  /** Of one model in the order of their ordinals. */
  agreements: readonly AgreementState[];
}

/** A canonical name that means an agency, and the first list that printed it. */
export interface NameState {
  agency: string;
  firstListedAt: string;
}

export interface PlaceState {
  /** By agency key. */
  agencies: Map<string, AgencyState>;
  /** By canonical name. */
  names: Map<string, NameState>;
}

/** What a list changed: an event before it has a cause, an id and a number. */
export interface Change {
  kind: EventKind;
  agency: string;
  model: Model | null;
  ordinal: number | null;
  provisional: boolean;
  occurredAt: string;
  changes?: EventChange[];
  url?: string;
  /** AGREEMENT_SUPERSEDED: the ordinal that takes its place. */
  successor?: number;
  /** AGENCY_MERGED: the agency that answers from now on. */
  survivor?: { key: string; name: string };
  /** As it stood then, for the record. */
  recorded: { agencyName: string; agencyType: AgencyType | null; countyFips: string | null; signedOn: string | null };
}

/** A question that a transition raised: are these two canonical names one agency? */
export interface Question {
  kind: ReviewKind;
  leftKey: string;
  rightKey: string;
  evidence: ReviewEvidence;
}

/** An agreement that a merger took to another agency; null: into an agreement that was there. */
export interface AgreementMove {
  from: { agency: string; model: Model; ordinal: number };
  to: { agency: string; model: Model; ordinal: number } | null;
}

/** The outcome of one list for one place. */
export interface Step {
  state: PlaceState;
  changes: Change[];
  moves: AgreementMove[];
  questions: Question[];
}

export const emptyPlace = (): PlaceState => ({ agencies: new Map(), names: new Map() });
