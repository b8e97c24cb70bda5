import type { PromptWords } from './prompt-words.ts';

/** Moods and tempi are drawn from the first ones only: rare words read oddly beside a random style. */
const COMMONEST = 12;

/**
 * A prompt of a random style, instrument, mood and tempo that the model knows; null if it knows none. `random` returns
 * numbers in [0, 1).
 */
export function composePrompt(
  { styles, instruments, moods, tempo }: PromptWords,
  random: () => number,
): string | null {
  const music = joined(' ', pick(styles, random), pick(instruments, random));
  const mood = pick(moods.slice(0, COMMONEST), random);
  const prompt = joined(', ', music, mood, pick(tempo.slice(0, COMMONEST), random));
  return prompt === '' ? null : prompt;
}

/** A random word; empty if there are none. */
function pick(words: readonly string[], random: () => number): string {
  return words[Math.floor(random() * words.length)] ?? '';
}

function joined(between: string, ...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(between);
}
