/**
 * The ledger as a function: what one accepted list makes of a place. No database, no clock, no logging; the tables
 * of cases in the tests are its specification. Folding it over all lists in publication order is the ledger.
 */
import { models } from '../../../schema/enums.ts';
import { attachRows, knownAgency } from './lists/attach-rows.ts';
import { openDraft } from './lists/draft.ts';
import { confirmLeaving } from './lists/leaving.ts';
import { listParticipating } from './lists/list-participating.ts';
import { listPending } from './lists/list-pending.ts';
import { shieldOf } from './lists/shield.ts';
import type { IdentityLinks } from './names/identity-links.ts';
import type { Change, PlaceList, PlaceState, Step } from './place-state.ts';

/**
 * Applies one list to a place. The state given may leave out agencies that the list does not touch: those with equal
 * rows on this list and the one before it of its kind, no SIGNED plausible on only one of them, no memorandum shared with
 * a changed row, no other name that lists print, nothing that is missing (waiting to be confirmed, or behind rows that
 * cannot be read), and on a pending list no agreement that is over. The outcome for the rest is the same.
 */
export function derive(state: PlaceState, list: PlaceList, links: IdentityLinks): Step {
  const draft = openDraft(state, list);
  const attached = attachRows(draft, links);
  const isShielded = shieldOf(list.unreadable, (nameKey) => knownAgency(draft, links, nameKey), list.publishedAt);
  if (list.kind === 'PARTICIPATING') listParticipating(draft, attached, isShielded);
  else listPending(draft, attached, isShielded);
  confirmLeaving(draft, isShielded);
  return {
    state: { agencies: draft.agencies, names: draft.names },
    changes: draft.changes.sort(byAgencyAndModel),
    moves: draft.moves,
    questions: attached.questions,
  };
}

/** Stable, so that the changes of one agreement keep the order in which they happened. */
function byAgencyAndModel(left: Change, right: Change): number {
  if (left.agency !== right.agency) return left.agency < right.agency ? -1 : 1;
  const rank = ({ model }: Change): number => (model === null ? -1 : models.indexOf(model));
  return rank(left) - rank(right);
}
