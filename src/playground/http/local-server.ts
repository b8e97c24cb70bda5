import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type PageServerParts, servePage } from '../page-server/page-server.ts';
import { type ApiServerParts, serveApi } from './api-server.ts';
import { serveAttachment } from './attachment-files.ts';
import { refusalOf } from './guard.ts';

const LOOPBACK = '127.0.0.1';

export interface Served extends PageServerParts {
  readonly api: ApiServerParts;
}

export interface LocalServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Starts to answer; requests that came earlier wait for nothing, so call it at once. */
  serve(served: Served): void;
  close(): Promise<void>;
}

/** Listens on loopback only. Rejects when the port is taken. */
export async function listen(port: number): Promise<LocalServer> {
  const server = createServer();
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

function attach(server: Server, port: number, served: Served): void {
  server.on('request', (request, response) => {
    handle(port, served, request, response).catch((fault: unknown) => {
      process.stderr.write(
        `The local Discord failed on ${request.method} ${request.url}: ${describe(fault)}\n`,
      );
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.on('upgrade', (request, socket, head) => {
    if (refusalOf(request, port) !== null) socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    else served.parts.gateway.upgrade(request, socket, head);
  });
}

async function handle(
  port: number,
  served: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refusal = refusalOf(request, port);
  if (refusal !== null) {
    response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' }).end(`${refusal}\n`);
    return;
  }
  const url = new URL(request.url ?? '/', `http://${LOOPBACK}:${port}`);
  if (url.pathname.startsWith('/api/')) return serveApi(served.api, request, response, url);
  if (url.pathname.startsWith('/attachments/')) {
    return serveAttachment(served.parts.attachments, request, response, url.pathname);
  }
  return servePage(served, request, response, url);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function describe(fault: unknown): string {
  return fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
}
