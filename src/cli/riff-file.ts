import { UserError } from '../errors.ts';
import { riffOf } from '../render/recipe-file.ts';
import type { RiffRequest } from '../riff/request.ts';
import { readUserFile } from './user-files.ts';

/** Whether an argument names a riff's file rather than being a prompt. */
export function isRiffPath(text: string): boolean {
  return /\.(png|wav|ogg)$/i.test(text);
}

/** The request in a riff's PNG, WAV or Ogg. Throws UserError if the file cannot be read or holds no recipe. */
export async function readRiffFile(name: string, path: string): Promise<RiffRequest> {
  const riff = riffOf(name, await readUserFile(name, path));
  if (riff) return riff;
  throw new UserError(
    `${name}: expected a PNG, WAV or Ogg with a recipe, as riff makes them, got ${path} without one; use the file that riff wrote`,
  );
}
