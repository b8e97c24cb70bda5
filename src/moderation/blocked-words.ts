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
  const letters = pattern.replace(/[^\p{L}\p{N}]/gu, '').length;
  if (letters < length.min)
    return refused(
      `word: expected at least ${length.min} letters or digits, got ${letters}; use a longer word`,
    );
  if (pattern.length > length.max)
    return refused(`word: expected at most ${length.max} characters, got ${pattern.length}; shorten it`);
  const starCount = pattern.split('*').length - 1;
  if (starCount > stars) return refused(`word: expected at most ${stars} stars, got ${starCount}; use fewer`);
  return { kind: 'ok', pattern };
}

function refused(message: string): PatternCheck {
  return { kind: 'refused', message };
}

/**
 * The first of `patterns` (as checkPattern returned them) that occurs in one of the texts, or null.
 * Sees through what foldText folds, digits and signs typed for letters (b4d), punctuation inside a word (b.a-d),
 * letters spaced out (b a d) and stretched ones (baaad). A pattern matches whole words: "ass" is not in "class".
 */
export function findBlockedPattern(texts: readonly string[], patterns: readonly string[]): string | null {
  const folded = texts.map((text) => readCharacters(foldText(text)));
  return patterns.find((pattern) => folded.some((text) => patternStands(pattern, text))) ?? null;
}
