/**
 * The XML parts of a workbook as the XLSX library takes them: in UTF-8, under the names by which they are referred to,
 * for the format's names do not tell case, and with worksheets only, for a chart sheet has no rows.
 */

import { UnreadableFile } from '../table/rejections.ts';
import { quoteText } from '../vocabulary/printed-text.ts';

/** By name, in UTF-8. */
export type Parts = ReadonlyMap<string, Uint8Array>;

export interface WorkbookParts {
  parts: Parts;
  /** Names of the worksheets' parts, in the order of the workbook. */
  worksheets: readonly string[];
}

/** Throws UnreadableFile for text that is not in the encoding that it begins with. */
export function settleParts(entries: Parts): WorkbookParts {
  const parts = new Map<string, Uint8Array>();
  for (const [name, content] of entries) if (isXml(name)) parts.set(name, inUtf8(name, content));
  const names = new Map([...parts.keys()].map((name) => [name.toLowerCase(), name]));
  const rename = (wanted: string): void => {
    const actual = names.get(wanted.toLowerCase());
    const content = actual === undefined || parts.has(wanted) ? undefined : parts.get(actual);
    if (actual === undefined || content === undefined) return;
    parts.delete(actual);
    parts.set(wanted, content);
    names.set(wanted.toLowerCase(), wanted);
  };
  for (const fixed of ['[Content_Types].xml', '_rels/.rels', 'docProps/core.xml']) rename(fixed);
  const workbook = relationsOf(parts, '').find(({ type }) => type === 'officeDocument')?.part ?? 'xl/workbook.xml';
  for (const owner of ['', workbook]) {
    rename(relationsName(owner));
    for (const { part } of relationsOf(parts, owner)) {
      rename(part);
      rename(relationsName(part));
    }
  }
  return { parts, worksheets: keepWorksheets(parts, workbook) };
}

const isXml = (name: string): boolean => /\.(xml|rels)$/i.test(name);

/** A part may be UTF-16; then it begins with the mark that says so, or with `<` in two bytes. */
function inUtf8(name: string, content: Uint8Array): Uint8Array {
  const [first, second] = content;
  const isLittle = (first === 0xff && second === 0xfe) || (first === 0x3c && second === 0);
  const isBig = (first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c);
  if (!isLittle && !isBig) return content;
  try {
    const xml = new TextDecoder(isLittle ? 'utf-16le' : 'utf-16be', { fatal: true }).decode(content);
    return new TextEncoder().encode(xml.replace(/^(<\?xml[^>]*encoding=["'])[^"']*/i, '$1UTF-8'));
  } catch (error) {
    throw new UnreadableFile('UNREADABLE_TEXT', `the part ${quoteText(name)} is not valid UTF-16`, { cause: error });
  }
}

/** The XML of a part; empty where there is none of that name. */
export function textOf(parts: Parts, name: string): string {
  const content = parts.get(name) ?? new Uint8Array();
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('utf8');
}

export interface Relation {
  id: string;
  /** The last word of its type, such as `worksheet`. */
  type: string;
  /** As written. */
  target: string;
  /** Name of the part that it points to; meaningless for an external target. */
  part: string;
}

export function relationsOf(parts: Parts, owner: string): Relation[] {
  return elements(textOf(parts, relationsName(owner)), 'Relationship').map((attributes) => {
    const target = attributes.get('Target') ?? '';
    const type = (attributes.get('Type') ?? '').split('/').at(-1) ?? '';
    return { id: attributes.get('Id') ?? '', type, target, part: resolvePart(owner, target) };
  });
}

function relationsName(owner: string): string {
  const at = owner.lastIndexOf('/') + 1;
  return `${owner.slice(0, at)}_rels/${owner.slice(at)}.rels`;
}

function resolvePart(owner: string, target: string): string {
  if (target.startsWith('/')) return target.slice(1);
  const steps = owner.split('/').slice(0, -1);
  for (const step of target.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '.') steps.push(step);
  }
  return steps.join('/');
}

/** Takes sheets that are no worksheets out of the workbook, and answers the parts of the rest. */
function keepWorksheets(parts: Map<string, Uint8Array>, workbook: string): string[] {
  const relations = new Map(relationsOf(parts, workbook).map((relation) => [relation.id, relation]));
  const kept: string[] = [];
  const xml = textOf(parts, workbook);
  const left = xml.replace(/<(?:\w+:)?sheet\s(?:"[^"]*"|'[^']*'|[^>"'])*>/g, (element) => {
    const [attributes] = elements(element, 'sheet');
    const id = [...(attributes ?? [])].find(([name]) => /^\w+:id$/i.test(name))?.[1];
    const relation = relations.get(id ?? '');
    if (relation !== undefined && relation.type !== 'worksheet') return '';
    kept.push(relation?.part ?? '');
    return element;
  });
  if (left !== xml) parts.set(workbook, new TextEncoder().encode(left));
  return kept;
}

/** The attributes of each element of that name, whatever its prefix, with their entities decoded. */
export function elements(xml: string, name: string): Map<string, string>[] {
  const found = xml.matchAll(new RegExp(`<(?:\\w+:)?${name}(\\s(?:"[^"]*"|'[^']*'|[^>"'])*)>`, 'g'));
  return [...found].map(([, attributes = '']) => {
    const pairs = attributes.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
    return new Map([...pairs].map(([, key = '', double, single]) => [key, decodeEntities(double ?? single ?? '')]));
  });
}

const entities: ReadonlyMap<string, string> = new Map([
  ...([
    ['amp', '&'],
    ['lt', '<'],
    ['gt', '>'],
    ['quot', '"'],
    ['apos', "'"],
  ] as const),
]);

function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (name === undefined) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    return entities.get(name) ?? whole;
  });
}
