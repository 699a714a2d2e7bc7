/**
 * Bodies are refused by their headers where possible and by counting where not: too long, compressed, or of a type
 * that a browser sends to a foreign site without asking first.
 */
import type { IncomingMessage } from 'node:http';
import type { EarlyRefusal } from './refuse.ts';

export const maxBodyBytes = 256 * 1024;

/** A request whose body has been read; yoga takes it from here instead of the stream. */
export interface ReadRequest extends IncomingMessage {
  body?: string;
}

/** The refusal, or null: then the body may be read, by us (chunked) or by the handler (its length is known). */
export async function checkBody(request: ReadRequest): Promise<EarlyRefusal | null> {
  const refusal = checkHeaders(request);
  if (refusal !== null) return refusal;
  if (request.headers['content-length'] !== undefined) return null;
  const body = await readAtMost(request, maxBodyBytes);
  if (body === null) return tooLarge;
  request.body = body;
  return null;
}

const tooLarge: EarlyRefusal = {
  status: 413,
  code: 'DOCUMENT_TOO_LARGE',
  message: `A request may have ${maxBodyBytes} bytes.`,
  extensions: { limit: maxBodyBytes, unit: 'bytes' },
  // The rest of the body is not read, so the connection cannot carry another request.
  headers: { connection: 'close' },
};

function checkHeaders(request: IncomingMessage): EarlyRefusal | null {
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return tooLarge;
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    return {
      status: 415,
      code: 'BAD_USER_INPUT',
      message: 'Compressed requests are not accepted.',
      headers: { connection: 'close' },
    };
  }
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/json') return null;
  // Forms and plain text reach a foreign site without a preflight: accepting JSON alone is the CSRF protection.
  return {
    status: 415,
    code: 'BAD_USER_INPUT',
    message: 'A POST must have the content type application/json.',
    headers: { connection: 'close', accept: 'application/json' },
  };
}

async function readAtMost(request: IncomingMessage, limit: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        request.removeAllListeners('data');
        request.pause();
        resolve(null);
      } else chunks.push(chunk);
    });
    request.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.once('error', reject);
  });
}
