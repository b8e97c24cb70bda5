import {
  type APILabelComponent,
  type APIStringSelectComponent,
  type APITextInputComponent,
  ComponentType,
  type ModalSubmitInteraction,
  TextInputStyle,
} from 'discord.js';
import { checked, oneOf, type Range } from '../riff/checks.ts';
import { REQUEST_LIMITS, type RiffRequest } from '../riff/request.ts';

export function promptField(label: string, value: string): APILabelComponent {
  return textField('prompt', label, value, REQUEST_LIMITS.promptLength);
}

export function negativeField(label: string, value: string): APILabelComponent {
  return textField('negative', label, value, REQUEST_LIMITS.negativePromptLength);
}

/** What was typed in a `promptField` and a `negativeField`. */
export function wordsOf({ fields }: ModalSubmitInteraction): Pick<RiffRequest, 'prompt' | 'negativePrompt'> {
  return {
    prompt: fields.getTextInputValue('prompt'),
    negativePrompt: fields.getTextInputValue('negative'),
  };
}

/** A text of several lines; it must be filled in where `length.min` is above 0. */
function textField(customId: string, label: string, value: string, length: Range): APILabelComponent {
  const component: APITextInputComponent = {
    type: ComponentType.TextInput,
    custom_id: customId,
    style: TextInputStyle.Paragraph,
    required: length.min > 0,
    min_length: length.min,
    max_length: length.max,
    value,
  };
  return { type: ComponentType.Label, label, component };
}

/** The first choice is taken unless another is picked. */
export function choiceField(
  customId: string,
  label: string,
  choices: readonly (readonly [value: string, label: string])[],
): APILabelComponent {
  const component: APIStringSelectComponent = {
    type: ComponentType.StringSelect,
    custom_id: customId,
    options: choices.map(([value, text], index) => ({ value, label: text, default: index === 0 })),
  };
  return { type: ComponentType.Label, label, component };
}

/** What was picked in a `choiceField`. Throws UserError for a forged form that names anything else. */
export function chosenIn<const Names extends readonly string[]>(
  { fields }: ModalSubmitInteraction,
  customId: string,
  names: Names,
): Names[number] {
  return checked(oneOf(customId, names), fields.getStringSelectValues(customId)[0]);
}
