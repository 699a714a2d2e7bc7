/** Lists of one place folded through `derive`, as tests write them: what they make of it, and what is told. */
import { expect } from 'vitest';
import { derive } from '../../../src/ledger/derive/derive.ts';
import { canonicalName, tidyName } from '../../../src/ledger/derive/names/canonical-name.ts';
import { identityLinks, type NameDecision } from '../../../src/ledger/derive/names/identity-links.ts';
import {
  type AgreementState,
  type Change,
  emptyPlace,
  type LedgerRow,
  type PlaceState,
  type Question,
  type UnreadableRow,
} from '../../../src/ledger/derive/place-state.ts';
import { at, type ListGiven, row } from './lists.ts';

export interface Folded {
  state: PlaceState;
  /** `2025-03-01 AGREEMENT_ADDED sample county sheriff TASK_FORCE 1` */
  log: string[];
  changes: Change[];
  questions: Question[];
}

export function fold(lists: readonly ListGiven[], decisions: readonly NameDecision[] = []): Folded {
  const folded: Folded = { state: emptyPlace(), log: [], changes: [], questions: [] };
  const history = { PARTICIPATING: [] as string[], PENDING: [] as string[] };
  for (const { kind = 'PARTICIPATING', on, rows } of lists) {
    history[kind].push(at(on));
    const ledgerRows: LedgerRow[] = [];
    const unreadable: UnreadableRow[] = [];
    for (const given of rows) {
      const { clean } = row(kind === 'PENDING' ? { ...given, signed: null } : given);
      const { placeCode, agencyName, model, ...rest } = clean;
      const name = agencyName === null ? null : tidyName(agencyName);
      const nameKey = name === null ? null : canonicalName(name);
      if (placeCode === null || name === null || nameKey === null || model === null) {
        unreadable.push({ ...rest, placeCode, nameKey, model });
      } else ledgerRows.push({ ...rest, agencyName: name, nameKey, model });
    }
    const step = derive(
      folded.state,
      {
        ...{ kind, publishedAt: at(on), rows: ledgerRows, unreadable },
        history: { PARTICIPATING: [...history.PARTICIPATING], PENDING: [...history.PENDING] },
      },
      identityLinks('TX', decisions, []),
    );
    folded.state = step.state;
    folded.changes.push(...step.changes);
    folded.questions.push(...step.questions);
    folded.log.push(
      ...step.changes.map(({ kind: event, agency, model, ordinal, occurredAt }) =>
        [occurredAt.slice(0, 10), event, agency, model ?? '', ordinal ?? ''].join(' ').trim(),
      ),
    );
  }
  return folded;
}

export const agreementsOf = ({ state }: Folded): AgreementState[] =>
  [...state.agencies.values()].flatMap(({ agreements }) => agreements);
/** The only agreement of the place. */
export const only = (folded: Folded): AgreementState => {
  const all = agreementsOf(folded);
  expect(all).toHaveLength(1);
  return all[0] as AgreementState;
};
/** Kinds of what was told, in order. */
export const kinds = ({ log }: Folded): string[] => log.map((line) => line.split(' ')[1] ?? '');
