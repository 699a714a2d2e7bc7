/** Which methods each path has. Everything else is 405 with the list, however odd the method. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuse } from './refuse.ts';

const readable = ['GET', 'HEAD', 'OPTIONS'];
const methods = new Map([
  ['/', readable],
  ['/healthz', readable],
  ['/readyz', readable],
  ['/metrics', readable],
  ['/files/', readable],
  ['/graphql', ['GET', 'HEAD', 'POST', 'OPTIONS']],
]);

/** By which clients of graphql-sse reserve a stream for all of their operations, and end one of them. */
const reserving = new Set(['PUT', 'DELETE']);
const noReservations =
  'The single connection mode of GraphQL over SSE is not served: leave out `singleConnection`, and each operation has its own.';

/** True if the request was answered here: with 405, or where it only asks which methods there are. */
export function answerMethod(path: string, request: IncomingMessage, response: ServerResponse): boolean {
  const allowed = methods.get(path);
  const method = request.method ?? '';
  if (allowed === undefined) return false;
  const allow = allowed.join(', ');
  // The API answers preflights with the rest of the cross-origin rules.
  if (method === 'OPTIONS' && path !== '/graphql') {
    response.writeHead(204, { allow, 'content-length': '0' }).end();
    return true;
  }
  if (allowed.includes(method)) return false;
  refuse(response, {
    status: 405,
    code: 'BAD_USER_INPUT',
    message: `${path} takes ${allow}.${path === '/graphql' && reserving.has(method) ? ` ${noReservations}` : ''}`,
    // What follows the headers is not read, so the connection cannot carry another request.
    headers: { allow, connection: 'close' },
  });
  return true;
}
