/** A bare node:http server that reads a JSON body and answers JSON: as little as a server over HTTP can do. */
import { createServer } from 'node:http';

export interface Asked {
  operationName: string;
  query: string;
  variables: Record<string, unknown>;
}

export function serve(answer: (asked: Asked) => Promise<string>): void {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      answer(JSON.parse(Buffer.concat(chunks).toString())).then(
        (body) => {
          response.writeHead(200, {
            'content-type': 'application/json; charset=utf-8',
            'content-length': Buffer.byteLength(body),
          });
          response.end(body);
        },
        (error: Error) => {
          response.writeHead(500);
          response.end(error.stack);
        },
      );
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}/graphql` })}\n`);
  });
}
