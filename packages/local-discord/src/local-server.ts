import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { getPath } from 'hono/utils/url';
import { refusalOf } from './guard.ts';

const LOOPBACK = '127.0.0.1';
const GATEWAY_PATH = /^\/gateway(?:[/?]|$)/;

export interface Served {
  /** Tried in this order; the first one with a matching route answers. */
  readonly apps: readonly Hono[];
  /** Takes over the sockets of /gateway. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export interface LocalServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Starts to answer. Call it at once: earlier requests get no answer. */
  serve(served: Served): void;
  close(): Promise<void>;
}

/** Listens on loopback only. Rejects with EADDRINUSE when the port is taken. */
export async function listen(port: number): Promise<LocalServer> {
  // The server never closes idle connections: a request that is on its way at that moment would get no answer.
  const server = createServer({ keepAliveTimeout: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    url: `http://${LOOPBACK}:${actualPort}`,
    serve: (served) => attach(server, actualPort, served),
    close: () => close(server),
  };
}

function attach(server: Server, port: number, { apps, upgrade }: Served): void {
  const app = guardedApp(port);
  for (const served of apps) app.route('/', served);
  // A bot may run in the same process: its global Request and Response must not be replaced.
  server.on('request', getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  server.on('upgrade', (request, socket, head) => {
    // Node removes its own error listener from an upgraded socket, so a reset would crash the process.
    socket.on('error', () => socket.destroy());
    const refusal = refusalOf((name) => request.headers[name]?.toString(), port);
    if (refusal !== null) socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    else if (GATEWAY_PATH.test(request.url ?? '')) upgrade(request, socket, head);
    else socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
  });
}

function guardedApp(port: number): Hono {
  // Clients write @original or %40original; the routes contain @original.
  const app = new Hono({ getPath: (request) => getPath(request).replaceAll('%40', '@') });
  app.use(async (http, next) => {
    const refusal = refusalOf((name) => http.req.header(name), port);
    return refusal === null ? next() : http.text(`${refusal}\n`, 403);
  });
  app.notFound((http) => http.text(`there is no ${http.req.path}\n`, 404));
  app.onError((fault, http) => {
    process.stderr.write(`The local Discord failed on ${http.req.method} ${http.req.path}: ${fault.stack}\n`);
    return http.text('The local Discord failed; its output says why.\n', 500);
  });
  return app;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
