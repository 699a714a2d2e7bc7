/**
 * `GET /files/<sha256>/<file name>`: an original, as a download that never changes. What is not public is the
 * operators'. It costs a point to ask, and one for each 64 kB.
 */

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Viewer } from '../../graphql/access/viewer.ts';
import type { Allowance } from '../../graphql/execution/caller.ts';
import { tellAllowance } from '../limits/request-rate.ts';
import { answerCrossOrigin } from './cross-origin.ts';
import { answerMethod } from './methods.ts';
import { refuse, tooManyRequests } from './refuse.ts';

export interface ServedFile {
  sha256: string;
  bytes: number;
  mediaType: string;
  isPublic: boolean;
}

export interface FileOptions {
  /** Null where there is none, or its bytes are not kept. */
  find(sha256: string, fileName: string): Promise<ServedFile | null>;
  /** Throws before the last piece where the bytes are not those of the hash. */
  read(sha256: string): AsyncIterable<Uint8Array>;
  /** Null for an unknown key. */
  readViewer(authorization: string | undefined): Viewer | null;
  /** Charges points. */
  count(address: string, viewer: Viewer | null, points: number): Promise<Allowance>;
}

/** Answers what is below `/files/`. */
export type AnswerFile = (request: IncomingMessage, response: ServerResponse, address: string) => Promise<void>;

export const FILES = '/files/';
const BYTES_PER_POINT = 64 * 1024;

export function createFiles({ find, read, readViewer, count }: FileOptions): AnswerFile {
  return async (request, response, address) => {
    if (answerCrossOrigin(request, response) || answerMethod(FILES, request, response)) return;
    const viewer = readViewer(request.headers.authorization);
    const charge = async (points: number): Promise<boolean> => {
      const allowance = await count(address, viewer, points);
      tellAllowance(response, allowance);
      if (!allowance.exceeded) return true;
      refuse(response, tooManyRequests(allowance));
      return false;
    };
    if (!(await charge(1))) return;
    if (viewer === null) return refuseStranger(response, 'The bearer key is unknown.');
    const asked = readPath(request.url ?? '');
    const file = asked && (await find(asked.sha256, asked.fileName));
    if (!asked || !file) return notFound(response);
    if (!file.isPublic && !viewer.operator) return refuseOutsider(response, viewer);
    const tag = `"${file.sha256}"`;
    const forWhom = file.isPublic ? 'public, max-age=31536000, immutable' : 'private, no-store';
    const headers = { etag: tag, 'cache-control': forWhom };
    if (request.headers['if-none-match'] === tag) return void response.writeHead(304, headers).end();
    if (request.method !== 'HEAD' && !(await charge(Math.floor(file.bytes / BYTES_PER_POINT)))) return;
    await send(response, read(file.sha256), request.method === 'HEAD', {
      ...headers,
      'content-type': file.mediaType,
      'content-length': file.bytes,
      'content-disposition': `attachment; filename="${plain(asked.fileName)}"; filename*=UTF-8''${encoded(asked.fileName)}`,
      // Whatever a browser makes of it, it is nothing that runs.
      'content-security-policy': "default-src 'none'; sandbox",
    });
  };
}

/** The head waits for the first piece: until then it can still be said that something is wrong. */
async function send(
  response: ServerResponse,
  pieces: AsyncIterable<Uint8Array>,
  isHead: boolean,
  headers: Record<string, string | number>,
): Promise<void> {
  if (isHead) return void response.writeHead(200, headers).end();
  try {
    for await (const piece of pieces) {
      if (response.destroyed) return;
      if (!response.headersSent) response.writeHead(200, headers);
      if (!response.write(piece)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
    if (!response.headersSent) response.writeHead(200, headers);
    response.end();
  } catch (error) {
    // Half a file must not look like a whole one.
    if (response.headersSent) response.destroy();
    throw error;
  }
}

function readPath(url: string): { sha256: string; fileName: string } | null {
  const [, sha256 = '', name = ''] = /^\/files\/([0-9a-f]{64})\/([^/?#]+)(?:\?|$)/.exec(url) ?? [];
  try {
    const fileName = decodeURIComponent(name);
    return sha256 === '' || fileName.includes('\0') ? null : { sha256, fileName };
  } catch {
    return null;
  }
}

const notFound = (response: ServerResponse): void =>
  refuse(response, {
    status: 404,
    code: 'BAD_USER_INPUT',
    message: 'No such file is kept. Snapshot.file has the address.',
  });

function refuseOutsider(response: ServerResponse, { key }: Viewer): void {
  const message = 'This file is for operators only.';
  const headers = { 'cache-control': 'no-store' };
  if (key === undefined) refuseStranger(response, message);
  else refuse(response, { status: 403, code: 'FORBIDDEN', message: `${message} Your key has another role.`, headers });
}

const refuseStranger = (response: ServerResponse, message: string): void =>
  refuse(response, {
    ...{ status: 401, code: 'UNAUTHENTICATED', message: `${message} Send Authorization: Bearer <key>.` },
    headers: { 'www-authenticate': 'Bearer', 'cache-control': 'no-store' },
  });

/** For clients that know no other form. */
const plain = (name: string): string => name.replace(/[^\x20-\x7e]|["\\%]/g, '_');

const encoded = (name: string): string =>
  encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
