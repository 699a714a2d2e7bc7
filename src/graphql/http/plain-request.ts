/**
 * Recognises the plain request: a POST of JSON that wants JSON back. Anything that is not exactly that is left to
 * yoga, with the body that was read handed on, so that this file never has to word a refusal.
 */
import type { IncomingMessage } from 'node:http';

export interface OperationText {
  query: string;
  variables: Record<string, unknown> | null;
  operationName: string | null;
}

export interface PlainRequest extends OperationText {
  mediaType: 'application/json' | 'application/graphql-response+json';
}

/** A request whose body was read before; yoga takes it from `body` too. */
interface ReadRequest extends IncomingMessage {
  body?: unknown;
}

/** Null for everything else. */
export async function readPlainRequest(request: ReadRequest): Promise<PlainRequest | null> {
  if (request.method !== 'POST' || !isJson(request.headers['content-type'])) return null;
  const mediaType = wantedMediaType(request.headers.accept);
  if (mediaType === null) return null;
  const operation = parseOperation(await readText(request));
  return operation === null ? null : { ...operation, mediaType };
}

/** The operation that a request asks for by GET or as JSON; null for what is left to yoga to refuse. */
export async function readOperationText(request: ReadRequest): Promise<OperationText | null> {
  if (request.method === 'POST') {
    return isJson(request.headers['content-type']) ? parseOperation(await readText(request)) : null;
  }
  const given = new URLSearchParams((request.url ?? '').split('?', 2)[1] ?? '');
  if (unreadableParameter(given) !== null) return null;
  const [variables, extensions] = jsonParameters.map((name) => parseJson(given.get(name) || 'null'));
  return toOperation({ query: given.get('query'), variables, extensions, operationName: given.get('operationName') });
}

const jsonParameters = ['variables', 'extensions'];

/** Name of a parameter of a GET that should be JSON and is not; null: there is none. */
export function unreadableParameter(given: URLSearchParams): string | null {
  return jsonParameters.find((name) => parseJson(given.get(name) || 'null') === undefined) ?? null;
}

async function readText(request: ReadRequest): Promise<string> {
  const text = typeof request.body === 'string' ? request.body : await readBody(request);
  request.body = text;
  return text;
}

function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/json\s*(;\s*charset=utf-?8\s*)?$/i.test(contentType);
}

/** The first of our two media types that the header names; any type at all means JSON. */
function wantedMediaType(accept: string | undefined): PlainRequest['mediaType'] | null {
  if (accept === undefined || accept === '*/*') return 'application/json';
  for (const range of accept.split(',')) {
    const type = range.split(';', 1)[0]?.trim();
    if (type === 'application/graphql-response+json') return type;
    if (type === 'application/json' || type === 'application/*' || type === '*/*') return 'application/json';
    if (type === 'text/event-stream' || type === 'multipart/mixed' || type === 'text/html') return null;
  }
  return null;
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined;
    const rest: Buffer[] = [];
    request.on('data', (chunk: Buffer) => {
      if (first === undefined) first = chunk;
      else rest.push(chunk);
    });
    request.once('end', () =>
      resolve((rest.length === 0 ? first : Buffer.concat([first ?? empty, ...rest]))?.toString() ?? ''),
    );
    request.once('error', reject);
  });
}

const empty = Buffer.alloc(0);

/** Null for text that is not the JSON of one operation. */
export function parseOperation(text: string): OperationText | null {
  const body = parseJson(text);
  return isObject(body) ? toOperation(body) : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toOperation(body: Record<string, unknown>): OperationText | null {
  for (const name in body) if (!parameters.has(name)) return null;
  const { query, variables = null, operationName = null, extensions = null } = body;
  // yoga has the words for a request without a document.
  if (typeof query !== 'string' || query === '') return null;
  if (variables !== null && !isObject(variables)) return null;
  if (operationName !== null && typeof operationName !== 'string') return null;
  if (extensions !== null && !isObject(extensions)) return null;
  return { query, variables, operationName };
}

const parameters = new Set(['query', 'variables', 'operationName', 'extensions']);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
