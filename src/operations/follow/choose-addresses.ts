/**
 * Which addresses a round looks at: those that the settings name and the page links to, and those whose list did not
 * come while it did. A link that was seen once is asked for until it was answered.
 */
import type { SnapshotKind } from '../../../schema/enums.ts';
import type { Database } from '../../database/database.ts';
import { kindOf, type ListLink } from '../../follow/page-links.ts';
import type { FollowSettings } from './follow-settings.ts';
import { type Followed, readFollowed, readUnanswered, rememberLinks } from './follow-state.ts';

/** A page has two lists; some more while it is being changed. */
const MOST_LINKED = 8;

export interface ListAddress {
  address: string;
  kind: SnapshotKind | null;
  /** What is remembered of it. */
  entry: Followed | null;
  /** Whether the page links to it no longer. */
  isGone: boolean;
}

/** Remembers new links before any list is asked for, so that a round that is cut short loses none. */
export async function chooseAddresses(
  db: Database,
  { page, lists }: Pick<FollowSettings, 'page' | 'lists'>,
  links: readonly ListLink[],
  at: Date,
): Promise<ListAddress[]> {
  const given = lists.map((address) => ({ address, kind: kindOf(address) }));
  const linked = links.filter(({ address }) => !lists.includes(address));
  const known = await readFollowed(
    db,
    [...given, ...linked].map(({ address }) => address),
  );
  const remembered = ({ address, kind }: { address: string; kind: SnapshotKind | null }): ListAddress => {
    const entry = known.get(address) ?? null;
    return { address, kind: entry?.kind ?? kind, entry, isGone: false };
  };
  const isThere = new Set([...given, ...linked].map(({ address }) => address));
  const unanswered = (page === null ? [] : await readUnanswered(db, page, at, MOST_LINKED))
    .filter(({ address }) => !isThere.has(address))
    .map((entry): ListAddress => ({ address: entry.address, kind: entry.kind, entry, isGone: true }));
  const candidates = [...linked.map(remembered), ...unanswered];
  // Where there are more, each has its turn, and a new one has the first.
  const inTurn = new Set(candidates.toSorted((a, b) => lookedAt(a) - lookedAt(b)).slice(0, MOST_LINKED));
  const chosen = candidates.filter((candidate) => inTurn.has(candidate));
  if (page !== null) {
    const fresh = chosen.filter(({ entry }) => entry === null);
    await rememberLinks(db, page, fresh, at);
  }
  return [...given.map(remembered), ...chosen];
}

const lookedAt = ({ entry }: ListAddress): number =>
  entry === null || entry.outcome === 'LINK_FOUND' ? 0 : entry.checkedAt.getTime();
