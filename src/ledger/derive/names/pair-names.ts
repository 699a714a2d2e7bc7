/**
 * Renames inside one transition: an agency's row vanished and a row under a new name appeared. Where the evidence is
 * strong the new name is the same agency; where it is not, both stand and a person is asked. Never against all
 * history: a name that once left is evidence of nothing.
 */
import type { Model, ReviewKind } from '../../../../schema/enums.ts';
import type { LedgerRow, PlaceList, Question } from '../place-state.ts';
import type { IdentityLinks } from './identity-links.ts';
import { isLookAlike, nameSimilarity, wordContainment } from './name-similarity.ts';

/** An agreement that stood on the list before and is on this one no more. */
export interface Vanished {
  agency: string;
  /** The agency's name as the ledger has it, as printed and canonical; and every name that it answers to. */
  name: string;
  nameKey: string;
  nameKeys: readonly string[];
  model: Model;
  signedOn: string | null;
  countyFips: string | null;
  memorandumUrl: string | null;
  /** The list still prints one of its names, for another agreement. */
  stillListed: boolean;
}

export interface Pairing {
  /** New canonical name → agency key. */
  pairs: Map<string, string>;
  questions: Question[];
  /** Vanished agreements of RELABELLED_ROW, as `agency\nmodel`: they do not end while it waits. */
  asked: ReadonlySet<string>;
}

/** Agencies by the memoranda that hang on them, on this list and the one before. */
export type MemorandumHolders = ReadonlyMap<string, ReadonlySet<string>>;

interface Candidate {
  vanished: Vanished;
  row: LedgerRow;
  verdict: 'SAME' | ReviewKind;
  similarity: number;
}

const SAME_NAME = 0.9;
const SIMILAR_NAME = 0.8;

/**
 * Pairs new names with vanished agreements of the same place and model. `newRows` are rows whose name means no known
 * agency. Deterministic: the order of the inputs does not matter.
 */
export function pairNames(
  vanished: readonly Vanished[],
  newRows: readonly LedgerRow[],
  list: PlaceList,
  links: IdentityLinks,
  holders: MemorandumHolders,
): Pairing {
  const candidates = newRows.flatMap((row) =>
    vanished
      .filter(({ model, nameKeys }) => model === row.model && !nameKeys.some((key) => links.apart(key, row.nameKey)))
      .flatMap((each) => weigh(each, row, list, holders) ?? []),
  );
  const strong = candidates.filter(({ verdict }) => verdict === 'SAME');
  const pairs: Pairing['pairs'] = new Map();
  const doubtful: Candidate[] = candidates.filter(({ verdict }) => verdict !== 'SAME');
  for (const candidate of strong) {
    const rivals = strong.filter((other) => competes(candidate, other));
    if (rivals.length > 0) doubtful.push({ ...candidate, verdict: 'SEVERAL_CANDIDATES' });
    else pairs.set(candidate.row.nameKey, candidate.vanished.agency);
  }
  const open = doubtful.filter(({ row, vanished: { agency } }) => pairs.get(row.nameKey) !== agency);
  const found = new Set([...strong, ...open].map(({ vanished: each }) => each));
  const unpaired = newRows.filter(({ nameKey }) => !pairs.has(nameKey));
  const relabelled = vanished.flatMap((each) => (found.has(each) ? [] : (relabel(each, unpaired, links) ?? [])));
  return {
    pairs,
    questions: [...open, ...relabelled].map((candidate) => question(candidate, list)),
    asked: new Set(relabelled.map(({ vanished: { agency, model } }) => `${agency}\n${model}`)),
  };
}

/**
 * The only new row with the model and SIGNED of a vanished agreement that has no memorandum, whatever its name: the
 * board of a university becomes its police. Several such rows say nothing.
 */
function relabel(vanished: Vanished, unpaired: readonly LedgerRow[], links: IdentityLinks): Candidate | null {
  const { model, signedOn, memorandumUrl, nameKeys } = vanished;
  if (memorandumUrl !== null || signedOn === null) return null;
  const fitting = unpaired.filter((row) => row.model === model && row.signedOn === signedOn);
  const [row, ...others] = fitting;
  if (!row || others.some(({ nameKey }) => nameKey !== row.nameKey)) return null;
  if (nameKeys.some((key) => links.apart(key, row.nameKey))) return null;
  const similarity = Math.max(...nameKeys.map((key) => nameSimilarity(key, row.nameKey)));
  return { vanished, row, verdict: 'RELABELLED_ROW', similarity };
}

/** Two strong candidates compete for one new name, or for one vanished agreement. */
function competes(one: Candidate, other: Candidate): boolean {
  const sameName = one.row.nameKey === other.row.nameKey;
  const sameAgency = one.vanished.agency === other.vanished.agency;
  return sameName ? !sameAgency : sameAgency && one.vanished.model === other.vanished.model;
}

function weigh(vanished: Vanished, row: LedgerRow, list: PlaceList, holders: MemorandumHolders): Candidate | null {
  const similarity = Math.max(...vanished.nameKeys.map((key) => nameSimilarity(key, row.nameKey)));
  const containments = vanished.nameKeys.map((key) => wordContainment(key, row.nameKey));
  const containment = containments.find((each) => each === 'CONTAINS') ?? containments.find((each) => each !== 'NONE');
  const candidate = (verdict: Candidate['verdict']): Candidate => ({ vanished, row, verdict, similarity });
  const sameFile = vanished.memorandumUrl !== null && vanished.memorandumUrl === row.memorandumUrl;
  if (sameFile) {
    // The same file hangs on two agencies now and then: then it says little about either.
    const others = [...(holders.get(row.memorandumUrl ?? '') ?? [])].filter(
      (holder) => holder !== vanished.agency && holder !== row.nameKey,
    );
    // And an agency that still goes by its own name beside the new one was not renamed: its agreement moved.
    const renamed = similarity < SIMILAR_NAME && containment !== 'CONTAINS';
    const moved = renamed && vanished.stillListed;
    return candidate(others.length === 0 && !moved ? 'SAME' : 'SHARED_MEMORANDUM');
  }
  // A pending list prints no SIGNED: there only a very similar name counts.
  const sameSigned = list.kind === 'PENDING' || (row.signedOn !== null && vanished.signedOn === row.signedOn);
  const alike = vanished.nameKeys.some((key) => isLookAlike(key, row.nameKey));
  if (!sameSigned || otherCounty(vanished, row)) return alike ? candidate('SIMILAR_NAMES') : null;
  if (alike) return candidate('SAME');
  if (containment === 'ANOTHER_PLACE') return similarity >= SIMILAR_NAME ? candidate('SIMILAR_NAMES') : null;
  if (similarity >= SAME_NAME) return candidate('SAME');
  if (containment === 'CONTAINS' && list.kind === 'PARTICIPATING') return candidate('SAME');
  return similarity >= SIMILAR_NAME ? candidate('SIMILAR_NAMES') : null;
}

/** Pima and Pinal are one letter apart, and two counties. */
function otherCounty(vanished: Vanished, row: LedgerRow): boolean {
  return vanished.countyFips !== null && row.countyFips !== null && vanished.countyFips !== row.countyFips;
}

function question({ vanished, row, verdict, similarity }: Candidate, list: PlaceList): Question {
  const [leftKey, rightKey] = [vanished.nameKey, row.nameKey].sort() as [string, string];
  return {
    kind: verdict === 'SAME' ? 'SEVERAL_CANDIDATES' : verdict,
    leftKey,
    rightKey,
    evidence: {
      vanishedName: vanished.name,
      newName: row.agencyName,
      vanishedKey: vanished.nameKey,
      newKey: row.nameKey,
      vanishedStillListed: vanished.stillListed,
      model: row.model,
      vanishedSignedOn: vanished.signedOn,
      newSignedOn: row.signedOn,
      sameMemorandum: vanished.memorandumUrl !== null && vanished.memorandumUrl === row.memorandumUrl,
      similarity: Math.round(similarity * 1000) / 1000,
      publishedAt: list.publishedAt,
    },
  };
}
