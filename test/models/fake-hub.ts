import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { filesBelow } from '../../src/model-library/files/read-through.ts';

export interface FakeHub {
  readonly url: string;
  /** Method, path and range of everything that was asked. */
  readonly asked: readonly string[];
  close(): void;
}

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

/** As much of the model hub as huggingface_hub needs to fetch a folder: the listing, HEAD and GET with ranges. */
export async function startFakeHub(id: string, folder: string, licence: string): Promise<FakeHub> {
  const names = await filesBelow(folder);
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://hub').pathname);
    asked.push(`${request.method} ${path} ${request.headers.range ?? ''}`.trim());
    const name = new RegExp(`^/${id}/resolve/[^/]+/(.*)$`).exec(path)?.[1];
    if (path.startsWith(`/api/models/${id}`)) sendListing(response, id, folder, names, licence);
    else if (name !== undefined && names.includes(name)) sendFile(request, response, join(folder, name));
    else response.writeHead(404, { 'x-error-code': name ? 'EntryNotFound' : 'RepoNotFound' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, close: () => server.close() };
}

function sendListing(
  response: ServerResponse,
  id: string,
  folder: string,
  names: readonly string[],
  licence: string,
): void {
  const siblings = names.map((rfilename) => ({ rfilename, size: statSync(join(folder, rfilename)).size }));
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ id, modelId: id, sha: COMMIT, siblings, cardData: { license: licence } }));
}

function sendFile(request: IncomingMessage, response: ServerResponse, path: string): void {
  const { size } = statSync(path);
  const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(start > 0 ? 206 : 200, {
    'content-length': size - start,
    'accept-ranges': 'bytes',
    ...(start > 0 && { 'content-range': `bytes ${start}-${size - 1}/${size}` }),
    etag: `"${size}-${path.length}"`,
    'x-repo-commit': COMMIT,
  });
  if (request.method === 'HEAD') response.end();
  else createReadStream(path, { start }).pipe(response);
}
