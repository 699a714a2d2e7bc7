/**
 * MOA and ADDENDUM: the link to a signed PDF. ICE's links come wrapped by Outlook, by Chrome's PDF viewer, with a
 * slash missing or without encryption; what is read is the link that was meant.
 */

import type { Reading } from '../table/reading.ts';
import { isBlank, tidySpace } from '../vocabulary/printed-text.ts';

/** The hyperlink decides; without one the text counts if it is a URL itself. */
export function readLink(text: string, hyperlink: string | null): Reading<string> {
  if (hyperlink !== null && tidySpace(hyperlink) !== '') return unwrapLink(hyperlink);
  if (isBlank(text) || /^link pending$/i.test(tidySpace(text))) return { value: null };
  if (/^https?:/i.test(tidySpace(text))) return unwrapLink(text);
  return unreadable('Neither a hyperlink nor a URL, and not marked as pending.');
}

/** Wrappings can be nested, but not without end. */
const MAXIMUM_WRAPPINGS = 4;

function unwrapLink(printed: string): Reading<string> {
  let link = tidySpace(printed);
  let rule: string | undefined;
  for (let round = 0; round < MAXIMUM_WRAPPINGS; round += 1) {
    const inner = unwrapOnce(link);
    if (inner === null) break;
    [link, rule] = [inner.link, rule ?? inner.rule];
  }
  const url = URL.canParse(link) ? new URL(link) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || !url.hostname.includes('.')) {
    return unreadable('The link is not the address of a web page.');
  }
  if (url.protocol === 'http:' && /^(www\.)?ice\.gov$/.test(url.hostname)) {
    url.protocol = 'https:';
    rule ??= 'https';
  }
  return rule === undefined ? { value: url.href } : { value: url.href, rule };
}

function unwrapOnce(link: string): { link: string; rule: string } | null {
  // 2025-08-06: chrome-extension://<id of the PDF viewer>/https:/www.ice.gov/…
  const viewed = /^chrome-extension:\/\/[^/]*\/(https?:.*)$/i.exec(link);
  if (viewed?.[1]) return { link: viewed[1], rule: 'chrome-extension' };
  // Captures that others converted: with or without the host, the time with a flag such as `if_` or not.
  const archived = /^(?:(?:https?:)?\/\/web\.archive\.org)?\/web\/\d{1,14}(?:[a-z]{2}_)?\/(.+)$/i.exec(link);
  if (archived?.[1]) return { link: archived[1], rule: 'web-archive' };
  const singleSlash = /^(https?):\/(?!\/)(.*)$/i.exec(link);
  if (singleSlash?.[2]) return { link: `${singleSlash[1]}://${singleSlash[2]}`, rule: 'single-slash' };
  if (!URL.canParse(link)) return null;
  const url = new URL(link);
  if (!url.hostname.endsWith('.safelinks.protection.outlook.com')) return null;
  const target = url.searchParams.get('url');
  return target === null ? null : { link: tidySpace(target), rule: 'safelink' };
}

function unreadable(reason: string): Reading<string> {
  return { value: null, problem: { code: 'UNREADABLE_LINK', reason } };
}
