/**
 * GraphQL over HTTP. Plain JSON requests, which are nearly all, go straight through the pipeline; everything else of
 * the protocol (GET, streams, odd or broken requests) goes through yoga, which is handed the same pipeline
 * for each of its phases. So limits, masking and results are the same on both ways.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { OpenDatabase } from '../../database/database.ts';
import type { StatementLimits } from '../../database/statement-limits.ts';
import { createQueries, type SharedQueries } from '../../queries/queries.ts';
import { createPreparer } from '../document/document.ts';
import type { PrepareDocument, PreparedDocument } from '../document/prepared-document.ts';
import { isLonger, MOST_BYTES, stringify, tooLarge, toWire, type WireAnswer } from '../execution/answer.ts';
import { abortWhenGone, admitAll, type Caller } from '../execution/caller.ts';
import { createContext } from '../execution/create-context.ts';
import {
  type ErrorCode,
  errorCodes,
  type FaultLog,
  refuseKey,
  refuseRequest,
  toPublicError,
} from '../execution/errors.ts';
import { createPipeline, type Pipeline } from '../execution/pipeline.ts';
import { readViewer } from '../execution/viewer.ts';
import { typenameOf } from '../schema/node.ts';
import { schema } from '../schema/schema.ts';
import { createStreams, type Live, type Streams } from '../subscriptions/streams.ts';
import { asksForPage, createPage } from './graphiql.ts';
import { type OperationText, readPlainRequest } from './plain-request.ts';

export interface GraphqlOptions {
  database: Pick<OpenDatabase, 'prepare'>;
  /** SHA-256 in hex of the operators' keys. */
  operatorKeyHashes?: readonly string[];
  log?: FaultLog | undefined;
  /** Milliseconds that an operation may take. */
  deadline?: number;
  /** Bytes that an answer may have. */
  mostBytes?: number;
}

export interface Graphql {
  /** Answers a request to /graphql, whose headers and size the server has checked. */
  handle: (request: IncomingMessage, response: ServerResponse, sender?: Sender) => Promise<void>;
  yoga: YogaServerInstance<Asked, object>;
  queries: SharedQueries;
  /** The same for transports of streams. */
  openStreams: (live: Live) => Streams;
}

/** Where a request comes from, and whether what it asks may run. */
export type Sender = Omit<Caller, 'viewer' | 'abort'>;

/** What yoga is told beside the request. */
interface Asked {
  caller: Caller;
}

/** A query may not take longer, whatever it waits for. */
const DEADLINE = 5_000;

export function createGraphql(options: GraphqlOptions): Graphql {
  const queries = createQueries(options.database);
  const prepare = createPreparer(schema);
  const running = { schema, typenameOf, log: options.log, deadline: options.deadline ?? DEADLINE };
  const pipeline = createPipeline(running);
  const mostBytes = options.mostBytes ?? MOST_BYTES;
  const hashes = options.operatorKeyHashes ?? [];
  const yoga = createYoga<Asked, object>({
    schema,
    // The server answers preflights and sets the headers, once for all paths.
    cors: false,
    batching: false,
    multipart: false,
    logging: false,
    landingPage: false,
    healthCheckEndpoint: '/graphql/healthz',
    parserAndValidationCache: false,
    graphiql: false,
    maskedErrors: { maskError: (error) => toClosedCode(toPublicError(error, options.log)) },
    plugins: [refuseForms(), usePipeline({ queries, prepare, pipeline, mostBytes })],
  });
  const servePage = createPage();
  const answer = (operation: OperationText, caller: Caller) =>
    answerPlain(operation, { queries, prepare, pipeline }, caller);
  const readKey = (authorization: string | undefined) => readViewer(authorization, hashes);
  return {
    yoga,
    queries,
    openStreams: (live) =>
      createStreams({ ...running, queries, prepare, answer, mostBytes, readViewer: readKey }, live),
    async handle(request, response, sender = anywhere) {
      if (asksForPage(request)) return servePage(request, response);
      const viewer = readKey(request.headers.authorization);
      if (viewer === null) return send(response, toWire({ errors: [refuseKey()] }, plainJson), plainJson);
      const caller = { ...sender, viewer, abort: abortWhenGone(response) };
      const plain = await readPlainRequest(request);
      if (plain === null) {
        await yoga(request, response, { caller });
        return;
      }
      const result = await answer(plain, caller);
      send(response, toWire(result, plain.mediaType, mostBytes), plain.mediaType);
    },
  };
}

const plainJson = 'application/json';
const anywhere: Sender = { address: '', admission: admitAll };

function send(response: ServerResponse, { status, headers, body }: WireAnswer, mediaType: string): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    ...headers,
    'content-type': `${mediaType}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

interface Way {
  queries: SharedQueries;
  prepare: PrepareDocument;
  pipeline: Pipeline;
}

async function answerPlain(request: OperationText, way: Way, caller: Caller): Promise<ExecutionResult> {
  return way.pipeline({
    document: way.prepare(request.query),
    operationName: request.operationName,
    variables: request.variables,
    caller,
    context: (limits) => createContext(way.queries, caller.viewer, limits),
  });
}

/** Forms and plain text reach a foreign site without a preflight: only JSON is a question. */
function refuseForms(): Plugin {
  return {
    onRequest({ request, endResponse, fetchAPI }) {
      if (request.method !== 'POST') return;
      const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
      if (type === 'application/json') return;
      const error = refuseRequest('BAD_USER_INPUT', 'A POST must have the content type application/json.');
      const headers = { 'content-type': 'application/json; charset=utf-8', accept: 'application/json' };
      endResponse(new fetchAPI.Response(stringify({ errors: [error] }), { status: 415, headers }));
    },
  };
}

/** What yoga hands on to be run. */
interface YogaExecution {
  document: object;
  operationName?: string | null;
  variableValues?: Record<string, unknown> | null;
  contextValue: Asked;
}

/** Hands yoga's phases to the pipeline. */
function usePipeline(way: Way & { mostBytes: number }): Plugin<Asked> {
  const prepared = new WeakMap<object, PreparedDocument>();
  const run = async (args: YogaExecution): Promise<ExecutionResult> => {
    const document = prepared.get(args.document);
    if (document === undefined) throw new Error('A document that was not prepared.');
    const { caller } = args.contextValue;
    const { operationName, variableValues: variables } = args;
    const context = (limits: StatementLimits) => createContext(way.queries, caller.viewer, limits);
    const result = await way.pipeline({ document, operationName, variables, caller, context });
    return isLonger(stringify(result), way.mostBytes) ? tooLarge(way.mostBytes) : result;
  };
  return {
    onParse({ setParseFn }) {
      setParseFn((source: string | { body: string }) => {
        const document = way.prepare(typeof source === 'string' ? source : source.body);
        if (document.document === null) throw document.errors?.[0] ?? new Error('Nothing was parsed.');
        prepared.set(document.document, document);
        return document.document;
      });
    },
    onValidate({ setValidationFn }) {
      setValidationFn((_schema: unknown, document: object) => prepared.get(document)?.errors ?? []);
    },
    onExecute({ setExecuteFn, args }) {
      setExecuteFn(() => run(args));
    },
    onSubscribe({ setSubscribeFn, args }) {
      // The pipeline refuses it: what is a stream is answered before it comes here.
      setSubscribeFn(() => run(args));
    },
  };
}

/** yoga has codes of its own for broken requests; the public list is closed. */
function toClosedCode(error: GraphQLError): GraphQLError {
  const { code } = error.extensions;
  if (errorCodes.some((each: ErrorCode) => each === code)) return error;
  return new GraphQLError(error.message, { extensions: { ...error.extensions, code: 'BAD_USER_INPUT' } });
}
