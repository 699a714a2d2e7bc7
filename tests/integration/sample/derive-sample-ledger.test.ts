/** What the ledger's rules make of the sample lists: the published totals, every quirk's event, and no false one. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { SnapshotKind } from '../../../schema/enums.ts';
import { readList } from '../../../src/intake/table/read-list.ts';
import { derive } from '../../../src/ledger/derive/derive.ts';
import { canonicalName } from '../../../src/ledger/derive/names/canonical-name.ts';
import { identityLinks } from '../../../src/ledger/derive/names/identity-links.ts';
import { emptyPlace, type LedgerRow, type PlaceState } from '../../../src/ledger/derive/place-state.ts';
import { defaultLists } from '../../../src/sample/lists/default-lists.ts';
import { writeList } from '../../../src/sample/lists/write-list.ts';

const agreementsAfter = new Map<string, number>();
const agenciesAfter = new Map<string, number>();
const statuses = new Map<string, number>();
const events = new Map<string, number>();
const questions: unknown[] = [];

beforeAll(async () => {
  const places = new Map<string, PlaceState>();
  const history: Record<SnapshotKind, string[]> = { PARTICIPATING: [], PENDING: [] };
  for (const planned of defaultLists()) {
    const facts = { fileName: planned.fileName, receivedAt: '2026-03-01T00:00:00.000Z' };
    const result = await readList(await writeList(planned), facts);
    if (!result.ok) throw new Error(result.rejection.message);
    const { kind, publishedAt } = result.list;
    history[kind].push(publishedAt);
    const rowsByPlace = new Map<string, LedgerRow[]>([...places.keys()].map((code) => [code, []]));
    for (const { clean } of result.list.rows) {
      const { placeCode, agencyName, model } = clean;
      if (placeCode === null || agencyName === null || model === null) throw new Error('A sample row was put aside.');
      const row = { ...clean, agencyName, model, nameKey: canonicalName(agencyName) };
      rowsByPlace.set(placeCode, [...(rowsByPlace.get(placeCode) ?? []), row]);
    }
    for (const [code, rows] of rowsByPlace) {
      const list = { kind, publishedAt, history: structuredClone(history), rows, unreadable: [] };
      const step = derive(places.get(code) ?? emptyPlace(), list, identityLinks(code, []));
      places.set(code, step.state);
      questions.push(...step.questions);
      for (const change of step.changes) events.set(change.kind, (events.get(change.kind) ?? 0) + 1);
    }
    const agencies = [...places.values()].flatMap((place) => [...place.agencies.values()]);
    const active = agencies.map(({ agreements }) => agreements.filter(({ status }) => status === 'ACTIVE').length);
    agreementsAfter.set(
      planned.fileName.slice(0, 10),
      active.reduce((sum, count) => sum + count, 0),
    );
    agenciesAfter.set(planned.fileName.slice(0, 10), active.filter((count) => count > 0).length);
    statuses.clear();
    for (const { status } of agencies.flatMap(({ agreements }) => agreements)) {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  }
});

describe('the ledger of the sample lists', () => {
  test.each([
    ['2024-06-30', 135, 133],
    ['2025-02-21', 151, 142],
    ['2025-05-16', 571, 461],
    ['2025-09-02', 957, 796],
    ['2025-12-30', 1274, 1056],
    ['2026-02-02', 1381, 1154],
    ['2026-02-11', 1414, 1182],
    ['2026-02-17', 1425, 1193],
  ])('has on %s %i agreements of %i agencies', (day, agreements, agencies) => {
    expect([agreementsAfter.get(day), agenciesAfter.get(day)]).toEqual([agreements, agencies]);
  });

  test('knows departures, drop-outs that return, corrections, re-signings and dropped pending agreements', () => {
    for (const kind of [
      'AGREEMENT_ADDED',
      'AGREEMENT_UNLISTED',
      'AGREEMENT_ENDED',
      'AGREEMENT_RESTORED',
      'AGREEMENT_CORRECTED',
      'AGREEMENT_SUPERSEDED',
      'MEMORANDUM_POSTED',
      'ADDENDUM_POSTED',
      'PENDING_ADDED',
      'PENDING_DROPPED',
    ]) {
      expect(events.get(kind), kind).toBeGreaterThan(0);
    }
    expect(statuses.get('SUPERSEDED')).toBe(2);
    expect(statuses.get('WITHDRAWN')).toBe(3);
  });

  test('takes no two placeholder agencies for one and asks nobody', () => {
    expect(questions).toEqual([]);
    expect(events.has('AGENCY_MERGED')).toBe(false);
  });
});
