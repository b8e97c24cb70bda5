import { readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { UserError } from '../errors.ts';

/** A snapshot in the Hugging Face cache; its files are links into the blobs of the same model. */
const SNAPSHOT = /^(.*[\\/]models--[^\\/]+)[\\/]snapshots[\\/]/;

/** The folders of a model or checkpoint. Each may be a link itself. */
export const PART_FOLDERS = [
  'scheduler',
  'scheduler_few_steps',
  'tokenizer',
  'text_encoder',
  'unet',
  'unet_few_steps',
  'vae',
  'vae_decoder',
  'vae_decoder_small',
  'vae_encoder',
] as const;

/**
 * The real path of a file if a link leads out of the folder; undefined for a file inside it, a missing one, and one in
 * the blobs of the folder's Hugging Face cache. A folder from elsewhere may hold links to any file of this machine.
 */
export async function strayTarget(folder: string, name: string): Promise<string | undefined> {
  const root = await realpath(folder);
  const target = await realpath(join(folder, name)).catch(() => undefined);
  const [, model] = SNAPSHOT.exec(root + sep) ?? [];
  const allowed = model === undefined ? [root] : [root, join(model, 'blobs')];
  return target === undefined || allowed.some((parent) => isBelow(target, parent)) ? undefined : target;
}

/** Throws UserError that names the first link that leads out of the folder. */
export async function assertOwnFiles(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const target = await strayTarget(folder, name);
    if (target === undefined) continue;
    throw new UserError(
      `model: expected ${join(folder, name)} to lie in its folder or be a link within it, ` +
        `got a link to ${target}; put a copy in its place`,
    );
  }
}

/** Throws UserError that names the first pipe, device or socket below the folder: reading one may wait for ever. */
export async function assertNoSpecialFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found === undefined || found.isFile() || found.isDirectory()) continue;
    throw new UserError(
      `model: expected only files and folders in ${folder}, got ${name}, which is neither; remove it`,
    );
  }
}

function isBelow(path: string, parent: string): boolean {
  const way = relative(parent, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
