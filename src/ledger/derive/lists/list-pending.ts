/** A pending list: what waits to be signed, and what no longer does. It never ends anything that was signed. */

import type { AgreementState } from '../place-state.ts';
import type { Attached } from './attach-rows.ts';
import { closeListing, type Draft, isListed, latestOf, openListing, putAgreement, record } from './draft.ts';
import { byModel, newAgreement, readTogether } from './list-participating.ts';
import type { Shield } from './shield.ts';

export function listPending(draft: Draft, { rows, doubtful }: Attached, isShielded: Shield): void {
  for (const [key, own] of rows) {
    for (const [model, same] of byModel(own)) {
      const agency = draft.agencies.get(key);
      const latest = agency ? latestOf(agency, model) : null;
      const { memorandumUrl } = readTogether(same, draft.list.publishedAt);
      awaitSignature(draft, key, waiting(latest, model), memorandumUrl, doubtful.has(key));
    }
  }
  for (const [key, agency] of draft.agencies) {
    const models = new Set(rows.get(key)?.map((row) => row.model));
    for (const agreement of agency.agreements) {
      const isMissing = isListed(agreement, 'PENDING') && !models.has(agreement.model);
      if (isMissing && !isShielded(key, agreement)) leave(draft, key, agreement);
    }
  }
}

/** The agreement that a pending row means: the current one, or the next where the last has ended. */
function waiting(latest: AgreementState | null, model: AgreementState['model']): AgreementState {
  if (latest === null) return newAgreement(model, 1, null);
  return isOver(latest) ? newAgreement(model, latest.ordinal + 1, latest.ordinal) : latest;
}

/** A row that means it from then on means the next one. */
export const isOver = ({ status }: Pick<AgreementState, 'status'>): boolean =>
  status === 'ENDED' || status === 'SUPERSEDED';

function awaitSignature(
  draft: Draft,
  key: string,
  before: AgreementState,
  memorandumUrl: string | null,
  provisional: boolean,
): void {
  const listings = openListing(before.listings, draft.list);
  // Signed already: the row is kept with it and changes nothing.
  if (before.firstListedAt !== null) {
    putAgreement(draft, key, { ...before, listings });
    return;
  }
  const isNew = before.pendingFirstListedAt === null || before.status === 'WITHDRAWN';
  const after: AgreementState = {
    ...before,
    status: 'PENDING',
    listings,
    pendingFirstListedAt: before.pendingFirstListedAt ?? draft.list.publishedAt,
    pendingUnlistedAt: null,
    listsWithout: 0,
    memorandumUrl: memorandumUrl ?? before.memorandumUrl,
  };
  putAgreement(draft, key, after);
  if (isNew) record(draft, 'PENDING_ADDED', key, after, { provisional });
}

function leave(draft: Draft, key: string, before: AgreementState): void {
  const pendingUnlistedAt = before.status === 'PENDING' ? draft.list.publishedAt : before.pendingUnlistedAt;
  const listsWithout = before.status === 'PENDING' ? 0 : before.listsWithout;
  putAgreement(draft, key, {
    ...before,
    ...{ pendingUnlistedAt, listsWithout, listings: closeListing(before.listings, draft.list) },
  });
}
