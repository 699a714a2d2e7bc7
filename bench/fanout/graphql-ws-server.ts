/** Reference: graphql-ws as its documentation has it, over an iterator in memory that each watcher has for itself. */
import { createServer } from 'node:http';
import { buildSchema, parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { payload } from './payload.ts';

const result = JSON.parse(payload);
const waiting = new Set<() => void>();
const server = createServer();
const document = parse('subscription { ledgerEvents }');
const schema = buildSchema('type Query { a: Int } type Subscription { ledgerEvents: Int }');

async function* events() {
  try {
    for (;;) {
      await new Promise<void>((resolve) => waiting.add(resolve));
      yield result;
    }
  } finally {
    // Left by its client.
  }
}

useServer(
  {
    schema,
    onSubscribe: () => ({ schema, document, contextValue: {} }),
    subscribe: async () => events(),
  },
  new WebSocketServer({ server, path: '/graphql' }),
);

process.on('message', (message) => {
  if (message !== 'fire') return;
  const all = [...waiting];
  waiting.clear();
  for (const wake of all) wake();
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}/graphql` })}\n`);
});
