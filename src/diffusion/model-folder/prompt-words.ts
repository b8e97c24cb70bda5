import { NO_PROMPT_WORDS, type PromptWords, promptWordsSchema } from '../../riff/prompt-words.ts';
import { readOptionalJson } from './json-file.ts';

/** The folder's list of known words. Throws RiffError('invalid_model') if its file cannot be read. */
export async function readPromptWords(folder: string): Promise<PromptWords> {
  return (await readOptionalJson(folder, 'prompt_words.json', promptWordsSchema)) ?? NO_PROMPT_WORDS;
}
