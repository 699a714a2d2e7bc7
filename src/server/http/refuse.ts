/** Refusals that happen before GraphQL is asked, in the shape of a GraphQL answer so that clients read one form. */
import type { ServerResponse } from 'node:http';

export type EarlyCode =
  | 'BAD_USER_INPUT'
  | 'DOCUMENT_TOO_LARGE'
  | 'RATE_LIMITED'
  | 'UNAVAILABLE'
  | 'SHUTTING_DOWN'
  | 'INTERNAL';

export interface EarlyRefusal {
  status: number;
  code: EarlyCode;
  message: string;
  extensions?: Record<string, unknown>;
  headers?: Record<string, string>;
}

export function refuse(response: ServerResponse, refusal: EarlyRefusal): void {
  if (response.headersSent || response.destroyed) return;
  const extensions = { code: refusal.code, ...refusal.extensions };
  const body = JSON.stringify({ errors: [{ message: refusal.message, extensions }] });
  response.writeHead(refusal.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...refusal.headers,
  });
  response.end(body);
}
