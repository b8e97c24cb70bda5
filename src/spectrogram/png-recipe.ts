import { readPngText, withPngText } from './png-chunks.ts';

/** Keyword of the text chunk that carries the recipe. */
const KEYWORD = 'riff-recipe';

export function withRecipe(png: Uint8Array, recipe: string): Buffer {
  return withPngText(png, KEYWORD, recipe);
}

/** What encodePng was given; undefined in a PNG from elsewhere and in other files. */
export function recipeOfPng(bytes: Uint8Array): string | undefined {
  return readPngText(bytes, KEYWORD);
}
