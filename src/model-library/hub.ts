import { setGlobalProxyFromEnv } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, throwIfAborted, UserError } from '../errors.ts';
import { expandHome, homeOf, riffCacheFolder } from '../system/cache-folder.mjs';
import { readOrdinaryFile } from '../system/ordinary-file.ts';
import { chooseFiles, type Wanted } from './hub-files.ts';
import { innerPath } from './manifest.ts';
import type { Say, TaskOptions } from './progress.ts';

/** The hub of models, as HF_ENDPOINT and HF_TOKEN or "hf auth login" set it. */
export interface Hub {
  /** Without a slash at its end. */
  readonly endpoint: string;
  /** '': only what is public. */
  readonly token: string;
  /** Riff's cache folder. */
  readonly cache: string;
}

const fileSchema = z
  .object({
    rfilename: innerPath,
    size: z.int().min(0),
    /** Git's own hash, for files in git; larger ones have a SHA-256. */
    blobId: z.string().nullish(),
    lfs: z.object({ sha256: z.string() }).nullish(),
  })
  .transform(({ rfilename: name, size: bytes, blobId, lfs }) => ({
    name,
    bytes,
    sha256: lfs?.sha256 ?? null,
    gitHash: blobId ?? null,
  }));

const repositorySchema = z.object({
  /** It becomes part of a folder's name. */
  sha: z.string().regex(/^[0-9a-f]{40}$/, 'expected a commit of 40 hexadecimal digits'),
  siblings: z.array(fileSchema),
  cardData: z.object({ license: z.union([z.string(), z.array(z.string())]).nullish() }).nullish(),
});

export type HubFile = z.infer<typeof fileSchema>;

/** The files to fetch of a repository. */
export interface HubListing {
  /** "organisation/name". */
  readonly id: string;
  /** The commit. */
  readonly revision: string;
  /** As the repository states it; null: it states none. */
  readonly licence: string | null;
  readonly files: readonly HubFile[];
}

const LOOK_LIMIT_MS = 30_000;

/** Throws UserError for a token that no request can carry, without showing it as fetch() would. */
export async function openHub(env: NodeJS.ProcessEnv): Promise<Hub> {
  const endpoint = (env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '');
  const token = env.HF_TOKEN?.trim() || (await savedToken(env));
  if (/[^\x21-\x7e]/.test(token))
    throw new UserError(
      'HF_TOKEN: expected a token such as hf_… in letters and digits, got other characters; copy it again',
    );
  return { endpoint, token, cache: riffCacheFolder(env) };
}

/**
 * Has every fetch() of the process follow HTTPS_PROXY, HTTP_PROXY and NO_PROXY, as pip does. Returns what ends it.
 * Says where a proxy is no URL, without the value: it may hold a password.
 */
export function followProxies(env: NodeJS.ProcessEnv, say: Say): () => void {
  try {
    return setGlobalProxyFromEnv(env);
  } catch {
    say('HTTPS_PROXY: expected a URL such as http://proxy:8080 there and in HTTP_PROXY; Riff uses no proxy');
    return () => {};
  }
}

/** The token that "hf auth login" has saved; '' if there is none. */
function savedToken(env: NodeJS.ProcessEnv): Promise<string> {
  const cache = env.XDG_CACHE_HOME || join(homeOf(env), '.cache');
  const file = env.HF_TOKEN_PATH || join(env.HF_HOME || join(cache, 'huggingface'), 'token');
  return readOrdinaryFile(expandHome(file, env)).then(
    (bytes) => bytes.toString('utf8').trim(),
    () => '',
  );
}

/**
 * Looks up a repository and chooses the files that are wanted of it; a request of a few kilobytes.
 * Throws UserError if the hub cannot be reached, has no such repository or none of those files; CancelledError.
 */
export async function lookAtHub(
  hub: Hub,
  id: string,
  revision: string,
  wanted: Wanted,
  task: TaskOptions,
): Promise<HubListing> {
  task.onProgress?.({ words: `asking the hub for ${id}`, done: 0, total: 1, unit: 'steps' });
  const path = `/api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const limit = AbortSignal.timeout(LOOK_LIMIT_MS);
  const signal = task.signal ? AbortSignal.any([task.signal, limit]) : limit;
  const asked = askHub(hub, id, path, signal).then((response) => response.json());
  const answer: unknown = await asked.catch((thrown: unknown) => {
    throwIfAborted(task.signal);
    throw thrown instanceof UserError ? thrown : unreachable(id, thrown);
  });
  const { data, error } = repositorySchema.safeParse(answer);
  if (!data) throw unreachable(id, `its answer is not a repository: ${error.issues[0]?.message}`);
  const names = new Set(
    chooseFiles(
      id,
      data.siblings.map(({ name }) => name),
      wanted,
    ),
  );
  const licence = [data.cardData?.license ?? []].flat().join(', ') || null;
  return { id, revision: data.sha, licence, files: data.siblings.filter(({ name }) => names.has(name)) };
}

/** GET at the hub. Throws UserError for every answer but a good one, also where `signal` ends it. */
export async function askHub(
  { endpoint, token }: Hub,
  id: string,
  path: string,
  signal: AbortSignal | undefined,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const authorization = token === '' ? {} : { authorization: `Bearer ${token}` };
  const asked = fetch(`${endpoint}${path}`, {
    headers: { ...authorization, ...headers },
    signal: signal ?? null,
  });
  const response = await asked.catch((thrown: unknown) => {
    throw unreachable(id, thrown);
  });
  if (response.ok) return response;
  await response.body?.cancel();
  throw refusal(id, response);
}

function refusal(id: string, { status, headers }: Response): UserError {
  const code = headers.get('x-error-code');
  if (code === 'GatedRepo' || status === 403)
    return new UserError(`hub: ${id} is gated: accept its terms on its page and set HF_TOKEN`);
  if (code === 'EntryNotFound')
    return new UserError(`hub: ${id} lacks a file that it lists; run the same command again`);
  // What is private is not told from what does not exist.
  if (status === 401 || status === 404) {
    return new UserError(
      `hub: expected a public repository ${id}, got none; check the name, or set HF_TOKEN for a private one`,
    );
  }
  return unreachable(id, `it answered ${status}`);
}

/** The fault of a hub that does not answer, with what else can be done. */
export function unreachable(id: string, why: unknown): UserError {
  const cause = why instanceof Error && why.cause instanceof Error ? why.cause : why;
  const reason = messageOf(cause) || String((cause as NodeJS.ErrnoException).code);
  const name = id.split('/').at(-1);
  return new UserError(
    `hub: expected to reach the model hub for ${id}, but: ${reason}; ` +
      `ways around: download it on a machine with a connection ("hf download ${id} --local-dir ${name}"), copy the ` +
      `folder here and run "npm run model -- add ./${name}"; or convert it there with models/convert.py and copy that; ` +
      'or set HF_ENDPOINT to a mirror, or HTTPS_PROXY to a proxy',
    { cause: why },
  );
}
