import type { PromptWords } from './prompt-words.ts';

/** A word of the vocabulary may be a phrase of so many: "twelve bar blues". */
const LONGEST_PHRASE = 4;
/** Of each kind, behind words that are complete. */
const OFFERED = 8;

/**
 * What a prompt may become: the typed text itself, then recent prompts that have it in them, then the text with its last
 * word or phrase completed, then with another word behind it. Each once, in the order in which they should be shown.
 */
export function completePrompt(
  typed: string,
  words: PromptWords,
  recentPrompts: readonly string[],
): readonly string[] {
  const text = typed.trim().toLowerCase();
  const recent = recentPrompts.filter((prompt) => prompt.toLowerCase().includes(text));
  const found = [typed.trim(), ...recent, ...completed(typed, words), ...continued(typed, words)];
  return [...new Set(found.filter((prompt) => prompt !== ''))];
}

/** With the last words of the text made whole, as many of them as begin a phrase. */
function completed(typed: string, words: PromptWords): readonly string[] {
  const all = Object.values(words).flat();
  return tailsOf(typed).flatMap((tail) => {
    const head = typed.slice(0, typed.length - tail.length);
    return all.filter((word) => word.startsWith(tail.toLowerCase())).map((word) => head + word);
  });
}

/** The last words of a text that ends within one, the longest run first. */
function tailsOf(typed: string): readonly string[] {
  const starts = [...typed.matchAll(/(?<![^\s,])[^\s,]/g)].map(({ index }) => index);
  const tails = starts.slice(-LONGEST_PHRASE).map((start) => typed.slice(start));
  return tails.filter((tail) => /[^\s,]$/.test(tail));
}

/** With a word of each kind behind it that the text has not yet, where its last word is complete. */
function continued(
  typed: string,
  { styles, instruments, tempo, moods, others }: PromptWords,
): readonly string[] {
  const said = typed.toLowerCase();
  const known = new Set([...styles, ...instruments, ...tempo, ...moods, ...others]);
  const isComplete = tailsOf(typed).some((tail) => known.has(tail.toLowerCase())) || !/[^\s,]$/.test(typed);
  if (!isComplete) return [];
  const missing = [styles, instruments, moods, tempo].filter(
    (kind) => !kind.some((word) => said.includes(word)),
  );
  const between = typed === '' || /\s$/.test(typed) ? '' : ' ';
  return missing.flatMap((kind) => kind.slice(0, OFFERED).map((word) => typed + between + word));
}
