/** Headers that every answer has, whoever gives it: browsers guess no types, and tell no other site where they came from. */
import type { ServerResponse } from 'node:http';

const everywhere = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };

export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(everywhere)) response.setHeader(name, value);
}

/** The same for answers that are written to a socket by hand. */
export const rawSecurityHeaders = Object.entries(everywhere)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('');
