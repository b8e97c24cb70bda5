import { recipeOfOggOpus } from '../audio/ogg-opus.ts';
import { recipeOfWav } from '../audio/wav.ts';
import { UserError } from '../errors.ts';
import { checked } from '../riff/checks.ts';
import { detached } from '../riff/detached.ts';
import { type Recipe, recipeSchema } from '../riff/recipe.ts';
import type { RiffRequest } from '../riff/request.ts';
import { recipeOfPng } from '../spectrogram/png-chunks.ts';

const PNG_FIRST_BYTE = 0x89;

/**
 * The request in a riff's PNG, WAV or Ogg, without references to stored data (see detached); null if the bytes hold no
 * recipe. `name`: the file's, for messages. Throws UserError for an invalid recipe.
 */
export function riffOf(name: string, bytes: Uint8Array): RiffRequest | null {
  const text = recipeText(bytes);
  return text === undefined ? null : detached(name, requestOfRecipe(parsedRecipe(name, text)));
}

/** The request that makes the same riff again. */
export function requestOfRecipe(recipe: Recipe): RiffRequest {
  const { model: _, modelVersion: __, device: ___, generator: ____, ...request } = recipe;
  return request;
}

function recipeText(bytes: Uint8Array): string | undefined {
  if (bytes[0] === PNG_FIRST_BYTE) return recipeOfPng(bytes);
  return recipeOfWav(bytes) ?? recipeOfOggOpus(bytes);
}

function parsedRecipe(name: string, text: string): Recipe {
  try {
    return checked(recipeSchema, JSON.parse(text));
  } catch (cause) {
    const faults = cause instanceof UserError ? cause.faults : [];
    throw new UserError([{ kind: 'faultyRecipe', name }, ...faults], { cause });
  }
}
