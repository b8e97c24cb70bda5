import { ComponentType } from 'discord-api-types/v10';
import type { JsonObject } from '../json.ts';
import { type ModalField, modalFields } from '../request-schemas/modal-schema.ts';
import type { OpenModal } from '../state/interaction.ts';
import { ActionRefused } from './action-refused.ts';

export type FieldValues = Readonly<Record<string, string>>;

/** `data.components` of a submitted form; what the user left alone keeps the text that the bot put there. */
export function submittedFields(modal: OpenModal, values: FieldValues): JsonObject[] {
  const fields = modalFields(modal.components);
  const unknown = Object.keys(values).find((id) => !fields.some((field) => field.input.custom_id === id));
  if (unknown !== undefined) throw new ActionRefused(`the form has no field ${unknown}`);
  return fields.map((field, index) => submittedField(field, index, values));
}

/** Fields without a form behind them, for submissions that no checked client would send. */
export function forgedFields(values: FieldValues): JsonObject[] {
  return Object.entries(values).map(([id, value], index) => row(index, textValue(id, value, index)));
}

function submittedField(field: ModalField, index: number, values: FieldValues): JsonObject {
  const { input, layout } = field;
  const value = values[input.custom_id] ?? input.value ?? '';
  const { min_length: min, max_length: max } = input;
  const label = field.label || input.custom_id;
  if ((input.required ?? true) && value === '') throw new ActionRefused(`${label}: this field is required`);
  if (value !== '' && min && value.length < min)
    throw new ActionRefused(`${label}: at least ${min} characters`);
  if (max && value.length > max) throw new ActionRefused(`${label}: at most ${max} characters`);
  const component = textValue(input.custom_id, value, index);
  return layout === 'row'
    ? row(index, component)
    : { type: ComponentType.Label, id: 2 * index + 1, component };
}

function row(index: number, component: JsonObject): JsonObject {
  return { type: ComponentType.ActionRow, id: 2 * index + 1, components: [component] };
}

function textValue(id: string, value: string, index: number): JsonObject {
  return { type: ComponentType.TextInput, id: 2 * index + 2, custom_id: id, value };
}
