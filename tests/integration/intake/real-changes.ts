/**
 * What the real lists change from one to the next, beside the limits of the guard: none of them comes near one. Part of
 * `real-lists.test.ts`, which reads them once; folded without a database.
 */
import { basename } from 'node:path';
import type { CleanRow, List, ListRow } from '../../../src/intake/table/list.ts';
import { differenceInDays } from '../../../src/ledger/derive/days.ts';
import { derive } from '../../../src/ledger/derive/derive.ts';
import { countChanges, noCounts, type PlaceCounts } from '../../../src/ledger/derive/guard/count-changes.ts';
import { comparisonLimits, guard } from '../../../src/ledger/derive/guard/guard.ts';
import { canonicalName } from '../../../src/ledger/derive/names/canonical-name.ts';
import { identityLinks } from '../../../src/ledger/derive/names/identity-links.ts';
import {
  emptyPlace,
  type LedgerRow,
  type PlaceState,
  type UnreadableRow,
} from '../../../src/ledger/derive/place-state.ts';
import { addRecords, emptyRecords, type PlaceRecords } from '../../../src/ledger/derive/settle/place-records.ts';
import { agreementPlaces, placeKey } from '../../../src/ledger/derive/settle/settle-agreements.ts';

/** A list of the archive as it was read. */
export interface RealList {
  file: string;
  list: List;
  sha256: string;
}

type Read = List & { fileName: string };

const ledgerRow = ({ clean }: ListRow): LedgerRow[] => {
  const { placeCode, agencyName, model, ...rest } = clean;
  if (placeCode === null || agencyName === null || model === null) return [];
  return [{ ...rest, agencyName, model, nameKey: canonicalName(agencyName) }];
};

const unreadableRow = ({ placeCode, agencyName, model, ...rest }: CleanRow): UnreadableRow[] =>
  placeCode !== null && agencyName !== null && model !== null
    ? []
    : [{ ...rest, placeCode, model, nameKey: agencyName === null ? null : canonicalName(agencyName) }];

function recordsOf(states: ReadonlyMap<string, PlaceState>): PlaceRecords {
  const records = emptyRecords();
  for (const [placeCode, state] of states) {
    const ids = new Map(agreementPlaces(state).map((place) => [placeKey(place), `${placeCode}\n${placeKey(place)}`]));
    addRecords(records, placeCode, state, (key) => `${placeCode}\n${key}`, ids);
  }
  return records;
}

/** The counts of a list over all places. */
function sums(counts: ReadonlyMap<string, PlaceCounts>): Record<string, number> {
  const total: Record<string, number> = {};
  for (const each of counts.values()) {
    for (const [name, value] of Object.entries(each)) {
      if (typeof value === 'number') total[name] = (total[name] ?? 0) + value;
    }
  }
  return total;
}

export interface RealChanges {
  /** Takes a list that is published after those before it, and was not posted as a pending one. */
  add(list: RealList): void;
  /** What the guard would have held. */
  held: readonly string[];
  /** The largest genuine counts beside the limits, a line each. */
  lines(): string[];
}

export function realChanges(): RealChanges {
  const states = new Map<string, PlaceState>();
  const history = { PARTICIPATING: [] as string[], PENDING: [] as string[] };
  const largest: Record<string, { count: number; list: string }> = {};
  const held: string[] = [];
  let before: Read | null = null;
  let records = emptyRecords();

  const derivePlaces = (list: Read): void => {
    history[list.kind].push(list.publishedAt);
    const rows = new Map<string, LedgerRow[]>();
    for (const row of list.rows) {
      const code = row.clean.placeCode ?? '';
      const here = rows.get(code) ?? [];
      rows.set(code, here);
      here.push(...ledgerRow(row));
    }
    const unreadable = list.rows.flatMap(({ clean }) => unreadableRow(clean));
    for (const placeCode of new Set([...states.keys(), ...rows.keys()])) {
      if (placeCode === '') continue;
      const here = unreadable.filter((row) => row.placeCode === null || row.placeCode === placeCode);
      const placeList = { ...list, history, rows: rows.get(placeCode) ?? [], unreadable: here };
      states.set(
        placeCode,
        derive(states.get(placeCode) ?? emptyPlace(), placeList, identityLinks(placeCode, [])).state,
      );
    }
  };

  const compare = (list: Read, previous: Read, after: PlaceRecords): void => {
    const counts = new Map<string, PlaceCounts>();
    for (const { placeCode, status } of records.agreements.values()) {
      const own = counts.get(placeCode) ?? noCounts();
      counts.set(placeCode, own);
      if (status === 'ACTIVE') own.listed += 1;
    }
    countChanges(counts, records, after, true);
    const weeks = Math.max(1, Math.ceil(differenceInDays(previous.publishedAt, list.publishedAt) / 7));
    const printed = new Set(previous.rows.map(({ hash }) => hash));
    const own = new Set(list.rows.filter(({ hash }) => !printed.has(hash)).map(({ rowNumber }) => rowNumber));
    const withIssue = list.issues.filter(
      ({ code, rowNumber }) => !/NEAR|UNLIKELY/.test(code) && own.has(rowNumber ?? 0),
    );
    const issueRows = new Set(withIssue.map(({ rowNumber }) => rowNumber)).size;
    held.push(
      ...guard(counts, { weeks, rowCount: list.rows.length, issueRows }).map(
        ({ message }) => `${list.fileName}: ${message}`,
      ),
    );
    for (const [name, count] of Object.entries({ ...sums(counts), issueRows })) {
      if (count > (largest[name]?.count ?? 0)) largest[name] = { count, list: list.fileName };
    }
  };

  return {
    held,
    add: ({ file, list: read }) => {
      const list = { ...read, fileName: basename(file) };
      derivePlaces(list);
      const after = recordsOf(states);
      if (list.kind === 'PARTICIPATING') {
        if (before !== null) compare(list, before, after);
        before = list;
      }
      records = after;
    },
    lines: () =>
      Object.entries(comparisonLimits).map(([name, { genuine, holdAbove }]) => {
        const { count = 0, list = '' } = largest[name] ?? {};
        return `${name.padEnd(10)} largest ${count} (${list}), stated ${genuine}, held above ${holdAbove}`;
      }),
  };
}
