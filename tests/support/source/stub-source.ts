/** The publisher's site as tests need it: a page with links, files, and every fault that a site can have. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildWorkbook, participatingHeader, participatingRow } from '../../unit/intake/workbook-builder.ts';

export interface StubFile {
  bytes: Uint8Array;
  lastModified?: string;
  /** Left out: by the bytes. Null: none. */
  etag?: string | null;
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface StubSource extends AsyncDisposable {
  /** Of the page. */
  page: string;
  origin: string;
  /** What the page links to, as its HTML has it. */
  links(...hrefs: string[]): void;
  /** The page as a whole. */
  html(text: string): void;
  put(path: string, file: StubFile | Answer): void;
  /** Paths in the order in which they were asked, with the status that they got. */
  asked: string[];
  /** What was posted to `/hook`. */
  told: { text: string; alarms: { kind: string; state: string; subject: string; message: string }[] }[];
}

export async function openStubSource(): Promise<StubSource> {
  const files = new Map<string, StubFile | Answer>();
  const asked: string[] = [];
  const told: StubSource['told'] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    response.once('close', () => asked.push(`${path} ${response.statusCode}`));
    if (path === '/hook') return void takeMessage(request, response, told);
    const file = files.get(path);
    if (file === undefined) return void response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Gone</h1>');
    if (typeof file === 'function') return file(request, response);
    sendFile(file, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const html = (text: string): void => {
    files.set('/287g', (_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(text));
  };
  return {
    ...{ page: `${origin}/287g`, origin, asked, told, html },
    links: (...hrefs) => {
      const items = hrefs.map((href) => `<li><a href="${href}">Participating <b>Agencies</b></a></li>`);
      html(`<!doctype html><html><body><a href="/about">About</a><ul>${items.join('')}</ul></body></html>`);
    },
    put: (path, file) => void files.set(path, file),
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function sendFile({ bytes, lastModified, etag }: StubFile, request: IncomingMessage, response: ServerResponse): void {
  const tag = etag === undefined ? `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"` : etag;
  const headers = {
    ...(tag === null ? {} : { etag: tag }),
    ...(lastModified === undefined ? {} : { 'last-modified': new Date(lastModified).toUTCString() }),
  };
  if (tag !== null && request.headers['if-none-match'] === tag) return void response.writeHead(304, headers).end();
  response.writeHead(200, { ...headers, 'content-length': bytes.length }).end(bytes);
}

function takeMessage(request: IncomingMessage, response: ServerResponse, told: StubSource['told']): void {
  let text = '';
  request.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  request.on('end', () => {
    told.push(JSON.parse(text));
    response.writeHead(200).end('ok');
  });
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Agencies whose names are nothing alike. */
export const agencyNames = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => {
    const [first = 'A', second = 'A'] = [letters[index % 26], letters[Math.floor(index / 26)]];
    return `${first.repeat(4)}${second.repeat(3)} Police Department`;
  });

/** A workbook as the publisher makes them, of these agencies. */
export const workbookOf = (agencies: readonly string[], modified: string): Promise<Uint8Array> =>
  buildWorkbook(
    [
      {
        rows: [
          participatingHeader,
          ...agencies.map((name) => participatingRow({ 0: 'TEXAS', 1: name, 2: 'Municipality', 3: null })),
        ],
      },
    ],
    { modified: new Date(modified) },
  );
