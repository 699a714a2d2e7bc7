/** The API over a test database, asked through real HTTP semantics without a port or in a pipeline's terms. */

import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { settingsRing } from '../../../src/graphql/access/key-ring.ts';
import { createGraphql, type Graphql, type GraphqlOptions } from '../../../src/graphql/http/yoga.ts';

export const operatorKey = 'operator-key-of-the-tests';
export const operatorKeys = settingsRing([createHash('sha256').update(operatorKey).digest('hex')]);

export interface Answer {
  status: number;
  // Bodies are read by path in tests; each test knows what it asked for.
  data: Record<string, never> | null;
  errors: readonly { message: string; path?: readonly string[]; extensions: Record<string, unknown> }[];
  text: string;
}

export interface Api extends AsyncDisposable {
  url: string;
  graphql: Graphql;
  ask(query: string, variables?: object | null, headers?: Record<string, string>): Promise<Answer>;
}

export const asOperator = { authorization: `Bearer ${operatorKey}` };

export async function openApi(
  database: GraphqlOptions['database'],
  options: Partial<GraphqlOptions> = {},
): Promise<Api> {
  const graphql = createGraphql({ database, keys: operatorKeys, ...options });
  const server = createServer((request, response) => void graphql.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  return {
    url,
    graphql,
    ask: async (query, variables = null, headers = {}) => {
      const body = JSON.stringify({ query, variables });
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
        body,
      });
      return readAnswer(response);
    },
    [Symbol.asyncDispose]: () => close(server),
  };
}

export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const { data = null, errors = [] } = JSON.parse(text);
  return { status: response.status, data, errors, text };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** The code of the first error. */
export function codeOf(answer: Answer): unknown {
  return answer.errors[0]?.extensions.code;
}
