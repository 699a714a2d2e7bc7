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
  /** Takes no new calls and waits for those that run. */
  close(): Promise<void>;
}

/** The caller holds the directory's lock, so whatever lies at `path` was left by a dead owner. */
export async function startControlServer(path: string, operations: Operations): Promise<ControlServer> {
  if (process.platform !== 'win32') await rm(path, { force: true });
  const server = createServer((request, response) => {
    void answer(operations, request, response);
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
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

async function answer(operations: Operations, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', connection: 'close' });
  const send = (line: ControlLine): void => {
    // A caller that went away does not stop the work; it only stops hearing of it.
    if (!response.destroyed) response.write(`${JSON.stringify(line)}\n`);
  };
  send(await perform(operations, request, send));
  response.end();
}

async function perform(
  operations: Operations,
  request: IncomingMessage,
  send: (line: ControlLine) => void,
): Promise<ControlLine> {
  try {
    const name = (request.url ?? '/').slice(1);
    if (!isOperationName(name)) return { failure: `The server does not know the operation ${name}.` };
    const given: unknown = JSON.parse(await readText(request));
    const result = await calls[name](operations, given, (progress) => send({ progress }));
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
