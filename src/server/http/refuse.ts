/** Refusals that happen before GraphQL is asked, in the shape of a GraphQL answer so that clients read one form. */
import type { ServerResponse } from 'node:http';
import type { Allowance } from '../../graphql/execution/caller.ts';
import { describeExceeded } from '../limits/request-rate.ts';

export type EarlyCode =
  | 'BAD_USER_INPUT'
  | 'FORBIDDEN'
  | 'UNAUTHENTICATED'
  | 'DOCUMENT_TOO_LARGE'
  | 'UNAUTHENTICATED'
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

/** So long a refused sender has to read why, before what it still sends has the connection reset. */
const LINGER_MILLISECONDS = 500;

export function refuse(response: ServerResponse, refusal: EarlyRefusal): void {
  if (response.headersSent || response.destroyed) return;
  const extensions = { code: refusal.code, ...refusal.extensions };
  const body = JSON.stringify({ errors: [{ message: refusal.message, extensions }] });
  response.writeHead(refusal.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...refusal.headers,
  });
  const isCutOff = refusal.headers?.connection === 'close' && !response.req.complete;
  if (!isCutOff) {
    response.end(body);
    return;
  }
  response.write(body);
  const timer = setTimeout(() => response.end(), LINGER_MILLISECONDS);
  response.once('close', () => clearTimeout(timer));
}

export const tooManyRequests = (allowance: Allowance): EarlyRefusal => ({
  ...{ status: 429, code: 'RATE_LIMITED', ...describeExceeded(allowance) },
  headers: { 'retry-after': String(allowance.reset) },
});
