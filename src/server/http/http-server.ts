/**
 * The HTTP server in front of GraphQL: limits of Node's own, request ids, cross-origin rules, early refusals,
 * health, and the log line of each request. It knows GraphQL only as a handler, and the request for its page.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Viewer } from '../../graphql/access/viewer.ts';
import type { Allowance } from '../../graphql/execution/caller.ts';
import { asksForPage } from '../../graphql/http/graphiql.ts';
import type { Health } from '../health.ts';
import type { ReadAddress } from '../limits/client-address.ts';
import { tellAllowance } from '../limits/request-rate.ts';
import type { UnsentBytes } from '../limits/unsent-bytes.ts';
import { type Log, withoutRedaction } from '../log.ts';
import { answerClientMistakes, brokeOff } from './client-mistakes.ts';
import { answerCrossOrigin } from './cross-origin.ts';
import { type AnswerFile, FILES } from './files.ts';
import { MeasuredResponse } from './measured-response.ts';
import { answerMethod } from './methods.ts';
import { type EarlyRefusal, refuse, tooManyRequests } from './refuse.ts';
import { checkBody } from './request-body.ts';
import { assignRequestId, requestIdHeader } from './request-id.ts';
import type { Answer, ResponseQueue } from './response-queue.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { type CheckUpload, createUploadCheck } from './upload-request.ts';

/** Answers a GraphQL request; takes `request.body` for the body where it is set. */
export type GraphqlHandler = (request: IncomingMessage, response: ServerResponse, address: string) => unknown;

export interface HttpServerOptions {
  graphql: GraphqlHandler;
  /** Answers what asks for a stream; false for everything else. */
  stream?: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  /** Answers what is asked below `/files/`; left out, nothing is there. */
  files?: AnswerFile;
  /** Whose key it is; null: nobody's. */
  readViewer: (authorization: string | undefined) => Viewer | null;
  /** Counts the request for its sender. */
  count: (request: IncomingMessage, address: string) => Promise<Allowance>;
  health: Health;
  line: ResponseQueue;
  unsent: UnsentBytes;
  readAddress: ReadAddress;
  /** What is open at this moment, for `/readyz`. */
  open?: () => OpenStreams;
  log: Log;
  /** Told the status of each answer. */
  observe?: (status: number) => void;
  /** Answers `/metrics`. */
  metrics?: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  maxConnections?: number;
}

export interface OpenStreams {
  watchers: number;
  /** Of watchers who ask the same. */
  groups: number;
  /** WebSockets and event streams. */
  streams: number;
}

export function createHttpServer(options: HttpServerOptions): Server {
  const waiting = new Set<ServerResponse>();
  const checkUpload = createUploadCheck(options.readViewer);
  const serving: Serving = { ...options, requestLog: withoutRedaction(options.log), waiting, checkUpload };
  const server = createServer(
    // Node's defaults let 3,000 half-open requests stay for minutes.
    {
      ...{
        headersTimeout: 10_000,
        requestTimeout: 30_000,
        connectionsCheckingInterval: 2_000,
        keepAliveTimeout: 5_000,
      },
      ServerResponse: MeasuredResponse,
    },
    (request, response) => {
      options.line.join(response, (answer) => void handle(serving, request, response, answer));
    },
  );
  // A query that was under way when the database vanished would wait for its own, longer deadline.
  options.health.onUnavailable(() => {
    for (const response of waiting) refuse(response, unavailable);
  });
  answerClientMistakes(server, options.line, options.log);
  server.once('close', () => {
    options.line.close();
    options.unsent.close();
  });
  server.maxConnections = options.maxConnections ?? 25_000;
  return server;
}

/** Resolves when the port is open; rejects when it is taken. */
export function listen(server: Server, address: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Takes no new connections, lets requests finish, and after the deadline cuts what is left. */
export function closeHttp(server: Server, deadlineMilliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), deadlineMilliseconds);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

interface Serving extends HttpServerOptions {
  checkUpload: CheckUpload;
  requestLog: Log;
  /** Answers that GraphQL has not given yet. */
  waiting: Set<ServerResponse>;
}

const unavailable: EarlyRefusal = {
  status: 503,
  code: 'UNAVAILABLE',
  message: 'The database does not answer. Try again in a moment.',
  headers: { 'retry-after': '1' },
};

async function handle(
  options: Serving,
  request: IncomingMessage,
  response: MeasuredResponse,
  answer: Answer,
): Promise<void> {
  const id = assignRequestId(request);
  const startedAt = performance.now();
  response.setHeader(requestIdHeader, id);
  setSecurityHeaders(response);
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  response.once('close', () => {
    options.waiting.delete(response);
    options.observe?.(response.statusCode);
    const milliseconds = Math.round(performance.now() - startedAt);
    const line = {
      requestId: id,
      method: request.method,
      path: path.slice(0, 200),
      status: response.statusCode,
      milliseconds,
    };
    // Whoever is refused for asking too much could fill a disk with it.
    const isQuiet = path === '/healthz' || path === '/readyz' || response.statusCode === 429;
    if (isQuiet) options.requestLog.debug(line, 'request');
    else options.requestLog.info(line, 'request');
  });
  try {
    await route(options, path, request, response, answer);
  } catch (error) {
    if (brokeOff(request, error)) return;
    options.log.error({ requestId: id, err: error }, 'request failed');
    refuse(response, { status: 500, code: 'INTERNAL', message: `Internal error ${id}` });
  }
}

async function route(
  options: Serving,
  path: string,
  request: IncomingMessage,
  response: MeasuredResponse,
  answer: Answer,
): Promise<void> {
  if (options.health.draining()) response.setHeader('connection', 'close');
  if (options.files !== undefined && path.startsWith(FILES)) {
    if (!options.health.databaseAvailable()) return refuse(response, unavailable);
    return options.files(request, response, options.readAddress(request));
  }
  if (path !== '/graphql' && answerMethod(path, request, response)) return;
  if (path === '/healthz') return sendJson(response, 200, { status: 'ok' });
  if (path === '/readyz') {
    const problems = await options.health.problems();
    const ready = problems.length === 0;
    return sendJson(response, ready ? 200 : 503, { ready, problems, ...countOpen(options) });
  }
  if (path === '/metrics' && options.metrics !== undefined) return options.metrics(request, response);
  if (path === '/graphql') return answerGraphql(options, request, response, answer);
  if (path === '/') return redirect(response, '/graphql');
  return sendJson(response, 404, { error: 'Nothing is here. The API is at /graphql.' });
}

function countOpen({ line, unsent, open }: Serving) {
  return {
    ...(open?.() ?? { watchers: 0, groups: 0, streams: 0 }),
    ...{ answers: line.making, waiting: line.waiting, unsentBytes: unsent.total },
  };
}

async function answerGraphql(
  { graphql, stream, count, checkUpload, health, waiting, unsent, readAddress }: Serving,
  request: IncomingMessage,
  response: MeasuredResponse,
  answer: Answer,
): Promise<void> {
  if (answerCrossOrigin(request, response)) return;
  const address = readAddress(request);
  const allowance = await count(request, address);
  tellAllowance(response, allowance);
  if (allowance.exceeded) return refuse(response, tooManyRequests(allowance));
  if (answerMethod('/graphql', request, response)) return;
  const isPage = asksForPage(request);
  if (request.method === 'POST') {
    const ofUpload = checkUpload(request, response);
    const refusal = ofUpload === undefined ? await checkBody(request) : ofUpload;
    if (refusal !== null) return refuse(response, refusal);
  }
  // A watcher waits for the database by itself.
  if (request.method !== 'HEAD' && (await stream?.(request, response))) {
    answer.isStream = true;
    return;
  }
  // Without this a query would wait for its deadline each time; GraphiQL's page needs no database.
  if (!health.databaseAvailable() && !isPage) return refuse(response, unavailable);
  response.measure({ unsent, address });
  waiting.add(response);
  await graphql(request, response, address);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(body);
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location, 'content-length': '0' });
  response.end();
}
