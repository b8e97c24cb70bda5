import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { filesBelow } from '../../src/model-library/read-through.ts';

export interface FakeHub {
  readonly url: string;
  /** Method, path and range of everything that was asked. */
  readonly asked: readonly string[];
  close(): void;
}

/** The hub keeps such files outside of git. */
const LARGE_BYTES = 100_000;

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

export interface Repository {
  /** "organisation/name". */
  readonly id: string;
  readonly folder: string;
  readonly licence: string;
  /** What it tells as its commit. */
  readonly commit?: string;
  /** Files whose last byte gets lost: another comes in its place. */
  readonly damaged?: readonly string[];
  /** Files whose first answer ends half-way. */
  readonly shortOnce?: readonly string[];
  /** Answers in place of any file, with its length or without. */
  readonly page?: { readonly text: string; readonly hasLength: boolean };
}

/** As much of the model hub as fetching a folder needs: the listing, and GET with ranges. */
export async function startFakeHub(...repositories: readonly Repository[]): Promise<FakeHub> {
  const files = new Map<string, readonly string[]>();
  const listings = new Map<string, string>();
  for (const repository of repositories) {
    const names = await filesBelow(repository.folder);
    files.set(repository.id, names);
    listings.set(repository.id, await listingOf(repository, names));
  }
  const asked: string[] = [];
  const shortened = new Set<string>();
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://hub').pathname);
    asked.push(`${request.method} ${path} ${request.headers.range ?? ''}`.trim());
    const repository = repositories.find(({ id }) => new RegExp(`^/(api/models/)?${id}(/|$)`).test(path));
    const names = files.get(repository?.id ?? '') ?? [];
    const name = /^\/[^/]+\/[^/]+\/resolve\/[^/]+\/(.*)$/.exec(path)?.[1];
    if (repository && path.startsWith('/api/')) {
      response.setHeader('content-type', 'application/json').end(listings.get(repository.id));
    } else if (repository && name !== undefined && names.includes(name)) {
      if (repository.page) return sendPage(response, repository.page);
      const isDamaged = repository.damaged?.includes(name) ?? false;
      const isShort = repository.shortOnce?.includes(name) && !shortened.has(name);
      if (isShort) shortened.add(name);
      if (isShort) sendHalf(response, join(repository.folder, name));
      else sendFile(request, response, join(repository.folder, name), isDamaged);
    } else response.writeHead(404, { 'x-error-code': repository ? 'EntryNotFound' : 'RepoNotFound' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, close: () => server.close() };
}

async function listingOf(
  { id, folder, licence, commit = COMMIT }: Repository,
  names: readonly string[],
): Promise<string> {
  const siblings = await Promise.all(
    names.map(async (rfilename) => ({ rfilename, ...(await hashesOf(join(folder, rfilename))) })),
  );
  return JSON.stringify({ id, modelId: id, sha: commit, siblings, cardData: { license: licence } });
}

/** As the hub tells them: files of weights by SHA-256, those in git by git's own hash. Reads in pieces: real weights are gigabytes. */
async function hashesOf(path: string) {
  const { size } = statSync(path);
  const git = createHash('sha1').update(`blob ${size}\0`);
  const large = createHash('sha256');
  for await (const piece of createReadStream(path)) {
    git.update(piece);
    large.update(piece);
  }
  const known = { size, blobId: git.digest('hex') };
  return size < LARGE_BYTES
    ? known
    : { ...known, lfs: { size, sha256: large.digest('hex'), pointerSize: 134 } };
}

function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  isDamaged: boolean,
): void {
  const { size } = statSync(path);
  const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(start > 0 ? 206 : 200, {
    'content-length': size - start,
    'accept-ranges': 'bytes',
    ...(start > 0 && { 'content-range': `bytes ${start}-${size - 1}/${size}` }),
    etag: `"${size}-${path.length}"`,
    'x-repo-commit': COMMIT,
  });
  if (isDamaged) response.end(Buffer.concat([readFileSync(path).subarray(start, -1), Buffer.from('~')]));
  else createReadStream(path, { start }).pipe(response);
}

/** As a network does that wants a login first. */
function sendPage(response: ServerResponse, { text, hasLength }: NonNullable<Repository['page']>): void {
  response.writeHead(200, {
    'content-type': 'text/html',
    ...(hasLength && { 'content-length': text.length }),
  });
  response.write(text.slice(0, 1));
  response.end(text.slice(1));
}

/** As a proxy does that says no length and gives up. */
function sendHalf(response: ServerResponse, path: string): void {
  const bytes = readFileSync(path);
  response.write(bytes.subarray(0, bytes.length / 2));
  response.end();
}
