/** Which agency each row of a list means: names known, names linked, names paired with one that vanished, new ones. */
import { agencyTypes } from '../../../../schema/enums.ts';
import { daysPassed } from '../days.ts';
import type { IdentityLinks } from '../names/identity-links.ts';
import { type Pairing, pairNames, type Vanished } from '../names/pair-names.ts';
import type { AgencyState, AgreementState, LedgerRow, Question } from '../place-state.ts';
import {
  agencyOf,
  type Draft,
  isListed,
  joinListings,
  latestOf,
  learnName,
  namesOfWords,
  putAgreement,
  record,
  shownName,
} from './draft.ts';

export interface Attached {
  /** Rows by agency key; those of one name in the order of the sheet. */
  rows: Map<string, LedgerRow[]>;
  questions: Question[];
  /** Agencies of this list that a person is asked about: what they add is provisional. */
  doubtful: ReadonlySet<string>;
  /** Agreements off this list of which a person is asked whether a new row is them, as `key\nmodel`. */
  asked: ReadonlySet<string>;
}

/** Gives every row its agency, founding those that are new, and brings names, types and counties up to date. */
export function attachRows(draft: Draft, links: IdentityLinks): Attached {
  const newRows = draft.list.rows.filter(({ nameKey }) => isNew(draft, knownAgency(draft, links, nameKey)));
  const pairing = newRows.length > 0 ? pair(draft, links, newRows) : noPairing;
  const rows = new Map<string, LedgerRow[]>();
  const byName = [...draft.list.rows].sort((a, b) => compare(a.nameKey, b.nameKey));
  for (const row of byName) attach(draft, links, row, pairing);
  // Only now: a later row may have shown that the agency of an earlier one is another.
  for (const row of byName) {
    const key = draft.names.get(row.nameKey)?.agency ?? row.nameKey;
    rows.set(key, [...(rows.get(key) ?? []), row]);
  }
  nameByOperator(draft, links);
  for (const [key, own] of rows) {
    followName(draft, key, own);
    describe(draft, key, own);
  }
  const asked = new Set(pairing.questions.flatMap(({ leftKey, rightKey }) => [leftKey, rightKey]));
  const doubtful = new Set(newRows.filter(({ nameKey }) => asked.has(nameKey)).map(({ nameKey }) => nameKey));
  return { rows, questions: pairing.questions, doubtful, asked: pairing.asked };
}

const noPairing: Pairing = { pairs: new Map(), questions: [], asked: new Set() };

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/**
 * A name may be paired while its agency has not been on a list of this kind: a name that was only ever pending can
 * turn out to be the new spelling of an agency that signed.
 */
function isNew(draft: Draft, key: string | null): boolean {
  if (key === null) return true;
  if (draft.list.kind === 'PENDING') return false;
  return agencyOf(draft, key).agreements.every(({ firstListedAt }) => firstListedAt === null);
}

/**
 * Key of the agency that a canonical name means, itself, by a link, or by the same words in another order; null: of none
 * that is known.
 */
export function knownAgency(draft: Draft, links: IdentityLinks, nameKey: string): string | null {
  const known = draft.names.get(nameKey);
  if (known) return known.agency;
  const linked = links.group(nameKey).find((name) => draft.names.has(name));
  const same = linked ?? [...namesOfWords(draft, nameKey)].sort().find((name) => !links.apart(name, nameKey));
  return same === undefined ? null : (draft.names.get(same)?.agency ?? null);
}

function pair(draft: Draft, links: IdentityLinks, newRows: readonly LedgerRow[]): Pairing {
  const listed = new Set<string>();
  const printed = new Set<string>();
  const holders = new Map<string, Set<string>>();
  const hold = (url: string | null, holder: string): void => {
    if (url !== null) holders.set(url, (holders.get(url) ?? new Set()).add(holder));
  };
  for (const row of draft.list.rows) {
    const key = knownAgency(draft, links, row.nameKey) ?? row.nameKey;
    listed.add(`${key}\n${row.model}`);
    printed.add(key);
    hold(row.memorandumUrl, key);
  }
  const vanished: Vanished[] = [];
  for (const agency of draft.agencies.values()) {
    for (const agreement of agency.agreements) {
      if (!isListed(agreement, draft.list.kind)) continue;
      hold(agreement.memorandumUrl, agency.key);
      if (!listed.has(`${agency.key}\n${agreement.model}`)) {
        const { model, signedOn, memorandumUrl } = agreement;
        const { key, name, nameKey, countyFips } = agency;
        const nameKeys = [...draft.names].flatMap(([known, { agency: owner }]) => (owner === key ? [known] : []));
        const stillListed = printed.has(key);
        vanished.push({
          ...{ agency: key, name, nameKey, nameKeys, stillListed },
          ...{ model, signedOn, countyFips, memorandumUrl },
        });
      }
    }
  }
  return pairNames(vanished, newRows, draft.list, links, holders);
}

/** Founds the agency of a row, or learns its name. */
function attach(draft: Draft, links: IdentityLinks, row: LedgerRow, { pairs }: Pairing): void {
  const firstListedAt = draft.list.publishedAt;
  const known = knownAgency(draft, links, row.nameKey);
  const paired = pairs.get(row.nameKey);
  const key = paired ?? known ?? links.survivor(row.nameKey) ?? row.nameKey;
  if (!draft.agencies.has(key)) draft.agencies.set(key, found(key, row, firstListedAt));
  else if (known !== null && known !== key) merge(draft, known, key);
  if (!draft.names.has(row.nameKey)) {
    learnName(draft, row.nameKey, key);
    // The name that a person chose, printed for the first time.
    if (row.nameKey === key && links.chosen(key)) rename(draft, key, row.agencyName, row.nameKey, 'CHOSEN_NAME');
  }
}

const found = (key: string, row: LedgerRow, firstListedAt: string): AgencyState => ({
  key,
  name: row.agencyName,
  nameKey: row.nameKey,
  chosenName: null,
  ...sameName,
  type: null,
  typePrinted: null,
  countyFips: null,
  firstListedAt,
  agreements: [],
});

const sameName = { respeltKey: null, respeltSince: null, respeltLists: 0 } as const;

const RENAMED_LISTS = 3;
const RENAMED_DAYS = 7;

/**
 * The name follows the lists: once participating lists print another canonical form of it for three lists and seven
 * days, and no other beside it. Spellings flap within days; a list without the agency says nothing of its name.
 */
function followName(draft: Draft, key: string, rows: readonly LedgerRow[]): void {
  const { kind, publishedAt } = draft.list;
  if (kind === 'PENDING') return;
  const agency = agencyOf(draft, key);
  const [form = agency.nameKey, ...others] = new Set(rows.map(({ nameKey }) => nameKey));
  if (form === agency.nameKey || others.length > 0) {
    if (agency.respeltKey !== null) draft.agencies.set(key, { ...agency, ...sameName });
    return;
  }
  const isFirst = agency.respeltKey !== form;
  const since = isFirst ? publishedAt : (agency.respeltSince ?? publishedAt);
  const lists = isFirst ? 1 : agency.respeltLists + 1;
  const [name = agency.name] = rows.map(({ agencyName }) => agencyName).sort();
  const isLong = lists >= RENAMED_LISTS && daysPassed(since, publishedAt, RENAMED_DAYS);
  if (isLong) rename(draft, key, name, form, 'PRINTED_BY_LISTS');
  else draft.agencies.set(key, { ...agency, respeltKey: form, respeltSince: since, respeltLists: lists });
}

/** The agency goes by this name from now on. Unheard of before this list, it always did. */
function rename(draft: Draft, key: string, name: string, nameKey: string, rule: string): void {
  const agency = agencyOf(draft, key);
  if (agency.nameKey === nameKey) return;
  draft.agencies.set(key, { ...agency, ...sameName, name, nameKey });
  // Where an operator named it, nobody sees what lists call it.
  if (agency.firstListedAt === draft.list.publishedAt || agency.chosenName !== null) return;
  record(draft, 'AGENCY_RENAMED', key, null, {
    changes: [{ field: 'name', before: agency.name, after: name, rule }],
  });
}

/** An operator's name stands above what lists print, at every time. */
function nameByOperator(draft: Draft, links: IdentityLinks): void {
  for (const [nameKey, chosenName] of links.chosenNames) {
    const agency = draft.agencies.get(draft.names.get(nameKey)?.agency ?? '');
    if (agency && agency.chosenName !== chosenName) draft.agencies.set(agency.key, { ...agency, chosenName });
  }
}

/** An agency that was only ever pending turns out to be another: its names move, and what only it was waiting for. */
function merge(draft: Draft, key: string, survivorKey: string): void {
  const merged = agencyOf(draft, key);
  const survivor = agencyOf(draft, survivorKey);
  record(draft, 'AGENCY_MERGED', key, null, { survivor: { key: survivorKey, name: shownName(survivor) } });
  for (const [name, { agency, firstListedAt }] of draft.names) {
    if (agency === key) draft.names.set(name, { agency: survivorKey, firstListedAt });
  }
  draft.agencies.delete(key);
  for (const agreement of merged.agreements) {
    const own = latestOf(agencyOf(draft, survivorKey), agreement.model);
    const { model, ordinal } = agreement;
    draft.moves.push({
      from: { agency: key, model, ordinal },
      to: own === null ? { agency: survivorKey, model, ordinal } : null,
    });
    putAgreement(draft, survivorKey, own === null ? agreement : alsoWaited(own, agreement));
  }
}

/** The same agreement under both names: since when, and how long, it waited for a signature is the history of one. */
function alsoWaited(own: AgreementState, merged: AgreementState): AgreementState {
  const since = [own.pendingFirstListedAt, merged.pendingFirstListedAt].filter((at) => at !== null).sort();
  return {
    ...own,
    pendingFirstListedAt: since[0] ?? null,
    listings: joinListings([...own.listings, ...merged.listings]),
  };
}

/** Type and county as most rows of the newest list have them; a pending list says so only of who never signed. */
function describe(draft: Draft, key: string, rows: readonly LedgerRow[]): void {
  const agency = agencyOf(draft, key);
  const signed = agency.agreements.some(({ firstListedAt }) => firstListedAt !== null);
  if (draft.list.kind === 'PENDING' && signed) return;
  const type = mostFrequent(rows.map((row) => row.agencyType)) ?? agency.type;
  // The order of rows on a sheet means nothing.
  const [printed] = rows.flatMap((row) => (row.agencyType === type ? (row.typePrinted ?? []) : [])).sort();
  draft.agencies.set(key, {
    ...agency,
    type,
    typePrinted: printed ?? agency.typePrinted,
    countyFips: mostFrequent(rows.map((row) => row.countyFips)) ?? agency.countyFips,
  });
}

/** The most frequent value that is not null; of equals the first in the order of the vocabulary, else of the text. */
function mostFrequent<T extends string>(values: readonly (T | null)[]): T | null {
  const counts = new Map<T, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  const rank = (value: string): number => (agencyTypes as readonly string[]).indexOf(value);
  const ordered = [...counts].sort(([a, m], [b, n]) => n - m || rank(a) - rank(b) || compare(a, b));
  return ordered[0]?.[0] ?? null;
}
