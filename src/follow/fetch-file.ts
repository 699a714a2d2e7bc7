/**
 * One conditional request with its redirects, bounded in time, bytes and hops. What can go wrong has a name; nothing is
 * thrown but for a stop.
 */
import { type IncomingMessage, request as requestByHttp } from 'node:http';
import { request as requestByHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FollowOutcome } from '../../schema/enums.ts';
import type { CheckAddress } from './allowed-address.ts';

/** What an earlier answer said, that the next request is conditional on. */
export interface Validators {
  etag: string | null;
  lastModified: string | null;
}

export interface FetchedFile extends Validators {
  bytes: Uint8Array;
  /** The address that answered, after redirects. */
  address: string;
  /** As the answer names it, else the end of the address. */
  fileName: string;
  /** The answer's Date header: when the server said so. */
  date: string | null;
}

export interface FetchFailure {
  outcome: Extract<
    FollowOutcome,
    'HTTP_ERROR' | 'UNREACHABLE' | 'TIMEOUT' | 'TOO_LARGE' | 'REDIRECT_LOOP' | 'FORBIDDEN_ADDRESS' | 'CUT_OFF'
  >;
  detail: string;
  /** Seconds that the server asks us to wait; null: it does not. */
  retryAfter: number | null;
}

export type FetchResult =
  | { ok: true; file: FetchedFile }
  | { ok: true; file: null }
  | { ok: false; failure: FetchFailure };

export interface FetchOptions {
  check: CheckAddress;
  userAgent: string;
  accept: string;
  mostBytes: number;
  /** Milliseconds for all of it. */
  deadline: number;
  /** Stops it; then this rejects. */
  signal?: AbortSignal | undefined;
}

const MOST_REDIRECTS = 5;

/** `file` is null where the server says that nothing changed. */
export async function fetchFile(
  address: string,
  known: Validators | null,
  options: FetchOptions,
): Promise<FetchResult> {
  const late = AbortSignal.timeout(options.deadline);
  const signal = options.signal === undefined ? late : AbortSignal.any([late, options.signal]);
  try {
    return await follow(address, known, { ...options, signal });
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    if (late.aborted) return failed('TIMEOUT', `No whole answer within ${options.deadline / 1000} s.`);
    return describeBreak(error);
  }
}

async function follow(
  first: string,
  known: Validators | null,
  { check, userAgent, accept, mostBytes, signal }: FetchOptions,
): Promise<FetchResult> {
  let address = first;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const { why, hosts } = await check(address);
    if (why !== null) return failed('FORBIDDEN_ADDRESS', why);
    const headers = { 'user-agent': userAgent, accept, 'accept-encoding': 'gzip', ...conditions(known) };
    const response = await ask(address, { headers, hosts, signal });
    const { statusCode: status = 0 } = response;
    const { location } = response.headers;
    if (status >= 300 && status < 400 && status !== 304 && location !== undefined) {
      response.destroy();
      if (!URL.canParse(location, address)) return failed('HTTP_ERROR', `It redirects to ${location}, no address.`);
      address = new URL(location, address).href;
      continue;
    }
    if (status === 304) {
      response.destroy();
      if (known !== null) return { ok: true, file: null };
      return failed('HTTP_ERROR', 'It answered 304 to a request without a condition.');
    }
    if (status !== 200) {
      response.destroy();
      return failed('HTTP_ERROR', `It answered ${status}.`, readRetryAfter(response.headers['retry-after'] ?? null));
    }
    const bytes = await readBody(response, mostBytes);
    if (bytes === null) return failed('TOO_LARGE', `It has more than ${mostBytes} bytes.`);
    const { etag = null, 'last-modified': lastModified = null, date = null } = response.headers;
    const fileName = nameOf(response.headers['content-disposition'] ?? null, address);
    return { ok: true, file: { bytes, address, fileName, etag, lastModified, date } };
  }
  return failed('REDIRECT_LOOP', `It redirects more than ${MOST_REDIRECTS} times.`);
}

interface Asked {
  headers: Record<string, string>;
  /** Connected to instead of what a look-up finds now; null: whatever it finds. */
  hosts: readonly string[] | null;
  signal: AbortSignal | undefined;
}

/** Resolves with the head of the answer. */
function ask(address: string, { headers, hosts, signal }: Asked): Promise<IncomingMessage> {
  const request = address.startsWith('https:') ? requestByHttps : requestByHttp;
  const lookup = hosts === null ? {} : { lookup: lookUpAmong(hosts) };
  return new Promise((resolve, reject) => {
    const asked = request(address, { headers, agent: false, ...lookup, ...(signal && { signal }) }, resolve);
    asked.once('error', reject);
    asked.end();
  });
}

/** Finds what was found before. */
const lookUpAmong =
  (hosts: readonly string[]): LookupFunction =>
  (name, { all }, callback) => {
    const found = hosts.map((address) => ({ address, family: isIP(address) }));
    const [first] = found;
    if (first === undefined) callback(new Error(`${name} has no address.`), []);
    else if (all === true) callback(null, found);
    else callback(null, first.address, first.family);
  };

const conditions = (known: Validators | null): Record<string, string> => ({
  ...(known?.etag == null ? {} : { 'if-none-match': known.etag }),
  ...(known?.lastModified == null ? {} : { 'if-modified-since': known.lastModified }),
});

function nameOf(disposition: string | null, address: string): string {
  const given = /filename="([^"]+)"|filename=([^;\s]+)/i.exec(disposition ?? '');
  const last = new URL(address).pathname.split('/').at(-1) ?? '';
  // What comes from outside may hold anything; a name is one, without folders and what no terminal shows.
  const name = (given?.[1] ?? given?.[2] ?? decoded(last)).replace(/[\p{Cc}\p{Cf}/\\]/gu, '_').slice(0, 200);
  return name === '' ? 'list' : name;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

class BodyCutOff extends Error {}

/** Null where there is more than is allowed; what a header says of its length is not asked. */
async function readBody(response: IncomingMessage, mostBytes: number): Promise<Uint8Array | null> {
  const isPacked = /^(x-)?gzip$/i.test(response.headers['content-encoding'] ?? '');
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    // What breaks off here ends the loop with its error.
    for await (const piece of isPacked ? pipeline(response, createGunzip(), () => {}) : response) {
      length += piece.length;
      // Leaving the loop ends the rest.
      if (length > mostBytes) return null;
      pieces.push(piece);
    }
  } catch (error) {
    throw new BodyCutOff(error instanceof Error ? error.message : String(error));
  } finally {
    response.destroy();
  }
  return Buffer.concat(pieces);
}

/** What breaks off in the middle of a body is another thing than nobody there. */
function describeBreak(error: unknown): FetchResult {
  if (error instanceof BodyCutOff) return failed('CUT_OFF', `The answer broke off: ${error.message}.`);
  // Of several addresses none answered: each has said why.
  const cause = error instanceof AggregateError ? error.errors[0] : error;
  const text = cause instanceof Error ? cause.message : String(cause);
  return failed('UNREACHABLE', text || 'The request failed.');
}

const failed = (outcome: FetchFailure['outcome'], detail: string, retryAfter: number | null = null): FetchResult => ({
  ok: false,
  failure: { outcome, detail, retryAfter },
});

/** Seconds, of either form; at most a day. */
function readRetryAfter(text: string | null): number | null {
  if (text === null) return null;
  const seconds = /^\d{1,7}$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 86_400) : null;
}
