import { recipeOfOggOpus } from '../audio/ogg-opus.ts';
import { soundFormatOf } from '../audio/sound-format.ts';
import { readWav } from '../audio/wav.ts';
import { messageOf, UserError } from '../errors.ts';
import { checked } from '../riff/checks.ts';
import { recipeSchema } from '../riff/recipe.ts';
import type { RiffRequest } from '../riff/request.ts';
import { recipeOfPng } from '../spectrogram/png.ts';
import { readUserFile } from './terminal/user-files.ts';

const PNG_FIRST_BYTE = 0x89;

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

/** Null where the bytes carry no recipe. Throws UserError where they carry a faulty one. */
export function riffOf(name: string, bytes: Uint8Array): RiffRequest | null {
  const text = recipeText(bytes);
  if (text === undefined) return null;
  const { model: _, modelVersion: __, device: ___, generator: ____, ...request } = parsedRecipe(name, text);
  return request;
}

function recipeText(bytes: Uint8Array): string | undefined {
  if (bytes[0] === PNG_FIRST_BYTE) return recipeOfPng(bytes);
  if (soundFormatOf(bytes)?.kind !== 'wav') return recipeOfOggOpus(bytes);
  try {
    return readWav(bytes).recipe;
  } catch {
    return undefined;
  }
}

function parsedRecipe(name: string, text: string) {
  try {
    return checked(recipeSchema, JSON.parse(text));
  } catch (cause) {
    throw new UserError(
      `${name}: expected a recipe that this version reads, got a faulty one (${messageOf(cause)}); make the riff again`,
      { cause },
    );
  }
}
