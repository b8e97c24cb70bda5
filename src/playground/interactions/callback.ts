import { z } from 'zod';
import { type MessageForm, messageSchema } from '../forms/message-form.ts';
import { modalSchema } from '../forms/modal-form.ts';
import { parseForm } from '../forms/parse-form.ts';
import type { JsonObject } from '../json.ts';
import type { UploadedFile } from '../messages/attachment-vault.ts';
import { MESSAGE_FLAGS, type Message } from '../messages/message.ts';
import type { MessageBoard, MessageContext } from '../messages/message-board.ts';
import { interactionMetadata } from '../payloads/interaction-payload.ts';
import { invalidField } from '../rest/discord-error.ts';
import { BOT } from '../world/cast.ts';
import type { World } from '../world/world.ts';
import type { Answer, Interaction } from './interaction.ts';

/** Interaction callback types. Source: interactions/receiving-and-responding. */
const CALLBACK = {
  message: 4,
  deferredMessage: 5,
  deferredUpdate: 6,
  update: 7,
  choices: 8,
  modal: 9,
} as const;

const envelopeSchema = z.looseObject({ type: z.number().int(), data: z.looseObject({}).nullish() });
const choicesSchema = z.looseObject({
  choices: z
    .array(
      z.looseObject({ name: z.string().min(1).max(100), value: z.union([z.string().max(100), z.number()]) }),
    )
    .max(25),
});

export interface CallbackParts {
  readonly world: World;
  readonly messages: MessageBoard;
}

export interface CallbackResult {
  readonly answer: Answer;
  readonly originalId: string | null;
}

/** Carries out the bot's first answer. Throws 50035 for a type that this kind of interaction does not take. */
export function applyCallback(
  parts: CallbackParts,
  interaction: Interaction,
  body: unknown,
  files: readonly UploadedFile[],
): CallbackResult {
  const { type, data } = parseForm(envelopeSchema, body);
  requireAllowed(interaction, type);
  switch (type) {
    case CALLBACK.message:
      return createAnswer(parts, interaction, parseMessage(data), files);
    case CALLBACK.deferredMessage:
      return deferAnswer(parts, interaction, parseMessage(data));
    case CALLBACK.deferredUpdate:
      return { answer: { kind: 'deferred_update' }, originalId: interaction.sourceMessageId };
    case CALLBACK.update:
      return updateSource(parts, interaction, parseMessage(data), files);
    case CALLBACK.choices: {
      const { choices } = parseForm(choicesSchema, data);
      return { answer: { kind: 'choices', choices: choices as JsonObject[] }, originalId: null };
    }
    default:
      return openModal(interaction, data);
  }
}

/** Where and from whom an answer to this interaction stands. */
export function answerContext(world: World, interaction: Interaction, ephemeral: boolean): MessageContext {
  const channel = world.channels.get(interaction.channelId);
  if (!channel) throw new TypeError(`expected a known channel, got ${interaction.channelId}`);
  return {
    channel,
    authorId: BOT.id,
    origin: {
      interactionId: interaction.id,
      type: interaction.type === 4 ? 2 : interaction.type,
      commandName: interaction.commandName,
      userId: interaction.userId,
      metadata: interactionMetadata(world, interaction),
    },
    visibleTo: ephemeral ? interaction.userId : null,
    webhook: true,
  };
}

export function isEphemeral(form: MessageForm): boolean {
  return ((form.flags ?? 0) & MESSAGE_FLAGS.ephemeral) !== 0;
}

function requireAllowed(interaction: Interaction, type: number): void {
  const allowed = allowedTypes(interaction);
  if (allowed.includes(type)) return;
  throw invalidField('type', 'BASE_TYPE_CHOICES', `Value must be one of {${allowed.join(', ')}}.`);
}

function allowedTypes(interaction: Interaction): readonly number[] {
  const onMessage = interaction.sourceMessageId === null ? [] : [CALLBACK.deferredUpdate, CALLBACK.update];
  switch (interaction.type) {
    case 2:
      return [CALLBACK.message, CALLBACK.deferredMessage, CALLBACK.modal];
    case 3:
      return [CALLBACK.message, CALLBACK.deferredMessage, ...onMessage, CALLBACK.modal];
    case 4:
      return [CALLBACK.choices];
    case 5:
      return [CALLBACK.message, CALLBACK.deferredMessage, ...onMessage];
  }
}

function createAnswer(
  { world, messages }: CallbackParts,
  interaction: Interaction,
  form: MessageForm,
  files: readonly UploadedFile[],
): CallbackResult {
  const message = messages.create(form, files, answerContext(world, interaction, isEphemeral(form)));
  return { answer: { kind: 'message', message }, originalId: message.id };
}

function deferAnswer(
  { world, messages }: CallbackParts,
  interaction: Interaction,
  form: MessageForm,
): CallbackResult {
  const message = messages.createLoading(answerContext(world, interaction, isEphemeral(form)));
  return { answer: { kind: 'deferred', message }, originalId: message.id };
}

function updateSource(
  { messages }: CallbackParts,
  interaction: Interaction,
  form: MessageForm,
  files: readonly UploadedFile[],
): CallbackResult {
  const source: Message | undefined = messages.get(interaction.sourceMessageId ?? '');
  if (!source)
    throw invalidField('type', 'BASE_TYPE_CHOICES', 'The message of this component no longer exists.');
  const message = messages.edit(source, form, files);
  return { answer: { kind: 'update', message }, originalId: message.id };
}

function openModal(interaction: Interaction, data: unknown): CallbackResult {
  const form = parseForm(modalSchema, data);
  const modal = {
    customId: form.custom_id,
    title: form.title,
    components: form.components as unknown as JsonObject[],
    userId: interaction.userId,
    channelId: interaction.channelId,
    messageId: interaction.sourceMessageId,
    openedBy: interaction,
  };
  return { answer: { kind: 'modal', modal }, originalId: null };
}

function parseMessage(data: unknown): MessageForm {
  return parseForm(messageSchema, data ?? {});
}
