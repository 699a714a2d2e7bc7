/** The links to lists on a page: by what they say and where they lead, never by where on the page they stand. */
import { DomUtils, parseDocument } from 'htmlparser2';
import type { SnapshotKind } from '../../schema/enums.ts';

export interface ListLink {
  address: string;
  /** By what the link says. */
  kind: SnapshotKind;
}

/** A page has two; more where it keeps old ones. */
const MOST_LINKS = 64;

/** Longer ones no server takes, and they have no place among those that are remembered. */
const MOST_CHARACTERS = 2_000;

/** Absolute addresses, each once, in the order of the page. `base` is the address that the page came from. */
export function findListLinks(html: string, base: string): ListLink[] {
  const document = parseDocument(html);
  const [declared] = DomUtils.getElementsByTagName('base', document);
  const from = resolveAddress(declared?.attribs.href ?? '', base) ?? base;
  const found = new Map<string, ListLink>();
  for (const link of DomUtils.getElementsByTagName('a', document)) {
    const target = link.attribs.href?.trim() ?? '';
    const address = resolveAddress(target, from);
    const kind = kindOf(`${DomUtils.textContent(link)} ${link.attribs.title ?? ''} ${decoded(target)}`);
    if (address === null || kind === null || !leadsToFile(target)) continue;
    if (!found.has(address)) found.set(address, { address, kind });
    if (found.size === MOST_LINKS) break;
  }
  return [...found.values()];
}

/** What a link, an address or a name says; null: neither of the two lists. */
export function kindOf(text: string): SnapshotKind | null {
  if (/pending/i.test(text)) return 'PENDING';
  return /participat/i.test(text) ? 'PARTICIPATING' : null;
}

/** A workbook by its name, or what the publisher's site gives for download. */
const leadsToFile = (target: string): boolean =>
  /\.xlsx(?:[?#]|$)/i.test(target) || /file-download\/download\/public/i.test(target);

/** Null for what is no address of the web. Its fragment is not part of it. */
function resolveAddress(target: string, base: string): string | null {
  if (target === '' || !URL.canParse(target, base)) return null;
  const url = new URL(target, base);
  url.hash = '';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  return url.href.length > MOST_CHARACTERS ? null : url.href;
}

function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}
