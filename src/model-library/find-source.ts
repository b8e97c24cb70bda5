import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError } from '../errors.ts';
import { typedPath } from '../system/cache-folder.mjs';
import type { Catalog, CatalogEntry } from './catalog.ts';

export type LocalSource =
  /** Optimum Intel's layout, which is also Riff's. */
  | { readonly kind: 'converted'; readonly folder: string }
  /** text_encoder.xml, unet.xml, vae_decoder.xml side by side. */
  | { readonly kind: 'flat'; readonly folder: string; readonly parts: FlatParts }
  /** diffusers with PyTorch weights. */
  | { readonly kind: 'checkpoint'; readonly folder: string };

export type Source =
  | LocalSource
  | {
      readonly kind: 'hub';
      readonly hub: string;
      readonly name: string;
      readonly entry: CatalogEntry | null;
    };

/** Part → name of its file without ".xml". */
export type FlatParts = ReadonlyMap<string, string>;

const HUB_ID = /^\w[\w.-]*\/\w[\w.-]*$/;
const LOOKS_LIKE_PATH = /^(\.{0,2}[\\/]|~|[a-zA-Z]:[\\/]|\.{1,2}$)/;
const PARTS = ['text_encoder', 'unet', 'vae_decoder', 'vae_encoder'];
const NEEDED_PARTS = ['text_encoder', 'unet', 'vae_decoder'];

/**
 * What `text` names: a model of the catalog, an existing folder (relative to `base`), or an id of the hub.
 * Throws UserError that says what was looked for.
 */
export async function findSource(text: string, base: string, catalog: Catalog): Promise<Source> {
  const entry = Object.hasOwn(catalog.models, text) ? catalog.models[text] : undefined;
  if (entry) return { kind: 'hub', hub: entry.hub, name: text, entry };
  const path = typedPath(base, text);
  const found = text === '' ? undefined : await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return recognizeFolder(path);
  if (found) throw singleFile(path);
  if (HUB_ID.test(text) && !LOOKS_LIKE_PATH.test(text)) {
    const known = Object.entries(catalog.models).find(([, { hub }]) => hub === text);
    return { kind: 'hub', hub: text, name: known?.[0] ?? basename(text), entry: known?.[1] ?? null };
  }
  const names = Object.keys(catalog.models).join(', ');
  throw new UserError(
    `model: expected a folder, a name of the catalog (${names}) or an id of the hub (organisation/name), ` +
      `got ${JSON.stringify(text)}: there is no such folder in ${base}`,
  );
}

/** Throws UserError if the folder holds no model in a layout that Riff knows. */
export async function recognizeFolder(folder: string): Promise<LocalSource> {
  const has = (...names: string[]) => stat(join(folder, ...names)).then(Boolean, () => false);
  const hasIndex = await has('model_index.json');
  if (hasIndex && (await has('unet', 'openvino_model.xml'))) return { kind: 'converted', folder };
  if (hasIndex && (await has('unet', 'config.json'))) return { kind: 'checkpoint', folder };
  const parts = await flatParts(folder);
  if (NEEDED_PARTS.every((part) => parts.has(part))) return { kind: 'flat', folder, parts };
  const missing = NEEDED_PARTS.filter((part) => !parts.has(part)).map((part) => `${part}.xml`);
  throw new UserError(
    `model: expected ${folder} to hold model_index.json beside unet/ (a converted folder or a diffusers ` +
      `checkpoint), or ${NEEDED_PARTS.map((part) => `${part}.xml`).join(', ')} (a flat IR folder), got ` +
      (parts.size > 0 ? `a flat one without ${missing.join(' and ')}` : 'neither'),
  );
}

async function flatParts(folder: string): Promise<FlatParts> {
  const names = (await readdir(folder))
    .filter((name) => name.endsWith('.xml'))
    .map((name) => name.slice(0, -4));
  const found = PARTS.flatMap((part): [string, string][] => {
    if (names.includes(part)) return [[part, part]];
    const variants = names.filter((name) => name.startsWith(`${part}_`));
    if (variants.length > 1) throw severalVariants(folder, part, variants);
    return variants.map((variant) => [part, variant]);
  });
  return new Map(found);
}

function severalVariants(folder: string, part: string, variants: readonly string[]): UserError {
  return new UserError(
    `model: expected one ${part} in ${folder}, got ${variants.join(', ')}; ` +
      `name the one to take ${part}.xml and its weights ${part}.bin`,
  );
}

function singleFile(path: string): UserError {
  return new UserError(
    `model: expected a folder, got the file ${path}; a single-file checkpoint (.ckpt, .safetensors) has to be ` +
      "unpacked first: diffusers' StableDiffusionPipeline.from_single_file(file).save_pretrained(folder)",
  );
}
