import {
  ApplicationCommandOptionType,
  InteractionResponseType,
  InteractionType,
  MessageFlags,
} from 'discord-api-types/v10';
import { z } from 'zod';
import { invalidField } from '../discord-error.ts';
import type { JsonObject } from '../json.ts';
import { type MessageBody, messageSchema } from '../request-schemas/message-schema.ts';
import { modalParts, modalSchema } from '../request-schemas/modal-schema.ts';
import { parseBody } from '../request-schemas/parse-body.ts';
import type { UploadedFile } from '../state/attachment-store.ts';
import type { Answer, Interaction } from '../state/interaction.ts';
import type { Message } from '../state/message.ts';
import type { MessageContext, MessageStore } from '../state/message-store.ts';
import { interactionMetadata } from '../state/serialize-interaction.ts';
import type { State } from '../state/state.ts';

/** Response types that create a message, and those that change the component's message. */
const MESSAGES = [
  InteractionResponseType.ChannelMessageWithSource,
  InteractionResponseType.DeferredChannelMessageWithSource,
];
const UPDATES = [InteractionResponseType.DeferredMessageUpdate, InteractionResponseType.UpdateMessage];

const envelopeSchema = z.looseObject({ type: z.number().int(), data: z.looseObject({}).nullish() });
const choicesSchema = z.looseObject({
  choices: z
    .array(
      z.looseObject({ name: z.string().min(1).max(100), value: z.union([z.string().max(100), z.number()]) }),
    )
    .max(25),
});

/** Wrapped so that problems are reported with their path below `data`. Constants, because zod compiles a schema at its first use. */
const messageData = z.looseObject({ data: messageSchema });
const choicesData = z.looseObject({ data: choicesSchema });
const modalData = z.looseObject({ data: modalSchema });

export interface CallbackParts {
  readonly state: State;
  readonly messages: MessageStore;
}

export interface CallbackResult {
  readonly answer: Answer;
  readonly originalId: string | null;
}

/** Carries out the bot's first answer. Throws 50035 for a response type that this kind of interaction does not allow. */
export function applyCallback(
  context: CallbackParts,
  interaction: Interaction,
  body: unknown,
  files: readonly UploadedFile[],
): CallbackResult {
  const { type, data } = parseBody(envelopeSchema, body);
  requireAllowed(interaction, type);
  switch (type) {
    case InteractionResponseType.ChannelMessageWithSource:
      return createAnswer(context, interaction, parseMessage(data), files);
    case InteractionResponseType.DeferredChannelMessageWithSource:
      return deferAnswer(context, interaction, parseMessage(data));
    case InteractionResponseType.DeferredMessageUpdate:
      return { answer: { kind: 'deferred_update' }, originalId: interaction.sourceMessageId };
    case InteractionResponseType.UpdateMessage:
      return updateSource(context, interaction, parseMessage(data), files);
    case InteractionResponseType.ApplicationCommandAutocompleteResult: {
      const { choices } = parseData(choicesData, data);
      requireFitting(choices, interaction.focusedType);
      return { answer: { kind: 'choices', choices: choices as JsonObject[] }, originalId: null };
    }
    default:
      return openModal(interaction, data);
  }
}

/** The channel and the author of an answer to this interaction. */
export function answerContext(state: State, interaction: Interaction, ephemeral: boolean): MessageContext {
  const channel = state.channels.get(interaction.channelId);
  if (!channel) throw new TypeError(`expected a known channel, got ${interaction.channelId}`);
  return {
    channel,
    authorId: state.bot.id,
    origin: {
      interactionId: interaction.id,
      type: interaction.type,
      commandName: interaction.commandName,
      fromMenu: interaction.target !== null,
      userId: interaction.userId,
      metadata: interactionMetadata(state, interaction),
    },
    visibleTo: ephemeral ? interaction.userId : null,
    webhook: true,
  };
}

export function isEphemeral(body: MessageBody): boolean {
  return ((body.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
}

function requireAllowed(interaction: Interaction, type: number): void {
  const allowed = allowedTypes(interaction);
  if (allowed.includes(type)) return;
  throw invalidField('type', 'BASE_TYPE_CHOICES', `Value must be one of {${allowed.join(', ')}}.`);
}

function allowedTypes(interaction: Interaction): readonly number[] {
  const onMessage = interaction.sourceMessageId === null ? [] : UPDATES;
  switch (interaction.type) {
    case InteractionType.ApplicationCommand:
      return [...MESSAGES, InteractionResponseType.Modal];
    case InteractionType.MessageComponent:
      return [...MESSAGES, ...onMessage, InteractionResponseType.Modal];
    case InteractionType.ApplicationCommandAutocomplete:
      return [InteractionResponseType.ApplicationCommandAutocompleteResult];
    case InteractionType.ModalSubmit:
      return [...MESSAGES, ...onMessage];
  }
}

function createAnswer(
  { state, messages }: CallbackParts,
  interaction: Interaction,
  body: MessageBody,
  files: readonly UploadedFile[],
): CallbackResult {
  const message = messages.create(body, files, answerContext(state, interaction, isEphemeral(body)));
  return { answer: { kind: 'message', message }, originalId: message.id };
}

function deferAnswer(
  { state, messages }: CallbackParts,
  interaction: Interaction,
  body: MessageBody,
): CallbackResult {
  const message = messages.createLoading(answerContext(state, interaction, isEphemeral(body)));
  return { answer: { kind: 'deferred', message }, originalId: message.id };
}

function updateSource(
  { messages }: CallbackParts,
  interaction: Interaction,
  body: MessageBody,
  files: readonly UploadedFile[],
): CallbackResult {
  const source: Message | undefined = messages.get(interaction.sourceMessageId ?? '');
  if (!source)
    throw invalidField('type', 'BASE_TYPE_CHOICES', 'The message of this component no longer exists.');
  const message = messages.edit(source, body, files);
  return { answer: { kind: 'update', message }, originalId: message.id };
}

function openModal(interaction: Interaction, data: unknown): CallbackResult {
  const body = parseData(modalData, data);
  const modal = {
    customId: body.custom_id,
    title: body.title,
    parts: modalParts(body),
    userId: interaction.userId,
    channelId: interaction.channelId,
    messageId: interaction.sourceMessageId,
    openedBy: interaction,
  };
  return { answer: { kind: 'modal', modal }, originalId: null };
}

function parseMessage(data: unknown): MessageBody {
  return parseData(messageData, data);
}

function parseData<T>(schema: z.ZodType<{ readonly data: T }>, data: unknown): T {
  return parseBody(schema, { data: data ?? {} }).data;
}

/** Throws 50035 for a choice that is not a number if the focused option takes numbers. */
function requireFitting(choices: readonly { readonly value: string | number }[], type: number | null): void {
  const isNumeric =
    type === ApplicationCommandOptionType.Integer || type === ApplicationCommandOptionType.Number;
  const strange = choices.findIndex(({ value }) => Number.isNaN(Number(value)));
  if (!isNumeric || strange < 0) return;
  const message = `Value ${JSON.stringify(choices[strange]?.value)} is not a number.`;
  throw invalidField(`data.choices.${strange}.value`, 'NUMBER_TYPE_COERCE', message);
}
