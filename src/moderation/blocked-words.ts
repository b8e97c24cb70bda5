import { foldText } from './fold-text.ts';
import { patternStands, readCharacters } from './word-pattern.ts';

export const BLOCKED_PATTERN_LIMITS = { count: 100, length: { min: 2, max: 48 }, stars: 3 } as const;

export type PatternCheck =
  | { readonly kind: 'ok'; readonly pattern: string }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * Checks a word or phrase that a moderator typed and returns it folded. `*` stands for any letters of one word, `?` for
 * exactly one; no regular expressions, so no pattern can stall the bot.
 */
export function checkPattern(typed: string): PatternCheck {
  const pattern = foldText(typed).replace(/\*+/g, '*');
  const { length, stars } = BLOCKED_PATTERN_LIMITS;
  const letterCount = pattern.replace(/[^\p{L}\p{N}]/gu, '').length;
  const starCount = pattern.split('*').length - 1;
  if (letterCount >= length.min && pattern.length <= length.max && starCount <= stars) {
    return { kind: 'ok', pattern };
  }
  const message = `pattern: expected at least ${length.min} letters, at most ${length.max} characters and ${stars} stars, got ${letterCount} letters, ${pattern.length} characters and ${starCount} stars`;
  return { kind: 'refused', message };
}

/**
 * The first of `patterns` (as checkPattern returned them) that stands in one of the texts, or null.
 * Sees through what foldText folds, digits and signs typed for letters (b4d), punctuation inside a word (b.a-d),
 * letters spaced out (b a d) and stretched ones (baaad). A pattern matches whole words: "ass" is not in "class".
 */
export function findBlockedPattern(texts: readonly string[], patterns: readonly string[]): string | null {
  const folded = texts.map((text) => readCharacters(foldText(text)));
  return patterns.find((pattern) => folded.some((text) => patternStands(pattern, text))) ?? null;
}
