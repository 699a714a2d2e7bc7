/**
 * What happens to agreements from list to list beside beginning and ending: corrections, re-signings, respellings,
 * rows that vanish for a while, rows printed twice, links posted late. The published totals hold all the same.
 */

import { type Chance, createChance } from '../random.ts';
import type { Agreement } from '../world/agreement.ts';
import { type Casting, standsOver } from '../world/casting.ts';
import { dayCell, documentUrl, linkCell, type SheetRow, textCell } from './sheet-row.ts';

const last = Number.POSITIVE_INFINITY;

/** Before the rows are made: an agency that replaces one model by another takes the place of a new agency. */
export function castMove(agreements: readonly Agreement[]): Agreement[] {
  for (const leaver of agreements) {
    if (leaver.until === last || leaver.model === 'TASK_FORCE' || leaver.agency.agreements.length > 1) continue;
    const successor = agreements.find(
      (each) =>
        each.agency.placeCode === leaver.agency.placeCode &&
        each.model === 'TASK_FORCE' &&
        each.from === leaver.until &&
        each.agency.agreements.length === 1,
    );
    if (!successor) continue;
    successor.agency = leaver.agency;
    leaver.agency.agreements.push(successor);
    return [leaver, successor];
  }
  return [];
}

/** Half of the memoranda are posted one list late; one row in thirty gets an addendum some lists later. */
export function spreadDocuments(rows: readonly SheetRow[], seed: string, generation3: number): void {
  const chance = createChance(`${seed}/documents`);
  for (const row of rows) {
    const { from, signedOn } = row.agreement;
    if (from > 0 && chance.hits(0.5)) {
      row.exceptions.push({ column: 'MOA', cell: textCell('link pending'), from, until: from + 1 + chance.below(2) });
    }
    if (!chance.hits(0.033)) continue;
    const cell = linkCell(documentUrl(row.agreement, 'addendum', signedOn));
    row.exceptions.push({ column: 'ADDENDUM', cell, from: Math.max(from + 2, generation3), until: last });
  }
}

export function castHistories(casting: Casting, seed: string): void {
  castDates(casting);
  castSignings(casting);
  castAbsences(casting);
  castRespellings(casting, createChance(`${seed}/respellings`));
}

/** Dates that cannot be read, dates far off, and none, until somebody notices. */
function castDates({ take, on }: Casting): void {
  const misprint = (listed: string, signedOn: string, cell: SheetRow['cells']['SIGNED'], noticed: string): void => {
    for (const row of take(1, ({ from, until }) => from === on(listed) && until > on(noticed))) {
      row.agreement.signedOn = signedOn;
      row.cells.SIGNED = dayCell(signedOn);
      row.exceptions.push({ column: 'SIGNED', cell, from: 0, until: on(noticed) });
    }
  };
  misprint('2025-05-16', '2025-05-08', textCell('05/082025'), '2025-09-02');
  misprint('2025-07-09', '2025-07-07', textCell('7/72025'), '2025-08-07');
  misprint('2025-07-09', '2025-07-07', dayCell('5025-07-07'), '2025-09-02');
  misprint('2025-09-02', '2025-08-28', textCell('8/282025'), '2025-11-14');
  misprint('2025-10-17', '2025-10-06', textCell(''), '2025-11-14');
}

/** Corrections within sixty days or of a year's slip, and true re-signings with a new memorandum. */
function castSignings({ take, on }: Casting): void {
  const before = (from: string, until: string) => (agreement: Agreement) =>
    agreement.from === on(from) && agreement.until > on(until);
  const correct = (listed: string, noticed: string, shift: (day: string) => string): void => {
    for (const row of take(1, before(listed, noticed))) {
      const cell = dayCell(shift(row.agreement.signedOn));
      row.exceptions.push({ column: 'SIGNED', cell, from: 0, until: on(noticed) });
    }
  };
  correct('2025-03-17', '2025-04-28', (day) => shiftDays(day, 12));
  correct('2025-05-16', '2025-06-17', (day) => shiftDays(day, -7));
  correct('2025-11-14', '2025-12-05', (day) => shiftDays(day, -365));
  correct('2026-01-26', '2026-02-12', (day) => shiftDays(day, -3));
  const resign = (listed: string, again: string, signedOn: string): void => {
    for (const { agreement, exceptions } of take(1, before(listed, again))) {
      const moa = linkCell(documentUrl(agreement, 'moa', signedOn));
      exceptions.push({ column: 'SIGNED', cell: dayCell(signedOn), from: on(again), until: last });
      exceptions.push({ column: 'MOA', cell: moa, from: on(again), until: last });
    }
  };
  resign('2025-02-26', '2025-10-17', '2025-10-03');
  resign('2025-03-17', '2026-01-26', '2026-01-15');
  for (const [on_, later] of [
    [on('2025-06-17'), 9],
    [on('2025-10-17'), 16],
  ] as const) {
    for (const row of take(1, standsOver(on_ - 2, on_ + 2))) {
      row.doubled = { on: on_, signedOn: shiftDays(row.agreement.signedOn, later) };
    }
  }
}

/** Missing from one list, and missing until ENDED; both are restored. */
function castAbsences({ take, on }: Casting): void {
  const vanish = (from: string, until: string): void => {
    for (const row of take(1, standsOver(on(from) - 1, on(until) + 1))) {
      row.absences.push({ from: on(from), until: on(until) });
    }
  };
  vanish('2025-06-17', '2025-07-09');
  vanish('2025-06-17', '2025-09-02');
  vanish('2025-11-14', '2025-12-05');
}

/** A misspelt word under the same memorandum: corrected later, or alternating. */
function castRespellings({ take, on }: Casting, chance: Chance): void {
  const windows: readonly (readonly [from: string, until: string])[][] = [
    [['2025-04-28', '2025-06-17']],
    [['2025-07-09', '2025-09-02']],
    [
      ['2025-10-17', '2025-11-14'],
      ['2025-12-05', '2025-12-30'],
    ],
  ];
  for (const spans of windows) {
    const first = on(spans[0]?.[0] ?? '');
    for (const row of take(1, standsOver(first - 4, last))) {
      const cell = textCell(swapLetters(row.agreement.agency.name, 2 + chance.below(5)));
      for (const [from, until] of spans) {
        row.exceptions.push({ column: 'LAW ENFORCEMENT AGENCY', cell, from: on(from), until: on(until) });
      }
    }
  }
}

/** Swaps the two letters at `place`. */
const swapLetters = (name: string, place: number): string =>
  name.slice(0, place) + name.charAt(place + 1) + name.charAt(place) + name.slice(place + 2);

function shiftDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
