/**
 * How the sheets misspell: states, models, types, counties, agencies and links as the real lists print them, on
 * placeholder rows. None of it changes what is listed: intake must read all of it right.
 */

import { type Chance, createChance } from '../random.ts';
import type { Agreement } from '../world/agreement.ts';
import { type Casting, standsOver } from '../world/casting.ts';
import type { Column } from './calendar.ts';
import { type SheetRow, textCell } from './sheet-row.ts';

const always = { from: 0, until: Number.POSITIVE_INFINITY };

/** Habits of the sheets that many rows share; fixed for each agency, so that its rows agree. */
export function spreadHabits(rows: readonly SheetRow[], seed: string): void {
  const chance = createChance(`${seed}/habits`);
  const names = new Map<number, string>();
  for (const row of rows) {
    const { agency, model } = row.agreement;
    const name = names.get(agency.number) ?? respellName(agency.name, chance);
    names.set(agency.number, name);
    row.cells['LAW ENFORCEMENT AGENCY'] = textCell(name);
    row.cells.COUNTY = textCell(countyText(row.cells.COUNTY.text, chance));
    if (agency.type === 'COUNTY' && chance.hits(0.2)) row.cells.TYPE = textCell('County ');
    if (agency.type === 'MUNICIPALITY' && chance.hits(0.09)) row.cells.TYPE = textCell('Municipality ');
    if (model === 'JAIL_ENFORCEMENT' && chance.hits(0.15))
      row.cells['SUPPORT TYPE'] = textCell('Jail Enforcement Model ');
    row.cells.MOA = { ...row.cells.MOA, link: wrapLink(row.cells.MOA.link ?? '', chance) };
  }
}

/** Spellings that stood on some rows of some lists. */
export function castSpellings(casting: Casting): void {
  const { take, on } = casting;
  const last = Number.POSITIVE_INFINITY;
  const print = (rows: readonly SheetRow[], column: Column, text: string, from: number, until: number): void => {
    for (const row of rows) row.exceptions.push({ column, cell: textCell(text), from, until });
  };
  const inPlace = (code: string, from: number, until: number) => (agreement: Agreement) =>
    agreement.agency.placeCode === code && standsOver(from, until)(agreement);
  const state = (code: string, count: number, text: string, from: string, until?: string): void => {
    const end = until ? on(until) : last;
    print(take(count, inPlace(code, on(from), end)), 'STATE', text, on(from), end);
  };
  // The trailing spaces of February 2026, by which the press counted 296 in Texas and 58 in Pennsylvania.
  state('TX', 5, 'TEXAS ', '2025-08-07');
  state('PA', 2, 'PENNSYLVANIA ', '2025-09-02');
  state('GA', 4, 'GEORGIA ', '2025-10-17');
  state('WV', 3, 'WEST VIRGINIA ', '2025-10-17');
  state('PA', 2, 'PENNSLYVANIA', '2026-02-17');
  state('MI', 1, 'MCHIGAN', '2025-10-17', '2025-11-14');
  state('UT', 2, 'UTAHJ', '2025-07-09', '2025-08-07');
  state('AL', 1, 'AlABAMA', '2025-06-17', '2025-07-09');
  state('TX', 3, 'Texas', '2025-03-17', '2025-04-28');
  state('GA', 2, 'Georgia', '2025-03-17', '2025-04-28');

  const ofModel = (model: Agreement['model'], from: string, until: string) => (agreement: Agreement) =>
    agreement.model === model && standsOver(on(from), on(until))(agreement);
  const models = (count: number, model: Agreement['model'], text: string, from: string, until: string): void =>
    print(take(count, ofModel(model, from, until)), 'SUPPORT TYPE', text, on(from), on(until));
  models(2, 'TASK_FORCE', 'Task Force Officer ', '2025-05-16', '2025-07-09');
  models(3, 'TASK_FORCE', 'Task Force Model ', '2025-09-02', '2026-01-26');
  models(3, 'WARRANT_SERVICE_OFFICER', 'Warrant Services Officer', '2025-07-09', '2025-11-14');
  models(1, 'JAIL_ENFORCEMENT', 'Jail Enforcment Model ', '2025-11-14', '2025-12-05');

  const ofType = (type: string, from: number) => (agreement: Agreement) =>
    agreement.agency.type === type && standsOver(from, last)(agreement);
  print(take(2, ofType('MUNICIPALITY', on('2025-09-02'))), 'TYPE', 'Muncipality ', on('2025-09-02'), on('2025-12-30'));
  print(take(1, ofType('STATE', on('2025-06-17'))), 'TYPE', '#NA', on('2025-06-17'), on('2025-08-07'));
  print(take(1, ofType('STATE', on('2025-06-17'))), 'TYPE', 'State', on('2025-08-07'), last);
}

/** One agency under two spellings on one sheet, as often as it takes to tell printed from canonical agencies. */
export function castVariants({ takeAgencies, on }: Casting, count: number): void {
  const both = standsOver(on('2026-02-02'), on('2026-02-11') + 1);
  const pairs = takeAgencies(count, ({ agency }) => agency.agreements.filter(both).length > 1);
  for (const rows of pairs) {
    const [spelling, other] = rows.filter((row) => both(row.agreement));
    if (!spelling || !other) continue;
    const cell = textCell(variantOf(spelling.agreement.agency.name));
    other.exceptions.push({ column: 'LAW ENFORCEMENT AGENCY', cell, ...always });
    for (const row of rows)
      if (row !== other) row.cells['LAW ENFORCEMENT AGENCY'] = textCell(row.agreement.agency.name);
  }
}

function variantOf(name: string): string {
  if (name.includes("Sheriff's Office")) return name.replace("Sheriff's Office", 'Sheriffs Office');
  return name.includes('Police Department') ? name.replace('Police Department', 'Police Dept.') : `${name} `;
}

/** Spellings that have the same canonical form. */
function respellName(name: string, chance: Chance): string {
  const draw = chance.next();
  if (draw < 0.14) return `${name} `;
  if (draw < 0.2) return name.replace("'", '\u2019');
  if (draw < 0.24) return name.replace("Sheriff's", 'Sheriffs');
  if (draw < 0.26) return name.replace('Office', 'Department').replace('Police Department', 'PD');
  if (draw < 0.28) return name.replace(' County', '\u00a0County').replace('Department', 'Dept.');
  return name;
}

function countyText(county: string, chance: Chance): string {
  const draw = chance.next();
  if (county === '#N/A') return draw < 0.8 ? '#N/A' : draw < 0.9 ? '#NA' : draw < 0.95 ? 'N/A' : '';
  if (draw < 0.08) return '#N/A';
  return draw < 0.35 ? `${county} ` : county;
}

/** Links that went through a mail program's checker, an extension of a browser, or no encryption. */
function wrapLink(url: string, chance: Chance): string {
  const draw = chance.next();
  if (draw < 0.12) {
    const wrapper = 'https://gcc02.safelinks.protection.outlook.com/';
    return `${wrapper}?url=${encodeURIComponent(url)}&data=05%7C02%7CSAMPLE%7C0&sdata=SAMPLE&reserved=0`;
  }
  if (draw < 0.122) return `chrome-extension://efaidnbmnnnibpcajpcglclefindmkaj/${url.replace('://', ':/')}`;
  return draw < 0.15 ? url.replace('https:', 'http:') : url;
}
