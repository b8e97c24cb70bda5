import { ComponentType, InteractionType } from 'discord-api-types/v10';
import type { JsonObject } from '../json.ts';
import type { ModalInput, ModalPart } from '../request-schemas/modal-schema.ts';
import type { Interaction, OpenModal } from '../state/interaction.ts';
import { type ActingUser, BOTH_INSTALLS } from './acting-user.ts';
import { ActionRefused } from './action-refused.ts';
import { fileProblem, lengthProblem } from './command-options.ts';
import { countProblem, defaultValues, menuProblem, namedByMenu } from './menu-values.ts';
import type { Named } from './resolved.ts';

/** A text, the chosen values (ids for users, roles, channels and files), or whether a checkbox is ticked. */
export type FieldValue = string | readonly string[] | boolean;
/** By the custom id of the field. */
export type FieldValues = Readonly<Record<string, FieldValue>>;

type Question = Extract<ModalPart, { readonly layout: 'row' | 'label' }>;
type TextInput = Extract<ModalInput, { readonly type: ComponentType.TextInput }>;

/** Submits the form that an earlier action opened. Throws ActionRefused if Discord would not send it. */
export function submitForm(
  actor: ActingUser,
  customId: string,
  values: FieldValues,
  messageId?: string,
): Interaction {
  const { interactions, messages } = actor.context;
  const modal = interactions.openModal(actor.user.id, customId);
  if (!modal && !actor.unchecked) throw new ActionRefused(`no form ${customId} is open`);
  const source = messages.get(messageId ?? modal?.messageId ?? '');
  const action = {
    type: InteractionType.ModalSubmit,
    sourceMessageId: source?.id ?? null,
    openedBy: modal?.openedBy ?? null,
    owners: modal?.openedBy.owners ?? actor.owners(BOTH_INSTALLS),
  } as const;
  const checked = modal && !actor.unchecked ? submittedFields(actor, modal, values) : null;
  const data = { custom_id: customId, components: checked?.components ?? forgedFields(values) };
  if (modal) interactions.closeModal(modal);
  return actor.send(action, data, checked?.named);
}

interface Submitted {
  readonly components: readonly JsonObject[];
  readonly named: Named;
}

/** Fields without a value keep the bot's defaults. */
function submittedFields(actor: ActingUser, { parts }: OpenModal, values: FieldValues): Submitted {
  const questions = parts.filter((part): part is Question => part.layout !== 'note');
  const unknown = Object.keys(values).find((id) => !questions.some(({ input }) => input.custom_id === id));
  if (unknown !== undefined) throw new ActionRefused(`the form has no field ${unknown}`);
  const answers = questions.map(({ input, label }) => {
    const value = values[input.custom_id] ?? untouched(input);
    const problem = problemOf(actor, input, value);
    if (problem !== null) throw new ActionRefused(`${label || input.custom_id}: ${problem}`);
    return { input, value };
  });
  return {
    components: parts.map((part, index) => {
      const id = 2 * index + 1;
      if (part.layout === 'note') return { type: ComponentType.TextDisplay, id };
      return wrapped(part, id, values[part.input.custom_id] ?? untouched(part.input));
    }),
    named: mergeNamed(answers.map(({ input, value }) => namedBy(actor, input, value))),
  };
}

/** Fields of a form that is not open, for submissions that no real client would send. */
function forgedFields(values: FieldValues): JsonObject[] {
  return Object.entries(values).map(([id, value], index) => ({
    type: ComponentType.ActionRow,
    id: 2 * index + 1,
    components: [{ type: ComponentType.TextInput, id: 2 * index + 2, custom_id: id, value: String(value) }],
  }));
}

function wrapped({ layout, input }: Question, id: number, value: FieldValue): JsonObject {
  const key = Array.isArray(value) ? 'values' : 'value';
  // Discord sends null for an unanswered radio group and an empty string for an unanswered text.
  const given = input.type === ComponentType.RadioGroup && value === '' ? null : value;
  const component = { type: input.type, id: id + 1, custom_id: input.custom_id, [key]: given };
  return layout === 'row'
    ? { type: ComponentType.ActionRow, id, components: [component] }
    : { type: ComponentType.Label, id, component };
}

function untouched(input: ModalInput): FieldValue {
  switch (input.type) {
    case ComponentType.TextInput:
      return input.value ?? '';
    case ComponentType.FileUpload:
      return [];
    case ComponentType.RadioGroup:
      return input.options.find((option) => option.default)?.value ?? '';
    case ComponentType.CheckboxGroup:
      return input.options.filter((option) => option.default).map(({ value }) => value);
    case ComponentType.Checkbox:
      return input.default ?? false;
    default:
      return defaultValues(input);
  }
}

function problemOf(actor: ActingUser, input: ModalInput, value: FieldValue): string | null {
  if (input.type === ComponentType.Checkbox) return typeof value === 'boolean' ? null : 'tick it or not';
  const isRequired = input.required ?? true;
  if (value === '' || (Array.isArray(value) && value.length === 0))
    return isRequired ? 'this field is required' : null;
  if (input.type === ComponentType.TextInput) return textProblem(input, value);
  if (input.type === ComponentType.RadioGroup) return offered(input.options, [String(value)]);
  if (!Array.isArray(value)) return 'choose from what is offered';
  if (input.type === ComponentType.FileUpload) return filesProblem(actor, input, value);
  if (input.type !== ComponentType.CheckboxGroup)
    return menuProblem(actor.context.state, actor.channel, input, value);
  const { options, min_values: min, max_values: max } = input;
  return offered(options, value) ?? countProblem(value.length, min ?? 1, max ?? options.length);
}

function textProblem({ min_length: min, max_length: max }: TextInput, value: FieldValue): string | null {
  return typeof value === 'string' ? lengthProblem(value, min ?? 0, max ?? 4000) : 'enter a text';
}

function offered(options: readonly { readonly value: string }[], values: readonly string[]): string | null {
  const strange = values.find((value) => !options.some((option) => option.value === value));
  return strange === undefined ? null : `${strange} is not offered`;
}

function filesProblem(
  actor: ActingUser,
  input: Extract<ModalInput, { readonly type: ComponentType.FileUpload }>,
  ids: readonly string[],
): string | null {
  const problems = ids.map((id) => fileProblem(input.file_types ?? [], actor.findUpload(id)));
  const found = problems.find((problem) => problem !== null);
  return found ?? countProblem(ids.length, input.min_values ?? 1, input.max_values ?? 1);
}

function namedBy(actor: ActingUser, { type }: ModalInput, value: FieldValue): Named {
  if (!Array.isArray(value)) return {};
  if (type !== ComponentType.FileUpload) return namedByMenu(type, value);
  return { attachments: value.flatMap((id: string) => actor.findUpload(id) ?? []) };
}

function mergeNamed(all: readonly Named[]): Named {
  return {
    userIds: all.flatMap(({ userIds }) => userIds ?? []),
    roleIds: all.flatMap(({ roleIds }) => roleIds ?? []),
    channelIds: all.flatMap(({ channelIds }) => channelIds ?? []),
    attachments: all.flatMap(({ attachments }) => attachments ?? []),
  };
}
