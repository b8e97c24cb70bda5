import type { APIModalInteractionResponseCallbackData, ModalSubmitInteraction } from 'discord.js';
import { textField } from '../src/discord/form-fields.ts';
import { inLocale } from '../src/messages/languages.ts';
import { riffTexts } from '../src/messages/riff.ts';
import { REQUEST_LIMITS, type RiffRequest } from '../src/riff/request.ts';

const { promptLength, negativePromptLength } = REQUEST_LIMITS;

type PromptTexts = Pick<RiffRequest, 'prompt' | 'negativePrompt'>;

/** Asks for prompt and negative prompt. */
export function wordsForm(
  customId: string,
  locale: string,
  { prompt, negativePrompt }: PromptTexts,
): APIModalInteractionResponseCallbackData {
  const text = inLocale(riffTexts, locale);
  return {
    custom_id: customId,
    title: text.retextForm,
    components: [
      textField('prompt', text.promptLabel, prompt, promptLength),
      textField('negative', text.negativeLabel, negativePrompt, negativePromptLength),
    ],
  };
}

/** The values of the fields `prompt` and `negative` of a form. */
export function wordsOf({ fields }: ModalSubmitInteraction): PromptTexts {
  return {
    prompt: fields.getTextInputValue('prompt'),
    negativePrompt: fields.getTextInputValue('negative'),
  };
}
