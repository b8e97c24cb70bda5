import { UserError } from '../errors.ts';
import { riffOf } from '../render/recipe-file.ts';
import type { RiffRequest } from '../riff/request.ts';
import { readUserFile } from './terminal/user-files.ts';

/** Looks like a file to go on from rather than words. */
export function isRiffPath(text: string): boolean {
  return /\.(png|wav|ogg)$/i.test(text);
}

/** The request that a riff's PNG, WAV or Ogg carries. Throws UserError where the file is none or holds no recipe. */
export async function readRiffFile(name: string, path: string): Promise<RiffRequest> {
  const riff = riffOf(name, await readUserFile(name, path));
  if (riff) return riff;
  throw new UserError(
    `${name}: expected a PNG, WAV or Ogg with a recipe, as riff makes them, got ${path} without one; use the file that riff wrote`,
  );
}
