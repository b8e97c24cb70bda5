import type { APIModalInteractionResponseCallbackData, ModalSubmitInteraction } from 'discord.js';
import { textField } from '../src/discord/form-fields.ts';
import { REQUEST_LIMITS, type RiffRequest } from '../src/riff/request.ts';

const { promptLength, negativePromptLength } = REQUEST_LIMITS;

type PromptTexts = Pick<RiffRequest, 'prompt' | 'negativePrompt'>;

/** Asks for prompt and negative prompt; `title` at most 45 characters. */
export function wordsForm(
  customId: string,
  title: string,
  { prompt, negativePrompt }: PromptTexts = { prompt: '', negativePrompt: '' },
): APIModalInteractionResponseCallbackData {
  return {
    custom_id: customId,
    title,
    components: [
      textField('prompt', 'Prompt', prompt, promptLength),
      textField('negative', 'Negative: what to keep out', negativePrompt, negativePromptLength),
    ],
  };
}

export function wordsOf({ fields }: ModalSubmitInteraction): PromptTexts {
  return {
    prompt: fields.getTextInputValue('prompt'),
    negativePrompt: fields.getTextInputValue('negative'),
  };
}
