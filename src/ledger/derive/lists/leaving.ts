/** When an absence is believed: never at once, never by silence, only by later lists that confirm it. */
import { newYorkDay } from '../../../intake/new-york.ts';
import { daysPassed } from '../days.ts';
import type { AgreementState } from '../place-state.ts';
import { type Draft, putAgreement, record } from './draft.ts';
import type { Shield } from './shield.ts';

const ENDED_DAYS = 7;
/** Lists beyond the first one without it; `listsWithout` counts that first one too. */
const ENDED_FURTHER_LISTS = 3;
const WITHDRAWN_DAYS = 14;
const WITHDRAWN_FURTHER_LISTS = 1;

/**
 * Confirms what has been absent long enough by the list that is being applied. A list that may show it in a row that
 * cannot be read neither confirms nor counts.
 */
export function confirmLeaving(draft: Draft, isShielded: Shield): void {
  for (const [key, agency] of draft.agencies) {
    for (const agreement of agency.agreements) {
      const mayEnd = draft.list.kind === 'PARTICIPATING' && agreement.status === 'UNLISTED';
      const mayDrop = agreement.status === 'PENDING' && agreement.pendingUnlistedAt !== null;
      if ((!mayEnd && !mayDrop) || isShielded(key, agreement)) continue;
      if (mayEnd) end(draft, key, agreement);
      else withdraw(draft, key, agreement);
    }
  }
}

/**
 * The first list at least 7 days after the first absence that is at least the third further list lacking it. Lists
 * are counted one by one, not by their instants: two may share one.
 */
function end(draft: Draft, key: string, before: AgreementState): void {
  const { unlistedAt, isAsked } = before;
  // A review item asks whether it stands on the list under another name; the answer derives the place again.
  if (isAsked) return;
  const listsWithout = before.listsWithout + 1;
  const isLong = unlistedAt !== null && daysPassed(unlistedAt, draft.list.publishedAt, ENDED_DAYS);
  if (!isLong || listsWithout <= ENDED_FURTHER_LISTS) {
    putAgreement(draft, key, { ...before, listsWithout });
    return;
  }
  const after: AgreementState = { ...before, status: 'ENDED', endedOn: newYorkDay(unlistedAt), listsWithout: 0 };
  putAgreement(draft, key, after);
  record(draft, 'AGREEMENT_ENDED', key, after);
}

/** 14 days off the pending list, with at least one later pending list, and not signed. */
function withdraw(draft: Draft, key: string, before: AgreementState): void {
  const { kind, publishedAt } = draft.list;
  const { pendingUnlistedAt } = before;
  const listsWithout = before.listsWithout + (kind === 'PENDING' ? 1 : 0);
  const isLong = pendingUnlistedAt !== null && daysPassed(pendingUnlistedAt, publishedAt, WITHDRAWN_DAYS);
  if (!isLong || listsWithout <= WITHDRAWN_FURTHER_LISTS) {
    if (listsWithout !== before.listsWithout) putAgreement(draft, key, { ...before, listsWithout });
    return;
  }
  const after: AgreementState = { ...before, status: 'WITHDRAWN', listsWithout: 0 };
  putAgreement(draft, key, after);
  record(draft, 'PENDING_DROPPED', key, after);
}
