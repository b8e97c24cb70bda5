import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.ts';
import { typedPath } from '../system/cache-folder.mjs';

export const MODELS_FOLDER = fileURLToPath(new URL('../../models', import.meta.url));

/** The file that diffusers puts into every pipeline marks a model folder. */
const MARK = 'model_index.json';
const SHOWN_CHARACTERS = 200;

export interface ModelLocation {
  readonly name: string;
  readonly folder: string;
}

/**
 * Finds a model by its name (a folder under models/) or by its path, relative to `base`.
 * Throws UserError that lists the installed models.
 */
export function locateModel(nameOrPath: string, base: string, modelsFolder = MODELS_FOLDER): ModelLocation {
  const candidates = [join(modelsFolder, nameOrPath), typedPath(base, nameOrPath)];
  // A name with a separator in it is a path: "../x" must not be looked for under models/.
  const folder = candidates.slice(/[\\/]/.test(nameOrPath) ? 1 : 0).find(isModelFolder);
  if (nameOrPath !== '' && folder) return { name: basename(folder), folder };
  throw new UserError(
    `model: expected ${expectation(modelsFolder)}, got ${JSON.stringify(nameOrPath.slice(0, SHOWN_CHARACTERS))}`,
  );
}

/** The fault of MODEL as a problem of the configuration; empty: none. */
export function modelProblems(model: string, base: string): readonly string[] {
  try {
    locateModel(model, base);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [error.message.replace(/^model:/, 'MODEL:')];
  }
}

function expectation(modelsFolder: string): string {
  const names = existsSync(modelsFolder)
    ? readdirSync(modelsFolder).filter((name) => isModelFolder(join(modelsFolder, name)))
    : [];
  const known = names.length === 0 ? 'none is here yet' : names.join(', ');
  return `a model under models/ (${known}) or a folder with a ${MARK}`;
}

/** False also for a path that cannot be read, such as a name that is too long. */
function isModelFolder(folder: string): boolean {
  try {
    return statSync(join(folder, MARK)).isFile();
  } catch {
    return false;
  }
}
