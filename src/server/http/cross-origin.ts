/**
 * What a browser on another site may do: read the public API, never with credentials. Operators use bearer keys,
 * which a browser does not add by itself, so there is nothing a foreign page could borrow.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Any header: tracers and clients add theirs, and nothing here trusts one that a page could set. The star does not stand
 * for `authorization`; browsers that do not know it still have the names after it.
 */
const allowed = '*, authorization, content-type, last-event-id, x-request-id';
const exposed = 'x-request-id, etag, retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset';

/** Sets the headers of every answer; true if the request was a preflight, which is answered here. */
export function answerCrossOrigin(request: IncomingMessage, response: ServerResponse): boolean {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-expose-headers', exposed);
  if (request.method !== 'OPTIONS') return false;
  response.writeHead(204, {
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': allowed,
    'access-control-max-age': '86400',
    'content-length': '0',
  });
  response.end();
  return true;
}
