/** A participating list: what it adds, restores, corrects and re-signs, and what is no longer on it. */
import type { Model } from '../../../../schema/enums.ts';
import type { EventChange } from '../../../../schema/tables/events.ts';
import { plausibleSignedOn } from '../../../intake/row/plausible-signed-on.ts';
import type { AgreementState, LedgerRow } from '../place-state.ts';
import type { Attached } from './attach-rows.ts';
import { closeListing, type Draft, isListed, latestOf, openListing, putAgreement, record } from './draft.ts';
import { judgeSigned } from './judge-signed.ts';
import type { Shield } from './shield.ts';

/** What the rows of one agency and model say together. */
interface Printed {
  signedOn: string | null;
  signedPrinted: string | null;
  memorandumUrl: string | null;
  addendumUrls: readonly string[];
}

export function listParticipating(draft: Draft, { rows, doubtful, asked }: Attached, isShielded: Shield): void {
  for (const [key, own] of rows) {
    for (const [model, same] of byModel(own)) {
      list(draft, key, model, readTogether(same, draft.list.publishedAt), doubtful.has(key));
    }
  }
  for (const [key, agency] of draft.agencies) {
    const models = new Set(rows.get(key)?.map((row) => row.model));
    for (const agreement of agency.agreements) {
      const isMissing = isListed(agreement, 'PARTICIPATING') && !models.has(agreement.model);
      if (isMissing && !isShielded(key, agreement)) {
        unlist(draft, key, agreement, asked.has(`${key}\n${agreement.model}`));
      }
    }
  }
}

/** The rows of one agency by model. */
export function byModel(rows: readonly LedgerRow[]): Map<Model, LedgerRow[]> {
  const groups = new Map<Model, LedgerRow[]>();
  for (const row of rows) groups.set(row.model, [...(groups.get(row.model) ?? []), row]);
  return groups;
}

/** One key twice on a sheet is one agreement with the later SIGNED. */
export function readTogether(rows: readonly LedgerRow[], publishedAt: string): Printed {
  const read = rows.map((row) => ({ ...row, signedOn: plausibleSignedOn(row.signedOn, publishedAt) }));
  const text = (value: string | null): string => value ?? '';
  read.sort(
    (a, b) =>
      text(b.signedOn).localeCompare(text(a.signedOn)) ||
      Number(b.memorandumUrl !== null) - Number(a.memorandumUrl !== null) ||
      text(a.memorandumUrl).localeCompare(text(b.memorandumUrl)),
  );
  const [first] = read;
  return {
    signedOn: first?.signedOn ?? null,
    signedPrinted: first?.signedPrinted ?? null,
    memorandumUrl: read.find((row) => row.memorandumUrl !== null)?.memorandumUrl ?? null,
    addendumUrls: [...new Set(read.flatMap((row) => row.addendumUrl ?? []))].sort(),
  };
}

function list(draft: Draft, key: string, model: Model, printed: Printed, provisional: boolean): void {
  const agency = draft.agencies.get(key);
  const before = agency ? latestOf(agency, model) : null;
  if (before === null || before.firstListedAt === null) {
    add(draft, key, printed, before ?? newAgreement(model, 1, null), provisional);
    return;
  }
  const verdict = judgeSigned(before, printed);
  if (verdict.kind === 'RE_SIGNED') {
    add(draft, key, printed, newAgreement(model, before.ordinal + 1, before.ordinal), provisional);
    return;
  }
  const returned = before.status !== 'ACTIVE';
  const after = {
    ...listed(draft, before, printed),
    signedOn: printed.signedOn ?? before.signedOn,
    signedPrinted: printed.signedOn === null ? before.signedPrinted : printed.signedPrinted,
  };
  putAgreement(draft, key, after);
  if (returned) record(draft, 'AGREEMENT_RESTORED', key, after, { provisional });
  recordCorrections(draft, key, before, after, verdict.kind === 'CORRECTED' ? verdict.rule : '');
  recordPosted(draft, key, before, after);
}

/** The agreement as it stands on this list, whatever it was before. */
function listed(draft: Draft, before: AgreementState, printed: Printed): AgreementState {
  return {
    ...before,
    status: 'ACTIVE',
    lastListedAt: null,
    unlistedAt: null,
    endedOn: null,
    pendingUnlistedAt: null,
    listsWithout: 0,
    isAsked: false,
    memorandumUrl: printed.memorandumUrl ?? before.memorandumUrl,
    addendumUrls: [...new Set([...before.addendumUrls, ...printed.addendumUrls])],
    listings: openListing(before.listings, draft.list),
  };
}

/** Seen as signed for the first time: new, pending until now, or a new signature that takes another's place. */
function add(draft: Draft, key: string, printed: Printed, unsigned: AgreementState, provisional: boolean): void {
  const agreement: AgreementState = {
    ...listed(draft, unsigned, printed),
    signedOn: printed.signedOn,
    signedPrinted: printed.signedPrinted,
    firstListedAt: draft.list.publishedAt,
    firstListedIsLowerBound: draft.list.history.PARTICIPATING.length === 1,
  };
  if (agreement.supersedes !== null) retire(draft, key, agreement.model, agreement.supersedes, agreement.ordinal);
  putAgreement(draft, key, agreement);
  record(draft, 'AGREEMENT_ADDED', key, agreement, { provisional });
}

function retire(draft: Draft, key: string, model: Model, ordinal: number, successor: number): void {
  const before = draft.agencies.get(key)?.agreements.find((each) => each.model === model && each.ordinal === ordinal);
  if (!before) return;
  const wasListed = isListed(before, 'PARTICIPATING');
  const after: AgreementState = {
    ...before,
    status: 'SUPERSEDED',
    isAsked: false,
    lastListedAt: wasListed ? lastListBefore(draft) : before.lastListedAt,
    unlistedAt: wasListed ? draft.list.publishedAt : before.unlistedAt,
    listsWithout: 0,
    listings: closeListing(before.listings, draft.list),
  };
  putAgreement(draft, key, after);
  record(draft, 'AGREEMENT_SUPERSEDED', key, after, { successor });
}

export const newAgreement = (model: Model, ordinal: number, supersedes: number | null): AgreementState => ({
  model,
  ordinal,
  status: 'PENDING',
  signedOn: null,
  signedPrinted: null,
  signedUnlikely: false,
  firstListedAt: null,
  firstListedIsLowerBound: false,
  lastListedAt: null,
  unlistedAt: null,
  endedOn: null,
  pendingFirstListedAt: null,
  pendingUnlistedAt: null,
  listsWithout: 0,
  isAsked: false,
  memorandumUrl: null,
  addendumUrls: [],
  supersedes,
  listings: [],
});

function recordCorrections(
  draft: Draft,
  key: string,
  before: AgreementState,
  after: AgreementState,
  rule: string,
): void {
  const changes: EventChange[] = [];
  if (before.signedOn !== after.signedOn) {
    changes.push({ field: 'signedOn', before: before.signedOn, after: after.signedOn, rule });
  }
  if (before.memorandumUrl !== null && before.memorandumUrl !== after.memorandumUrl) {
    const { memorandumUrl } = before;
    changes.push({
      field: 'memorandum',
      before: memorandumUrl,
      after: after.memorandumUrl,
      rule: 'MEMORANDUM_REPLACED',
    });
  }
  if (changes.length > 0) record(draft, 'AGREEMENT_CORRECTED', key, after, { changes });
}

function recordPosted(draft: Draft, key: string, before: AgreementState, after: AgreementState): void {
  if (before.memorandumUrl === null && after.memorandumUrl !== null) {
    record(draft, 'MEMORANDUM_POSTED', key, after, { url: after.memorandumUrl });
  }
  for (const url of after.addendumUrls) {
    if (!before.addendumUrls.includes(url)) record(draft, 'ADDENDUM_POSTED', key, after, { url });
  }
}

/** Off the list. Uncertain until it is confirmed: agencies come back, some after one list, one after six weeks. */
function unlist(draft: Draft, key: string, before: AgreementState, isAsked: boolean): void {
  const after: AgreementState = {
    ...before,
    status: 'UNLISTED',
    lastListedAt: lastListBefore(draft),
    unlistedAt: draft.list.publishedAt,
    listsWithout: 0,
    isAsked,
    listings: closeListing(before.listings, draft.list),
  };
  putAgreement(draft, key, after);
  record(draft, 'AGREEMENT_UNLISTED', key, after, { provisional: true });
}

const lastListBefore = (draft: Draft): string | null => draft.list.history.PARTICIPATING.at(-2) ?? null;
