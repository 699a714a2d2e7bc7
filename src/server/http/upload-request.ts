/** Uploads are refused by their headers and by who sends them, before a byte of the body is read. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { mayIngest, type Viewer } from '../../graphql/access/viewer.ts';
import { isUpload, MOST_UPLOAD_BYTES } from '../../graphql/http/upload.ts';
import type { EarlyRefusal } from './refuse.ts';

/** Of a whole request: the file, and what surrounds it. */
const MOST_BYTES = MOST_UPLOAD_BYTES + 600 * 1024;

/** Uploads that are read at a time: each may fill a folder. */
const MOST_AT_ONCE = 4;

/**
 * Null for an upload that may be read. Undefined for what is none, or comes without a key: a foreign site could send
 * that, and it is refused like any form.
 */
export type CheckUpload = (request: IncomingMessage, response: ServerResponse) => EarlyRefusal | null | undefined;

/** `readViewer` answers null for an unknown key. */
export function createUploadCheck(readViewer: (authorization: string | undefined) => Viewer | null): CheckUpload {
  let open = 0;
  return (request, response) => {
    if (!isUpload(request)) return undefined;
    const viewer = readViewer(request.headers.authorization);
    if (viewer === null) return unknownKey;
    if (viewer.key === undefined) return undefined;
    if (!mayIngest(viewer)) return wrongRole;
    if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) return tooLarge;
    if (open >= MOST_AT_ONCE) return tooMany;
    open += 1;
    response.once('close', () => {
      open -= 1;
    });
    return null;
  };
}

// Nothing of the body is read, so the connection cannot carry another request.
const close = { connection: 'close' };
const unknownKey: EarlyRefusal = {
  ...{ status: 401, code: 'UNAUTHENTICATED', message: 'This bearer key is not known.' },
  headers: { ...close, 'www-authenticate': 'Bearer error="invalid_token"' },
};
const wrongRole: EarlyRefusal = {
  ...{ status: 403, code: 'FORBIDDEN' },
  message: 'Files are taken with a key of the role ingest or admin; yours has the role read.',
  headers: close,
};
const tooLarge: EarlyRefusal = {
  ...{ status: 413, code: 'DOCUMENT_TOO_LARGE', message: `An upload may have ${MOST_BYTES} bytes.` },
  ...{ extensions: { limit: MOST_BYTES, unit: 'bytes' }, headers: close },
};
const tooMany: EarlyRefusal = {
  ...{ status: 503, code: 'RATE_LIMITED', message: `${MOST_AT_ONCE} files are read at a time. Try again in a moment.` },
  headers: { ...close, 'retry-after': '5' },
};
