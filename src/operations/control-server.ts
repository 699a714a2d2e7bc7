/**
 * Lets the CLI work on the ledger that this process owns. The socket's file mode is the right to use it: only the
 * same user can connect.
 */
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { type ControlLine, calls, isOperationName } from './control-message.ts';
import { type Operations, Refusal } from './operations.ts';

export interface ControlServer {
  /** Takes no new calls, stops an ingest between two files, and waits for what runs. */
  close(): Promise<void>;
}

/** The caller holds the directory's lock, so whatever lies at `path` was left by a dead owner. */
export async function startControlServer(path: string, operations: Operations): Promise<ControlServer> {
  if (process.platform !== 'win32') await rm(path, { force: true });
  const closing = new AbortController();
  const server = createServer((request, response) => {
    void answer(operations, request, response, closing.signal);
  });
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
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
