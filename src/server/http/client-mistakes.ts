/**
 * Mistakes of clients below HTTP: bytes that are no request, headers that are too long or too slow, uploads that break
 * off, CONNECT. They get a bare answer where one can still be given, and a quiet line in the log: nothing is wrong here.
 */
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Log } from '../log.ts';
import type { ResponseQueue } from './response-queue.ts';
import { rawSecurityHeaders } from './security-headers.ts';

export function answerClientMistakes(server: Server, line: ResponseQueue, log: Log): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    log.debug({ code: error.code }, 'malformed request');
    // Amidst an answer, words of ours would be taken for a part of it.
    if (line.isBusy(socket) || !socket.writable || error.code === 'ECONNRESET') socket.destroy();
    else sayAndClose(socket, statusOf(error));
  });
  // A proxy is asked for a tunnel so; without a listener the connection would be cut without a word.
  server.on('connect', (_request, socket) => sayAndClose(socket, 405, 'allow: GET, HEAD, POST, OPTIONS\r\n'));
}

/** The client broke off, so whatever failed for lack of its bytes is no fault. */
export function brokeOff(request: IncomingMessage, error: unknown): boolean {
  return (
    request.destroyed && !request.complete && error instanceof Error && 'code' in error && error.code === 'ECONNRESET'
  );
}

function sayAndClose(socket: Duplex, status: number, headers = ''): void {
  // Who does not take even this is cut by the error.
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n${headers}${rawSecurityHeaders}\r\n`,
    () => socket.destroy(),
  );
}

function statusOf({ code }: NodeJS.ErrnoException): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return 413;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}
