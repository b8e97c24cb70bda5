import { ComponentType } from 'discord-api-types/v10';
import type { JsonObject } from '../json.ts';
import type { Message } from '../state/message.ts';
import { ActionRefused } from './action-refused.ts';

/** The button or menu with this custom id. */
export function findComponent(message: Message, customId: string): JsonObject | undefined {
  return message.components
    .flatMap((row) => row.components as readonly JsonObject[])
    .find((component) => component.custom_id === customId);
}

export function latestWith(messages: readonly Message[], customId: string): Message | undefined {
  return messages.findLast((message) => findComponent(message, customId));
}

/** Throws ActionRefused for a component that is not there, is switched off, or does not offer the values. */
export function requirePressable(component: JsonObject | undefined, data: JsonObject): void {
  if (!component || component.type !== data.component_type) {
    throw new ActionRefused(`the message has no such component: ${String(data.custom_id)}`);
  }
  if (component.disabled === true) throw new ActionRefused(`${String(data.custom_id)} is disabled`);
  if (component.type === ComponentType.StringSelect)
    requireOffered(component, data.values as readonly string[]);
}

function requireOffered(select: JsonObject, values: readonly string[]): void {
  const offered = (select.options as readonly JsonObject[]).map((option) => option.value);
  const strange = values.find((value) => !offered.includes(value));
  if (strange !== undefined) throw new ActionRefused(`the menu does not offer ${strange}`);
  const [min, max] = [Number(select.min_values), Number(select.max_values)];
  if (values.length < min || values.length > max)
    throw new ActionRefused(`choose ${min} to ${max} of the menu`);
}
