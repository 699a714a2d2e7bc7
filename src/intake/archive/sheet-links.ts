/**
 * The hyperlinks of a worksheet by cell. A link may stand over a range, and its address may be cut at the `#`: the
 * file keeps what comes after it apart from the target.
 */
import { UnreadableFile } from '../table/rejections.ts';
import { elements, type Parts, relationsOf, textOf } from './workbook-parts.ts';

/** Cells that links of one worksheet may cover: a range over whole columns would cover millions. */
const MOST_LINKED_CELLS = 400_000;

/** By `<row>,<column>`, both from 0. Throws UnreadableFile where they cover more cells than a list may have. */
export function linksOf(parts: Parts, worksheet: string): Map<string, string> {
  const targets = new Map(relationsOf(parts, worksheet).map(({ id, target }) => [id, target]));
  const links = new Map<string, string>();
  const xml = textOf(parts, worksheet);
  // They stand after the rows, which are most of the text.
  const afterRows = xml.slice(Math.max(0, xml.lastIndexOf('sheetData')));
  for (const attributes of elements(afterRows, 'hyperlink')) {
    const id = [...attributes].find(([name]) => /^\w+:id$/i.test(name))?.[1];
    const [target, place] = [targets.get(id ?? '') ?? '', attributes.get('location') ?? ''];
    // Without a target it leads to a place in the workbook, which is kept as printed.
    const link = target !== '' && place !== '' ? `${target}#${place}` : target || place;
    if (link !== '') for (const cell of cellsOf(attributes.get('ref') ?? '', links.size)) links.set(cell, link);
  }
  return links;
}

function cellsOf(reference: string, already: number): string[] {
  const match = /^\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?$/i.exec(reference);
  if (match === null) return [];
  const [left, top] = [columnNumber(match[1] ?? ''), Number(match[2])];
  const [right, bottom] = [match[3] === undefined ? left : columnNumber(match[3]), Number(match[4] ?? top)];
  const count = Math.max(0, right - left + 1) * Math.max(0, bottom - top + 1);
  if (already + count > MOST_LINKED_CELLS) {
    throw new UnreadableFile('TOO_MANY_CELLS', `links cover more cells than ${MOST_LINKED_CELLS}`);
  }
  return Array.from({ length: count }, (_, index) => {
    const [row, column] = [Math.floor(index / (right - left + 1)), index % (right - left + 1)];
    return `${top - 1 + row},${left - 1 + column}`;
  });
}

/** A is 1. */
export function columnNumber(letters: string): number {
  let number = 0;
  for (const letter of letters.toUpperCase()) number = number * 26 + letter.charCodeAt(0) - 64;
  return number;
}

/** The address in `HYPERLINK("address", "text")`; null for another formula, or one that computes the address. */
export function linkOfFormula(formula: string): string | null {
  const match = /^\s*=?\s*HYPERLINK\(\s*"((?:[^"]|"")*)"\s*[,;)]/i.exec(formula);
  return match?.[1] === undefined ? null : match[1].replaceAll('""', '"');
}
