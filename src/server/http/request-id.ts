/** One id a request, from the caller if it gave a harmless one: in the answer's header, the log and masked errors. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export const requestIdHeader = 'x-request-id';

/** Anything but plain word characters is replaced, so that a log line or a header cannot be forged. */
export function assignRequestId(request: IncomingMessage): string {
  const given = request.headers[requestIdHeader];
  const id = typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
  // Whatever handles the request later reads the id where it would read the caller's.
  request.headers[requestIdHeader] = id;
  return id;
}
