/** A place while one list is applied to it: copies on the first write, so that the state given in stays as it was. */
import { type EventKind, models } from '../../../../schema/enums.ts';
import { newYorkDay } from '../../../intake/new-york.ts';
import { isImpossible, oneYearLater } from '../../../intake/row/unlikely-signed-on.ts';
import { wordsOf } from '../names/name-similarity.ts';
import type {
  AgencyState,
  AgreementMove,
  AgreementState,
  Change,
  Listing,
  PlaceList,
  PlaceState,
} from '../place-state.ts';

export interface Draft {
  readonly list: PlaceList;
  readonly agencies: Map<string, AgencyState>;
  readonly names: PlaceState['names'];
  /** Names by their words, whatever the order; made when first asked for. */
  words: Map<string, string[]> | null;
  readonly changes: Change[];
  readonly moves: AgreementMove[];
}

export const openDraft = (state: PlaceState, list: PlaceList): Draft => ({
  list,
  agencies: new Map(state.agencies),
  names: new Map(state.names),
  words: null,
  changes: [],
  moves: [],
});

/** The agency with this key. Throws where the caller's key is not one of the draft's: a bug, never data. */
export function agencyOf(draft: Draft, key: string): AgencyState {
  const agency = draft.agencies.get(key);
  if (!agency) throw new Error(`no agency ${key} in this place`);
  return agency;
}

export const shownName = ({ name, chosenName }: AgencyState): string => chosenName ?? name;

/** The agency answers to one more name. */
export function learnName(draft: Draft, nameKey: string, agency: string): void {
  draft.names.set(nameKey, { agency, firstListedAt: draft.list.publishedAt });
  if (draft.words !== null) addWords(draft.words, nameKey);
}

/** Names that have the same words in another order. */
export function namesOfWords(draft: Draft, nameKey: string): readonly string[] {
  if (draft.words === null) {
    draft.words = new Map();
    for (const name of draft.names.keys()) addWords(draft.words, name);
  }
  return draft.words.get(wordsOf(nameKey)) ?? [];
}

function addWords(words: Map<string, string[]>, nameKey: string): void {
  const key = wordsOf(nameKey);
  const same = words.get(key);
  if (same === undefined) words.set(key, [nameKey]);
  else same.push(nameKey);
}

/** The agreement of the highest ordinal under a model: the only one that can be current. */
export const latestOf = (agency: AgencyState, model: AgreementState['model']): AgreementState | null =>
  agency.agreements.findLast((agreement) => agreement.model === model) ?? null;

/** Writes an agreement into its agency, in the place of its former self or after the others. */
export function putAgreement(draft: Draft, key: string, agreement: AgreementState): void {
  const agency = agencyOf(draft, key);
  const others = agency.agreements.filter(
    ({ model, ordinal }) => model !== agreement.model || ordinal !== agreement.ordinal,
  );
  const agreements = [...others, { ...agreement, signedUnlikely: isUnlikely(agreement) }].sort(
    (a, b) => models.indexOf(a.model) - models.indexOf(b.model) || a.ordinal - b.ordinal,
  );
  draft.agencies.set(key, { ...agency, agreements });
}

/** The day of the first list says nothing of an agreement that may have been listed before. */
function isUnlikely({ model, signedOn, firstListedAt, firstListedIsLowerBound }: AgreementState): boolean {
  if (signedOn === null) return false;
  const firstListedOn = firstListedAt === null || firstListedIsLowerBound ? null : newYorkDay(firstListedAt);
  return isImpossible(model, signedOn) || (firstListedOn !== null && oneYearLater(signedOn, firstListedOn) !== null);
}

/** Records a change of an agency or of one of its agreements, with what stands now for the record. */
export function record(
  draft: Draft,
  kind: EventKind,
  key: string,
  agreement: AgreementState | null,
  more: Partial<Pick<Change, 'provisional' | 'changes' | 'url' | 'successor' | 'survivor'>> = {},
): void {
  const agency = agencyOf(draft, key);
  draft.changes.push({
    kind,
    agency: key,
    model: agreement?.model ?? null,
    ordinal: agreement?.ordinal ?? null,
    provisional: false,
    occurredAt: draft.list.publishedAt,
    recorded: {
      agencyName: shownName(agency),
      agencyType: agency.type,
      countyFips: agency.countyFips,
      signedOn: agreement?.signedOn ?? null,
    },
    ...more,
  });
}

/** Begins a stretch on the list, or goes on with one that ended at the same instant. */
export function openListing(listings: readonly Listing[], list: PlaceList): readonly Listing[] {
  if (listings.some(({ kind, unlistedAt }) => kind === list.kind && unlistedAt === null)) return listings;
  const joined = listings.find(({ kind, unlistedAt }) => kind === list.kind && unlistedAt === list.publishedAt);
  const rest = listings.filter((listing) => listing !== joined);
  return [...rest, { kind: list.kind, listedAt: joined?.listedAt ?? list.publishedAt, unlistedAt: null }];
}

/**
 * Ends the open stretch. One that began at the same instant is kept without a length: the first of two lists of one
 * instant showed the agreement, and from then on its absence waits to be confirmed.
 */
export function closeListing(listings: readonly Listing[], list: PlaceList): readonly Listing[] {
  return listings.map((listing) =>
    listing.kind === list.kind && listing.unlistedAt === null ? { ...listing, unlistedAt: list.publishedAt } : listing,
  );
}

/** Stretches of several agreements as those of one: what overlaps or touches is one stretch. */
export function joinListings(listings: readonly Listing[]): Listing[] {
  const joined: Listing[] = [];
  for (const listing of [...listings].sort((a, b) => (a.listedAt < b.listedAt ? -1 : 1))) {
    const before = joined.findLast(({ kind }) => kind === listing.kind);
    if (before === undefined || (before.unlistedAt !== null && before.unlistedAt < listing.listedAt)) {
      joined.push(listing);
      continue;
    }
    const isOpen = before.unlistedAt === null || listing.unlistedAt === null;
    const later = (before.unlistedAt ?? '') > (listing.unlistedAt ?? '') ? before.unlistedAt : listing.unlistedAt;
    joined[joined.indexOf(before)] = { ...before, unlistedAt: isOpen ? null : later };
  }
  return joined;
}

export const isListed = ({ listings }: AgreementState, kind: PlaceList['kind']): boolean =>
  listings.some((listing) => listing.kind === kind && listing.unlistedAt === null);
