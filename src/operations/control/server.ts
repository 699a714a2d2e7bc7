/**
 * Lets the CLI work on the ledger that this process owns. Entering the socket's folder is the right to use it: only the
 * same user can. A caller that is slow, says too much or never asks costs a connection for seconds, nothing else.
 */
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { type Actor, localActor, localUser } from '../audit/actor.ts';
import type { OperationsOf } from '../create-operations.ts';
import { describeFailure } from '../describe-failure.ts';
import { type Operations, Refusal } from '../operations.ts';
import { prepareControlFolder } from './folder.ts';
import { type ControlLine, calls, isOperationName, USER_HEADER } from './message.ts';
import { controlSocketPath, formerSocketPaths } from './socket.ts';

export interface ControlServer {
  /** Takes no new calls, stops an ingest between two files, and waits for what runs. */
  close(): Promise<void>;
}

/** Characters of an ingest's arguments: some 100,000 paths. */
const MOST_BYTES = 16 * 1024 * 1024;
/** A command is one connection; people and their scripts have a few at a time. */
const MOST_CONNECTIONS = 16;
/** The call is written at once by this program. */
const patience = { headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000 };

/** The caller holds the directory's lock, so whatever lies at the socket's path was left by a dead owner. */
export async function startControlServer(directory: string, operationsOf: OperationsOf): Promise<ControlServer> {
  const path = controlSocketPath(directory);
  if (process.platform !== 'win32') {
    await prepareControlFolder(path);
    for (const left of [path, ...formerSocketPaths(directory)]) await removeSocket(left);
  }
  const closing = new AbortController();
  const server = createServer(patience, (request, response) => {
    void answer(operationsOf(actorOf(request)), request, response, closing.signal);
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // Binding happens inside listen(), so the file never exists with a wider mode.
    const umask = process.umask(0o177);
    server.listen(path, resolve);
    process.umask(umask);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

/** In a folder for all, such as that for temporary files, it may be somebody else's: that one is left. */
async function removeSocket(path: string): Promise<void> {
  await rm(path, { force: true }).catch((error: unknown) => {
    const isTheirs = error instanceof Error && 'code' in error && (error.code === 'EPERM' || error.code === 'EACCES');
    if (!isTheirs) throw error;
  });
}

/** Commands of an earlier build do not say whose they are. */
function actorOf({ headers }: IncomingMessage): Actor {
  const user = String(headers[USER_HEADER] ?? '');
  return localActor(/^(?:[\w.~!*'()-]|%[0-9A-F]{2}){1,300}$/.test(user) ? readUser(user) : localUser());
}

function readUser(encoded: string): string {
  try {
    return decodeURIComponent(encoded).replaceAll('\0', '');
  } catch {
    return encoded;
  }
}

async function answer(
  operations: Operations,
  request: IncomingMessage,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', connection: 'close' });
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const send = (line: ControlLine): void => {
    if (!response.destroyed) response.write(`${JSON.stringify(line)}\n`);
  };
  send(await perform(operations, request, send, AbortSignal.any([closing, gone.signal])));
  response.end();
}

async function perform(
  operations: Operations,
  request: IncomingMessage,
  send: (line: ControlLine) => void,
  signal: AbortSignal,
): Promise<ControlLine> {
  try {
    const name = (request.url ?? '/').slice(1);
    if (!isOperationName(name))
      return { failure: `The server does not know the operation ${name}: restart it with the build of this command.` };
    const given: unknown = JSON.parse(await readText(request));
    const result = await calls[name](operations, given, (progress) => send({ progress }), signal);
    return { result: result ?? null };
  } catch (error) {
    if (error instanceof Refusal) return { refusal: { code: error.code, message: error.message } };
    if (error instanceof z.ZodError) return { refusal: { code: 'BAD_ARGUMENT', message: z.prettifyError(error) } };
    return { failure: describeFailure(error) };
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Refusal('BAD_ARGUMENT', `The arguments have more than ${MOST_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
