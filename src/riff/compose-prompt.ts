import type { PromptWords } from './prompt-words.ts';

/** Rare words for tempo and mood read oddly beside a style that nobody chose. */
const COMMONEST = 12;

/**
 * A style, an instrument, a mood and a tempo that the model knows; null where it knows none of them. `random`: numbers
 * in [0, 1).
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

/** Empty where there are none. */
function pick(words: readonly string[], random: () => number): string {
  return words[Math.floor(random() * words.length)] ?? '';
}

function joined(between: string, ...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(between);
}
