import { z } from 'zod';

const LONGEST_WORD = 100;
const MOST_WORDS = 5000;

const words = z.array(z.string().trim().min(1).max(LONGEST_WORD)).max(MOST_WORDS).readonly().default([]);

/** Words and phrases that a model understands, by kind, the commonest first; `others` are synonyms of those. */
export const promptWordsSchema = z
  .object({ styles: words, instruments: words, tempo: words, moods: words, others: words })
  .readonly();
export type PromptWords = z.infer<typeof promptWordsSchema>;

/** For a model whose folder lists none. */
export const NO_PROMPT_WORDS: PromptWords = promptWordsSchema.parse({});
