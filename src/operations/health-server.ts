import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Health } from './health.ts';
import type { Metrics } from './metrics.ts';

export interface HealthServerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly metrics: Metrics;
  readonly health: () => Promise<Health>;
}

export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves /live, /ready, /health and /metrics on loopback only: none of it is meant for strangers.
 * /health answers 200 for ready and degraded, 503 for unready. Rejects when the port is taken.
 */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    answer(request.url ?? '/', response, options).catch((error: unknown) => {
      send(response, 500, 'text/plain', String(error));
    });
  });
  await listenOnLoopback(server, options.port);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('expected a TCP address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(path: string, response: ServerResponse, options: HealthServerOptions): Promise<void> {
  switch (path.split('?')[0]) {
    case '/live':
      return send(response, 200, 'text/plain', 'live\n');
    case '/ready':
    case '/health': {
      const health = await options.health();
      return send(
        response,
        health.kind === 'unready' ? 503 : 200,
        'application/json',
        JSON.stringify(health),
      );
    }
    case '/metrics':
      return send(response, 200, options.metrics.contentType, await options.metrics.render());
    default:
      return send(response, 404, 'text/plain', 'expected /live, /ready, /health or /metrics\n');
  }
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body);
}

function listenOnLoopback(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
