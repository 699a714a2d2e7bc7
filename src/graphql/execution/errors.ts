/**
 * The closed list of error codes, and what the public is told of an error: refusals in their own words, faults as a
 * correlation id that the log has too.
 */
import { randomUUID } from 'node:crypto';
import { type ASTNode, GraphQLError } from 'graphql';
import { awayCodes, isDiskFull } from '../../database/error-cause.ts';
import { CursorError } from '../../feed/log/cursor.ts';
import { TooExpensive } from '../../feed/scheduling/answer-errors.ts';
import { QueryRefusal } from '../../queries/refusal.ts';
import { clientGone } from './caller.ts';

export const errorCodes = [
  'BAD_USER_INPUT',
  'BAD_CURSOR',
  'CURSOR_IN_FUTURE',
  'CURSOR_STALE',
  'QUERY_TOO_COMPLEX',
  'DOCUMENT_TOO_LARGE',
  'RESPONSE_TOO_LARGE',
  'RATE_LIMITED',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'TIMEOUT',
  'UNAVAILABLE',
  'SHUTTING_DOWN',
  'INTERNAL',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** What the log needs of a fault. */
export interface FaultLog {
  error(fields: { err: unknown; errorId: string }, message: string): void;
  warn(fields: { err: unknown }, message: string): void;
}

/**
 * A refusal of a whole request, before anything ran; HTTP 400 where GraphQL over HTTP says so. `place` says what in
 * the document is refused; its path has the keys of the answer without positions in lists, of which there are none.
 */
export function refuseRequest(
  code: ErrorCode,
  message: string,
  extensions: Record<string, unknown> = {},
  place: { nodes?: readonly ASTNode[] | undefined; path?: readonly string[] } = {},
): GraphQLError {
  const { nodes = null, path = null } = place;
  return new GraphQLError(message, {
    ...{ nodes, path },
    extensions: { code, ...extensions, http: { status: 400, spec: true } },
  });
}

/** A refusal of a bearer key that is nobody's: HTTP 401 whatever the media type. */
export function refuseKey(): GraphQLError {
  return new GraphQLError('This bearer key is not known. Without one, what is public is answered.', {
    extensions: {
      code: 'UNAUTHENTICATED',
      http: { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } },
    },
  });
}

/** A refusal for lack of the database, or of room: HTTP 503 whatever the media type. */
export function unavailable(message = 'The database does not answer. Try again in a moment.'): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: 'UNAVAILABLE', http: { status: 503, headers: { 'retry-after': '1' } } },
  });
}

export function timedOut(milliseconds: number): GraphQLError {
  return new GraphQLError(`The query took longer than ${milliseconds} ms.`, {
    extensions: { code: 'TIMEOUT', limit: milliseconds, unit: 'ms' },
  });
}

/** What the client is told. Anything unexpected is logged under the id that the client gets. */
export function toPublicError(error: unknown, log: FaultLog | undefined): GraphQLError {
  const located = error instanceof GraphQLError ? error : undefined;
  const cause = located?.originalError ?? error;
  if (cause instanceof GraphQLError && typeof cause.extensions.code === 'string') {
    return located === undefined || located === cause ? cause : locate(cause.message, located, cause.extensions);
  }
  if (cause instanceof QueryRefusal || cause instanceof CursorError) {
    return locate(cause.message, located, { code: cause.code });
  }
  if (cause instanceof TooExpensive) return locate(cause.message, located, { code: 'QUERY_TOO_COMPLEX' });
  // graphql-js itself: a variable of the wrong type, null where none may stand, an unknown operation. What a scalar
  // cannot write has no place in the document, and is a fault.
  if (cause instanceof GraphQLError && (cause === located || cause.nodes !== undefined)) {
    return locate(cause.message, located, { code: 'BAD_USER_INPUT', ...located?.extensions });
  }
  // No fault, and nobody reads what is answered.
  if (cause === clientGone) return locate(clientGone.message, located, { code: 'TIMEOUT' });
  if (isUnavailable(error)) return locate(unavailable().message, located, unavailable().extensions);
  if (cause instanceof Error && isDiskFull(cause)) {
    log?.warn({ err: cause }, 'the disk is full');
    const { message, extensions } = unavailable('The disk is full: nothing of what was being written is kept.');
    return locate(message, located, extensions);
  }
  if (limitReached(error) !== null) return locate('A statement took too long.', located, { code: 'TIMEOUT' });
  const errorId = randomUUID();
  log?.error({ err: cause, errorId }, 'query failed');
  return locate(`Internal error ${errorId}`, located, { code: 'INTERNAL', errorId });
}

/** At which limit work was ended: that for running, or that of a statement for waiting for a lock. Null: at none. */
export function limitReached(error: unknown): 'running' | 'lock' | null {
  if (error instanceof GraphQLError && error.extensions.code === 'TIMEOUT') return 'running';
  const state = sqlStateOf(error);
  if (state === '55P03') return 'lock';
  return state === '57014' ? 'running' : null;
}

function locate(message: string, located: GraphQLError | undefined, extensions: Record<string, unknown>): GraphQLError {
  return new GraphQLError(message, {
    ...(located?.nodes === undefined ? {} : { nodes: located.nodes }),
    ...(located?.path === undefined ? {} : { path: located.path }),
    extensions,
  });
}

/** True when the database can't be reached; drivers say so in a code somewhere down the chain of causes. */
export function isUnavailable(error: unknown): boolean {
  for (const code of codesOf(error)) {
    if (awayCodes.has(code) || code.startsWith('08') || code.startsWith('57P') || code === '53300') return true;
  }
  return false;
}

function sqlStateOf(error: unknown): string | undefined {
  return codesOf(error).find((code) => /^[0-9A-Z]{5}$/.test(code));
}

function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  let each: unknown = error;
  for (let depth = 0; depth < 8 && each instanceof Error; depth += 1) {
    if ('code' in each && typeof each.code === 'string') codes.push(each.code);
    each = each instanceof GraphQLError ? each.originalError : each.cause;
  }
  return codes;
}
