/** `/metrics`: on a port of its own for this machine alone, or on the API's for operators. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { refuse } from '../http/refuse.ts';
import type { Metrics } from './metrics.ts';

/** Answers whoever may ask. Figures tell outsiders how to hurt a server, so `isOperator` decides on the API's port. */
export async function answerMetrics(response: ServerResponse, metrics: Metrics, isOperator: boolean): Promise<void> {
  if (!isOperator) {
    refuse(response, {
      ...{ status: 403, code: 'FORBIDDEN', message: '/metrics is for operators, and for METRICS_PORT on the machine.' },
    });
    return;
  }
  const body = await metrics.read();
  response.writeHead(200, {
    'content-type': metrics.contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(body);
}

/** Serves nothing but `/metrics`. */
export function createMetricsServer(metrics: Metrics): Server {
  return createServer({ requestTimeout: 10_000 }, (request, response) => {
    if (request.method === 'GET' && request.url === '/metrics') {
      answerMetrics(response, metrics, true).catch(() => response.destroy());
    } else response.writeHead(404, { 'content-length': '0' }).end();
  });
}
