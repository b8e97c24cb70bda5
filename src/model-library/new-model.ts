import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULTS } from '../config.ts';
import { UserError } from '../errors.ts';
import { isProcessAlive } from '../system/process-alive.mjs';

/** The model that is part of the project. */
export const EMBEDDED_MODEL = DEFAULTS.model;

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/i;
/** Folders under models/ that hold no model. */
const RESERVED = new Set(['riff_training', 'riff_conversion']);

/** Throws UserError for a name that cannot be a folder under models/, or is taken. */
export async function assertNewName(modelsFolder: string, name: string): Promise<void> {
  if (!NAME.test(name) || RESERVED.has(name)) {
    throw new UserError(
      `name: expected letters, digits, dots, dashes and underscores, got ${JSON.stringify(name)}; give another with --name`,
    );
  }
  if (await exists(join(modelsFolder, name))) {
    throw new UserError(
      `name: models/${name} is there already; remove it first or give another name with --name`,
    );
  }
}

/**
 * Builds a model in models/.partial/ and moves it into place when it is complete. Removes what killed runs left there.
 * Throws what `build` throws.
 */
export async function installModel(
  modelsFolder: string,
  name: string,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  await assertNewName(modelsFolder, name);
  const staging = join(modelsFolder, '.partial');
  await clearAbandoned(staging);
  const folder = join(staging, `${name}.${process.pid}`);
  await mkdir(folder, { recursive: true });
  try {
    await build(folder);
    const target = join(modelsFolder, name);
    // Another run may have put its model there meanwhile, and renaming onto an empty folder would succeed.
    await assertNewName(modelsFolder, name);
    await rename(folder, target);
    return target;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Renames the folder before deleting it, so that a model exists completely or not at all. */
export async function removeModel(modelsFolder: string, name: string): Promise<void> {
  const staging = join(modelsFolder, '.partial');
  await mkdir(staging, { recursive: true });
  const aside = join(staging, `${name}.${process.pid}`);
  await rename(join(modelsFolder, name), aside);
  await rm(aside, { recursive: true, force: true });
}

async function clearAbandoned(staging: string): Promise<void> {
  for (const entry of await readdir(staging).catch(() => [])) {
    const pid = Number(entry.split('.').at(-1));
    if (!isProcessAlive(pid)) await rm(join(staging, entry), { recursive: true, force: true });
  }
}

/** True also for a link that leads nowhere. */
async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
