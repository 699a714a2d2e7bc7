/** An answer as bytes on the wire: JSON within the size limit, and the HTTP status that it stands under. */
import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import { GraphQLError } from 'graphql';

export interface WireAnswer {
  status: number;
  body: string;
  headers: Readonly<Record<string, string>>;
}

/** Bytes that an answer may have. */
export const MOST_BYTES = 5 * 1024 * 1024;

/** `application/json` clients take anything but 200 for a failure of transport, so refusals keep 200 for them. */
export function toWire(result: ExecutionResult, mediaType: string, mostBytes = MOST_BYTES): WireAnswer {
  const body = stringify(result);
  if (isLonger(body, mostBytes)) {
    return toWire(tooLarge(mostBytes), mediaType, Number.POSITIVE_INFINITY);
  }
  if (result.errors === undefined) return { status: 200, body, headers: {} };
  return { ...statusOf(result, mediaType), body };
}

/** The result as JSON without what only servers read. */
export function stringify(result: ExecutionResult): string {
  const { data, errors } = result;
  if (errors === undefined) return `{"data":${JSON.stringify(data)}}`;
  const formatted = JSON.stringify(errors.map(format));
  return data === undefined ? `{"errors":${formatted}}` : `{"errors":${formatted},"data":${JSON.stringify(data)}}`;
}

/** An error as clients read it. */
export function format(error: GraphQLError): GraphQLFormattedError {
  const { http: _http, ...extensions } = error.extensions;
  const { message, locations, path } = error.toJSON();
  return { message, ...(locations && { locations }), ...(path && { path }), extensions };
}

/** The result, or the refusal of one that is too large, as JSON. */
export function stringifyWithin(result: ExecutionResult, mostBytes: number): string {
  const text = stringify(result);
  return isLonger(text, mostBytes) ? stringify(tooLarge(mostBytes)) : text;
}

/** A character is at most three bytes of UTF-8, so most answers need no count. */
export function isLonger(text: string, bytes: number): boolean {
  return text.length * 3 > bytes && Buffer.byteLength(text) > bytes;
}

export function tooLarge(mostBytes: number): ExecutionResult {
  const error = new GraphQLError(`The answer is larger than ${mostBytes} bytes. Ask for smaller pages.`, {
    extensions: { code: 'RESPONSE_TOO_LARGE', limit: { name: 'bytes', most: mostBytes, found: null } },
  });
  return { data: null, errors: [error] };
}

interface HttpHint {
  status?: number;
  spec?: boolean;
  headers?: Record<string, string>;
}

function statusOf(result: ExecutionResult, mediaType: string): Omit<WireAnswer, 'body'> {
  const plain = mediaType === 'application/json';
  for (const error of result.errors ?? []) {
    // Only errors.ts writes this extension.
    const hint = error.extensions.http as HttpHint | undefined;
    if (hint?.status !== undefined && hint.spec !== true) return { status: hint.status, headers: hint.headers ?? {} };
  }
  return { status: plain || result.data !== undefined ? 200 : 400, headers: {} };
}
