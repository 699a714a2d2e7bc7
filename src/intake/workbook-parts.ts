/**
 * The XML parts of a workbook as the XLSX library takes them: in UTF-8, under the names by which they are referred to,
 * for the format's names do not tell case, and with worksheets only, for a chart sheet has no rows.
 */
import { UnreadableFile } from './rejections.ts';

export interface WorkbookParts {
  /** By name. */
  parts: ReadonlyMap<string, string>;
  /** The same in UTF-8, under the same names. */
  bytes: Record<string, Uint8Array>;
  /** Names of the worksheets' parts, in the order of the workbook. */
  worksheets: readonly string[];
}

/** Throws UnreadableFile for text in an encoding that it does not have. */
export function settleParts(entries: ReadonlyMap<string, Uint8Array>): WorkbookParts {
  const parts = new Map<string, string>();
  // Most parts are as they should be, and need not be encoded again.
  const untouched = new Map<string, Uint8Array>();
  for (const [name, content] of entries) {
    if (!isXml(name)) continue;
    const encoding = encodingOf(content);
    parts.set(name, decodePart(name, content, encoding));
    if (encoding === 'utf-8') untouched.set(name, content);
  }
  const names = new Map([...parts.keys()].map((name) => [name.toLowerCase(), name]));
  const rename = (wanted: string): void => {
    const actual = names.get(wanted.toLowerCase());
    const text = actual === undefined || parts.has(wanted) ? undefined : parts.get(actual);
    if (actual === undefined || text === undefined) return;
    parts.delete(actual);
    parts.set(wanted, text);
    const content = untouched.get(actual);
    if (content !== undefined) untouched.set(wanted, content);
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
  const before = parts.get(workbook);
  const worksheets = keepWorksheets(parts, workbook);
  if (parts.get(workbook) !== before) untouched.delete(workbook);
  const encoder = new TextEncoder();
  const bytes = Object.fromEntries([...parts].map(([name, xml]) => [name, untouched.get(name) ?? encoder.encode(xml)]));
  return { parts, bytes, worksheets };
}

export const isXml = (name: string): boolean => /\.(xml|rels)$/i.test(name);

/** A part may be UTF-16; then it begins with the mark that says so, or with `<` in two bytes. */
function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  return (first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c) ? 'utf-16be' : 'utf-8';
}

function decodePart(name: string, content: Uint8Array, encoding: ReturnType<typeof encodingOf>): string {
  if (encoding === 'utf-8') return new TextDecoder(encoding).decode(content);
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(content);
    return text.replace(/^(<\?xml[^>]*encoding=["'])[^"']*/i, '$1UTF-8');
  } catch (error) {
    throw new UnreadableFile('UNREADABLE_TEXT', `the part ${name} is not valid UTF-16`, { cause: error });
  }
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

export function relationsOf(parts: ReadonlyMap<string, string>, owner: string): Relation[] {
  const xml = parts.get(relationsName(owner)) ?? '';
  return elements(xml, 'Relationship').map((attributes) => {
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
function keepWorksheets(parts: Map<string, string>, workbook: string): string[] {
  const relations = new Map(relationsOf(parts, workbook).map((relation) => [relation.id, relation]));
  const kept: string[] = [];
  const xml = parts.get(workbook) ?? '';
  const left = xml.replace(/<(?:\w+:)?sheet\s(?:"[^"]*"|'[^']*'|[^>"'])*>/g, (element) => {
    const [attributes] = elements(element, 'sheet');
    const id = [...(attributes ?? [])].find(([name]) => /^\w+:id$/i.test(name))?.[1];
    const relation = relations.get(id ?? '');
    if (relation !== undefined && relation.type !== 'worksheet') return '';
    kept.push(relation?.part ?? '');
    return element;
  });
  if (kept.length > 0) parts.set(workbook, left);
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
