import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { typedPath } from '../system/cache-folder.mjs';
import type { Catalog, CatalogLora, Sampling } from './catalog.ts';
import { discardDownload, download } from './download.ts';
import { type Hub, type HubListing, lookAtHub, openHub } from './hub.ts';
import type { FusedLora, Origin } from './manifest.ts';
import type { Say, TaskOptions } from './progress.ts';
import { hashFiles, sizesOf } from './read-through.ts';
import { readShapes } from './safetensors.ts';

/** A LoRA as it was asked for. */
export interface LoraChoice {
  /** A file, a name of the catalog, or an id of the hub: organisation/name, or organisation/name/file if it has several. */
  readonly what: string;
  /** A factor on top of alpha / rank. */
  readonly scale: number;
}

export interface LoraContext {
  readonly catalog: Catalog;
  readonly env: NodeJS.ProcessEnv;
  readonly say: Say;
  readonly accept: (what: string, licence: NonNullable<Origin['licence']>) => Promise<void>;
}

/** A LoRA that exists and whose licence is accepted; `fetch` downloads it unless it is on this machine. */
interface FoundLora {
  /** Sampling settings for weights with this LoRA; null: unchanged. */
  readonly sampling: Sampling | null;
  fetch(task: TaskOptions): Promise<LocalLora>;
}

export interface LocalLora {
  readonly path: string;
  readonly origin: FusedLora;
  discard(): Promise<void>;
}

/** The LoRAs to fuse into the weights, and the sampling settings for the result. */
export interface Fusion {
  readonly loras: readonly LocalLora[];
  readonly sampling: Sampling;
}

const CHOICE = /^(?<what>.+?)(?::(?<scale>[+-]?(?:\d+\.?\d*|\.\d+)))?$/;
const HUB_FILE = /^(?<id>\w[\w.-]*\/\w[\w.-]*)(?:\/(?<file>\w[\w./-]*\.safetensors))?$/;

/** "FILE-OR-ID" or "FILE-OR-ID:SCALE". Throws UserError for a scale out of range. */
export function parseLoraChoice(text: string): LoraChoice {
  const { what = text, scale = '1' } = CHOICE.exec(text)?.groups ?? {};
  const times = Number(scale);
  if (Math.abs(times) <= 10) return { what, scale: times };
  throw new UserError(`lora: expected a scale from -10 to 10 behind the colon, got ${scale}`);
}

/**
 * Looks up every LoRA and has its licence accepted; `fetch` then downloads them. The sampling settings of the last LoRA
 * that has some apply. Throws as findLora does.
 */
export async function findLoras(
  context: LoraContext,
  choices: readonly LoraChoice[],
  base: string,
  task: TaskOptions,
): Promise<{ readonly fetch: (task: TaskOptions) => Promise<Fusion> }> {
  const found: FoundLora[] = [];
  for (const choice of choices) found.push(await findLora(context, choice, base, task));
  const sampling = found.findLast((lora) => lora.sampling !== null)?.sampling;
  return {
    fetch: async (task) => {
      const loras: LocalLora[] = [];
      for (const lora of found) loras.push(await lora.fetch(task));
      return { loras, sampling: sampling ?? { scheduler: {}, riff: {} } };
    },
  };
}

/** Throws UserError if it is neither a file, nor in the catalog, nor on the hub, or if its licence is not accepted. */
async function findLora(
  context: LoraContext,
  choice: LoraChoice,
  base: string,
  task: TaskOptions,
): Promise<FoundLora> {
  const { what, scale } = choice;
  const { loras } = context.catalog;
  const named = Object.hasOwn(loras, what) ? loras[what] : undefined;
  if (named) return lookAtLora(context, named, scale, task);
  const path = typedPath(base, what);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) {
    await assertLoraFile(path);
    return localLora(context, path, scale);
  }
  const { id, file } = HUB_FILE.exec(what)?.groups ?? {};
  if (id === undefined || found) {
    throw new UserError(
      `lora: expected a .safetensors file, one of ${Object.keys(loras).join(', ')} or an id of the hub ` +
        `(organisation/name[/file.safetensors]), got ${JSON.stringify(what)}: there is no such file in ${base}`,
    );
  }
  const known = Object.values(loras).find((lora) => lora.hub === id && (lora.file === file || !file));
  return lookAtLora(context, known ?? { hub: id, revision: 'main', ...(file && { file }) }, scale, task);
}

/** The conversion looks closer; this comes before its packages are installed. */
async function assertLoraFile(path: string): Promise<void> {
  const names = [...((await readShapes(path))?.keys() ?? [])];
  if (names.some((name) => /lora/i.test(name))) return;
  throw new UserError(
    `lora: expected a .safetensors file with the layers of a LoRA, got ${path} without any; check the file`,
  );
}

function localLora({ say }: LoraContext, path: string, scale: number): FoundLora {
  say(`${basename(path)} does not say under which licence it is; see where it came from.`);
  return {
    sampling: null,
    fetch: async (task) => {
      const origin = { from: basename(path), scale, sha256: await hashOf(path, task), licence: null };
      return { path, origin, discard: async () => {} };
    },
  };
}

type HubLora = Pick<CatalogLora, 'hub' | 'revision'> & Partial<CatalogLora>;

async function lookAtLora(
  context: LoraContext,
  lora: HubLora,
  scale: number,
  task: TaskOptions,
): Promise<FoundLora> {
  const { env, accept } = context;
  if (lora.licence) await accept(lora.hub, lora.licence);
  const hub = await openHub(env);
  const wanted = { kind: 'lora', files: lora.file === undefined ? [] : [lora.file] } as const;
  const listing = await lookAtHub(hub, lora.hub, lora.revision, wanted, task);
  const licence = lora.licence ?? { name: listing.licence ?? 'none stated' };
  if (!lora.licence) await accept(lora.hub, licence);
  return {
    sampling: lora.sampling ?? null,
    fetch: (task) => fetchLora(hub, listing, { scale, licence }, task),
  };
}

async function fetchLora(
  hub: Hub,
  listing: HubListing,
  terms: Pick<FusedLora, 'scale' | 'licence'>,
  task: TaskOptions,
): Promise<LocalLora> {
  const { id, revision, files } = listing;
  const folder = await download(hub, listing, task);
  const name = files[0]?.name ?? '';
  const path = join(folder, name);
  return {
    path,
    origin: { from: `${id}/${name}`, revision, sha256: await hashOf(path, task), ...terms },
    discard: () => discardDownload(folder),
  };
}

async function hashOf(path: string, task: TaskOptions): Promise<string> {
  const [folder, name] = [dirname(path), basename(path)];
  const hashes = await hashFiles(folder, await sizesOf(folder, [name]), `hashing ${name}`, task);
  return hashes.get(name) ?? '';
}
