import type { PromptWords } from './prompt-words.ts';

/** Words in the longest phrase of a vocabulary, such as "twelve bar blues". */
const LONGEST_PHRASE = 4;
/** Words of each kind that are offered as the next one. */
const OFFERED = 8;

/**
 * Completions of a prompt, each once: the typed text itself, then recent prompts that contain it, then the text with its
 * last word or phrase completed, then with another word behind it.
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

/** The text with its last words completed, wherever they begin a word or phrase of the vocabulary. */
function completed(typed: string, words: PromptWords): readonly string[] {
  const all = Object.values(words).flat();
  return tailsOf(typed).flatMap((tail) => {
    const head = typed.slice(0, typed.length - tail.length);
    return all.filter((word) => word.startsWith(tail.toLowerCase())).map((word) => head + word);
  });
}

/** The last one to LONGEST_PHRASE words of the text, the longest run first; none where it ends with a space or comma. */
function tailsOf(typed: string): readonly string[] {
  const starts = [...typed.matchAll(/(?<![^\s,])[^\s,]/g)].map(({ index }) => index);
  const tails = starts.slice(-LONGEST_PHRASE).map((start) => typed.slice(start));
  return tails.filter((tail) => /[^\s,]$/.test(tail));
}

/** The text followed by a word of each kind that it lacks; none while its last word is incomplete. */
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
