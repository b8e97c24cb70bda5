import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../errors.ts';
import { findHealth, type HealthSources, unreadyReasons } from './health.ts';
import { listenOnLoopback, portFault } from './loopback-port.ts';
import type { Metrics } from './metrics.ts';

export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const PATHS = 'expected /live, /ready, /health or /metrics\n';
const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Serves /live, /ready, /health and /metrics on loopback only: none of it is meant for strangers.
 * /ready answers 200 or 503. /health says more: 200 for ready and degraded, 503 for unready.
 * `port` 0 takes any free one. Rejects with ConfigError when it is taken.
 */
export async function startHealthServer(
  port: number,
  metrics: Metrics,
  sources: HealthSources,
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    answer(request, metrics, sources)
      .catch((error: unknown) => text(500, `${messageOf(error)}\n`))
      .then((found) => send(request, response, found));
  });
  await listenOnLoopback(server, port).catch((error: unknown) => {
    throw portFault('HEALTH_PORT', port, error);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, metrics: Metrics, sources: HealthSources): Promise<Answer> {
  if (!isLoopbackName(request.headers.host))
    return text(403, 'expected Host to be 127.0.0.1, localhost or [::1]\n');
  if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'expected GET or HEAD\n');
  switch ((request.url ?? '/').split('?')[0]) {
    case '/live':
      return text(200, 'live\n');
    case '/ready': {
      const reasons = unreadyReasons(sources);
      return reasons.length === 0 ? text(200, 'ready\n') : text(503, `${reasons.join('\n')}\n`);
    }
    case '/health': {
      const health = await findHealth(sources);
      const status = health.kind === 'unready' ? 503 : 200;
      return { status, contentType: 'application/json', body: JSON.stringify(health) };
    }
    case '/metrics':
      return { status: 200, contentType: metrics.contentType, body: await metrics.render() };
    default:
      return text(404, PATHS);
  }
}

/** Another name is a page elsewhere that rebound its DNS name to this machine. */
function isLoopbackName(host: string | undefined): boolean {
  return host !== undefined && LOOPBACK_NAMES.has(host.toLowerCase().replace(/:\d+$/, ''));
}

function text(status: number, body: string): Answer {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, contentType, body }: Answer,
): void {
  const allow = status === 405 ? { allow: 'GET, HEAD' } : {};
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store', ...allow });
  response.end(request.method === 'HEAD' ? undefined : body);
}
