/**
 * GraphQL over HTTP. Plain JSON requests, which are nearly all, go straight through the pipeline; everything else of
 * the protocol (GET, streams, odd or broken requests) goes through yoga, which is handed the same pipeline
 * for each of its phases. So limits, masking and results are the same on both ways.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { OpenDatabase } from '../../database/database.ts';
import type { StatementLimits } from '../../database/statements/statement-limits.ts';
import type { Actor } from '../../operations/audit/actor.ts';
import { withTemporaryFolder } from '../../operations/lists/temporary-folder.ts';
import type { Operations } from '../../operations/operations.ts';
import { createQueries, type SharedQueries } from '../../queries/queries.ts';
import { type KeyRing, settingsRing } from '../access/key-ring.ts';
import { mayIngest } from '../access/viewer.ts';
import { createPreparer, type DocumentCounts } from '../document/document.ts';
import type { PrepareDocument, PreparedDocument } from '../document/prepared-document.ts';
import { isLonger, MOST_BYTES, stringify, tooLarge, toWire, type WireAnswer } from '../execution/answer.ts';
import { abortWhenGone, admitAll, type Caller } from '../execution/caller.ts';
import type { Context } from '../execution/context.ts';
import { createContext } from '../execution/create-context.ts';
import {
  type ErrorCode,
  errorCodes,
  type FaultLog,
  refuseKey,
  refuseRequest,
  toPublicError,
} from '../execution/errors.ts';
import { createPipeline, type ObserveOperation, type Pipeline } from '../execution/pipeline.ts';
import { typenameOf } from '../schema/node.ts';
import { schema } from '../schema/schema.ts';
import { createStreams, type Live, type Streams } from '../subscriptions/streams.ts';
import { asksForPage, createPage } from './graphiql.ts';
import { refusePersisted } from './persisted-query.ts';
import { type OperationText, readPlainRequest, unreadableParameter } from './plain-request.ts';
import { isUpload, readUpload } from './upload.ts';

export interface GraphqlOptions {
  database: Pick<OpenDatabase, 'prepare'>;
  /** Who has a key; left out: nobody. */
  keys?: Pick<KeyRing, 'readViewer'>;
  /** What somebody does to the ledger, in their name; left out, mutations fail. */
  operationsOf?: (actor: Actor) => Operations;
  log?: FaultLog | undefined;
  /** Milliseconds that an operation may take. */
  deadline?: number;
  /** Bytes that an answer may have. */
  mostBytes?: number;
  observe?: ObserveOperation;
}

export interface Graphql {
  /** Answers a request to /graphql, whose headers and size the server has checked. */
  handle: (request: IncomingMessage, response: ServerResponse, sender?: Sender) => Promise<void>;
  yoga: YogaServerInstance<Asked, object>;
  queries: SharedQueries;
  /** The same for transports of streams. */
  openStreams: (live: Live) => Streams;
  documents: DocumentCounts;
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
  const documents: DocumentCounts = { remembered: 0, prepared: 0 };
  const prepare = createPreparer(schema, documents);
  const { log, observe, deadline = DEADLINE } = options;
  const running = { schema, typenameOf, log, deadline, observe };
  const pipeline = createPipeline(running);
  const mostBytes = options.mostBytes ?? MOST_BYTES;
  const contextOf = createContexts(queries, options.operationsOf);
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
    plugins: [
      refuseForms(),
      refuseUnreadable(),
      refusePersistedQueries(),
      usePipeline({ contextOf, prepare, pipeline, mostBytes }),
    ],
  });
  const servePage = createPage();
  const answer = (operation: OperationText, caller: Caller) =>
    answerPlain(operation, { contextOf, prepare, pipeline }, caller);
  const readKey = (options.keys ?? settingsRing([])).readViewer;
  return {
    yoga,
    queries,
    documents,
    openStreams: (live) =>
      createStreams({ ...running, queries, prepare, answer, mostBytes, readViewer: readKey }, live),
    async handle(request, response, sender = anywhere) {
      if (asksForPage(request)) return servePage(request, response);
      const viewer = readKey(request.headers.authorization);
      if (viewer === null) return send(response, toWire({ errors: [refuseKey()] }, plainJson), plainJson);
      const caller = { ...sender, viewer, abort: abortWhenGone(response) };
      if (isUpload(request) && mayIngest(viewer)) {
        const result = await answerUpload(request, (operation) => answer(operation, caller));
        return send(response, toWire(result, plainJson, mostBytes), plainJson);
      }
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

/** The file lives for as long as the operation. */
function answerUpload(
  request: IncomingMessage,
  answer: (operation: OperationText) => Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  return withTemporaryFolder('upload', async (folder) => {
    const operation = await readUpload(request, folder);
    return operation instanceof GraphQLError ? { errors: [operation] } : answer(operation);
  });
}

type ContextOf = (caller: Caller) => (limits: StatementLimits) => Context;

const createContexts =
  (queries: SharedQueries, operationsOf: GraphqlOptions['operationsOf']): ContextOf =>
  ({ viewer, address }) =>
  (limits) => {
    if (operationsOf === undefined) return createContext(queries, viewer, limits);
    const { name = '', id: keyId = null } = viewer.key ?? {};
    return createContext(queries, viewer, limits, () => operationsOf({ name, keyId, address }));
  };

interface Way {
  contextOf: ContextOf;
  prepare: PrepareDocument;
  pipeline: Pipeline;
}

async function answerPlain(request: OperationText, way: Way, caller: Caller): Promise<ExecutionResult> {
  return way.pipeline({
    document: way.prepare(request.query),
    operationName: request.operationName,
    variables: request.variables,
    caller,
    context: way.contextOf(caller),
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

function refuseUnreadable(): Plugin {
  return {
    onRequestParse({ request, url }) {
      const name = request.method === 'GET' ? unreadableParameter(url.searchParams) : null;
      if (name === null) return;
      // Without `spec` it is 400 whatever the media type.
      throw new GraphQLError(`${name} must be JSON.`, {
        extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
      });
    },
  };
}

function refusePersistedQueries(): Plugin {
  return {
    onParams({ params }) {
      const refusal = refusePersisted(params);
      if (refusal !== null) throw refusal;
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
    const context = way.contextOf(caller);
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

/**
 * yoga has codes of its own for broken requests; the public list is closed. What is no request at all is HTTP 400
 * whatever the media type.
 */
function toClosedCode(error: GraphQLError): GraphQLError {
  const { code, http = {} } = error.extensions;
  if (errorCodes.some((each: ErrorCode) => each === code)) return error;
  return new GraphQLError(error.message, {
    extensions: { ...error.extensions, code: 'BAD_USER_INPUT', http: { ...http, spec: false } },
  });
}
