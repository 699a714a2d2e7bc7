/**
 * GraphiQL's page, from the package instead of a CDN. It is nine megabytes of text, so it is made when somebody looks
 * for the first time, in a thread that ends with it: what stays is one compressed copy.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import { createGunzip } from 'node:zlib';
import { examples } from './graphiql-examples.ts';
import { menu, menuScript, menuStyle, tabScript } from './graphiql-menu.ts';

export type ServePage = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** HEAD asks about the page: nobody asks a query for headers alone. */
export function asksForPage(request: IncomingMessage): boolean {
  if (request.method === 'HEAD') return true;
  return request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
}

export function createPage(): ServePage {
  let made: Promise<Page> | undefined;
  return async (request, response) => {
    made ??= makePage();
    try {
      await sendPage(await made, request, response);
    } catch (error) {
      // Whoever asks next tries again.
      made = undefined;
      throw error;
    }
  };
}

interface Page {
  gzip: Buffer;
  /** Bytes of the page as it reads. */
  length: number;
  hash: string;
  /** SHA-256 of its scripts, as Content-Security-Policy writes it. */
  scripts: readonly string[];
}

async function makePage(): Promise<Page> {
  const worker = new Worker(pageModule(), {
    workerData: {
      graphiql: { title: 'Accord287', defaultTabs: examples.slice(0, 1), subscriptionsProtocol: 'WS' },
      ...{ menu, menuScript, menuStyle, tabScript },
    },
    // It needs nothing of the environment, nor of how this process was started.
    env: {},
    execArgv: [],
  });
  // The module below answers exactly this, once; `once` rejects with the error that ends a worker before it.
  const [{ gzip, length, scripts }] = (await once(worker, 'message')) as [Omit<Page, 'hash'>];
  const bytes = Buffer.from(gzip.buffer, gzip.byteOffset, gzip.byteLength);
  return { gzip: bytes, length, scripts, hash: createHash('sha256').update(bytes).digest('base64url') };
}

/** A few lines of plain JavaScript, which a worker loads the same from source and when built. */
function pageModule(): URL {
  const steps = `
    import { parentPort, workerData } from 'node:worker_threads';
    import { createHash } from 'node:crypto';
    import { gzipSync } from 'node:zlib';
    import { renderGraphiQL } from '${import.meta.resolve('@graphql-yoga/render-graphiql')}';
    const { graphiql, menu, menuStyle, menuScript, tabScript } = workerData;
    const root = '<div id="root"></div>';
    const [head, body, ...rest] = renderGraphiQL(graphiql).split(root);
    if (body === undefined || rest.length > 0 || !head.includes('</head>')) throw new Error('GraphiQL renders another page.');
    const script = (text) => '<script>' + text + '</script>';
    const styled = head.replace('</head>', () => '<style>' + menuStyle + '</style></head>');
    const text = styled + menu + root + script(tabScript) + script(menuScript) + body;
    const scripts = [...text.matchAll(/<script>([^]*?)<\\/script>/g)].map(([, script]) =>
      "'sha256-" + createHash('sha256').update(script).digest('base64') + "'");
    const page = Buffer.from(text);
    parentPort.postMessage({ gzip: gzipSync(page), length: page.length, scripts });`;
  return new URL(`data:text/javascript,${encodeURIComponent(steps)}`);
}

/** The rare client without gzip has the copy unpacked as it goes. */
async function sendPage(page: Page, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const compressed = acceptsGzip(request.headers['accept-encoding']);
  // A strong tag names the bytes of one form.
  const etag = compressed ? `"${page.hash}"` : `"${page.hash}-plain"`;
  response.setHeader('etag', etag);
  response.setHeader('vary', 'accept, accept-encoding');
  // Asked for again each time, for the answer 304: an instance with a newer build has another page at this address.
  response.setHeader('cache-control', 'public, no-cache');
  if (matches(request.headers['if-none-match'], etag)) {
    response.writeHead(304).end();
    return;
  }
  for (const [name, value] of Object.entries(pageHeaders(page.scripts))) response.setHeader(name, value);
  response.setHeader('content-type', 'text/html; charset=utf-8');
  if (compressed) {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': page.gzip.length }).end(page.gzip);
    return;
  }
  response.writeHead(200, { 'content-length': page.length });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  // It fails only when the client leaves before the end.
  await pipeline(Readable.from([page.gzip]), createGunzip(), response).catch(() => undefined);
}

/** It runs its own scripts, speaks with this server only, and is shown in no other page. */
const pageHeaders = (scripts: readonly string[]) => ({
  'content-security-policy': [
    "default-src 'none'",
    `script-src ${scripts.join(' ')}`,
    // The editor makes its workers and style sheets while it runs.
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  // For browsers that know no frame-ancestors.
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
});

function acceptsGzip(header: string | undefined): boolean {
  const weights = new Map<string, number>();
  for (const each of (header ?? '').toLowerCase().split(',')) {
    const [coding = '', ...parameters] = each.split(';').map((part) => part.trim());
    const weight = parameters.find((part) => part.startsWith('q='));
    weights.set(coding, weight === undefined ? 1 : Number(weight.slice(2)));
  }
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}

/** If-None-Match compares weakly: a proxy may have marked our tag. */
function matches(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
