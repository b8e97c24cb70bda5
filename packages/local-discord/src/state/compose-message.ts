import { MessageFlags, PermissionFlagsBits, RESTJSONErrorCodes } from 'discord-api-types/v10';
import { DiscordError, invalidField } from '../discord-error.ts';
import type { JsonObject } from '../json.ts';
import { storedRows } from '../request-schemas/component-schema.ts';
import { type EmbedBody, storedEmbed } from '../request-schemas/embed-schema.ts';
import type { MessageBody } from '../request-schemas/message-schema.ts';
import type { AttachmentStore, UploadedFile } from './attachment-store.ts';
import { type Mentions, mentionsIn } from './mentions.ts';
import type { Attachment, Message } from './message.ts';
import type { State } from './state.ts';
import { isVoiceMessage, requireVoiceOnly } from './voice-message.ts';

/** Whether a bot writes a new message (or fills in a deferred one) or edits one. */
export type Writing = 'new' | 'change';

export interface ComposeParts {
  readonly state: State;
  readonly files: AttachmentStore;
}

/**
 * A message after a create or an edit: fields that are absent from the body stay, attachments that are absent from its
 * list are removed. Throws 50006 for an empty message, 50035 for a reference to a file that is not there, 40005 for a file
 * that is too large, and 50159 to 50162 for voice messages.
 */
export function composeMessage(
  { state, files }: ComposeParts,
  message: Message,
  body: MessageBody,
  uploads: readonly UploadedFile[],
  writing: Writing,
): Message {
  if (isVoiceMessage(message)) throw new DiscordError(RESTJSONErrorCodes.VoiceMessagesCannotBeEdited);
  const uploaded = files.store(message.channelId, uploads, body.attachments ?? []);
  try {
    return composeWith(state, message, body, uploaded, writing);
  } catch (fault) {
    files.forget(uploaded);
    throw fault;
  }
}

function composeWith(
  state: State,
  message: Message,
  body: MessageBody,
  uploaded: readonly Attachment[],
  writing: Writing,
): Message {
  const content = body.content === undefined ? message.content : (body.content ?? '');
  const attachments = attachmentsAfter(message, body, uploaded);
  const shown = new Set<string>();
  const embeds =
    body.embeds === undefined
      ? message.embeds
      : (body.embeds ?? []).map((embed, index) => resolveEmbed(embed, index, attachments, shown));
  const mentions = mentionsAfter(state, message, body, content);
  const composed: Message = {
    ...message,
    content,
    embeds,
    components: body.components === undefined ? message.components : storedRows(body.components ?? []),
    attachments: attachments.map((file) => ({ ...file, embedded: file.embedded || shown.has(file.id) })),
    flags: flagsAfter(message, body, writing),
    mentionedUserIds: mentions.userIds,
    mentionsEveryone: mentions.everyone,
  };
  if (isVoiceMessage(composed)) requireVoiceOnly(composed);
  if (isEmpty(composed)) throw new DiscordError(RESTJSONErrorCodes.CannotSendAnEmptyMessage);
  return composed;
}

function attachmentsAfter(
  message: Message,
  body: MessageBody,
  uploaded: readonly Attachment[],
): Attachment[] {
  const notes = body.attachments ?? [];
  if (body.attachments === undefined) return [...message.attachments, ...uploaded];
  const kept = message.attachments.flatMap((attachment) => {
    if (attachment.embedded) return body.embeds === undefined ? [attachment] : [];
    const note = notes.find((candidate) => candidate.id === attachment.id);
    return note ? [{ ...attachment, description: note.description ?? attachment.description }] : [];
  });
  return [...kept, ...uploaded];
}

/** Replaces attachment:// URLs by the files' own and adds the files' ids to `shown`. */
function resolveEmbed(
  embed: EmbedBody,
  index: number,
  attachments: readonly Attachment[],
  shown: Set<string>,
): JsonObject {
  const resolve = (part: 'image' | 'thumbnail'): JsonObject => {
    const url = embed[part]?.url;
    if (!url?.startsWith('attachment://')) return {};
    const filename = url.slice('attachment://'.length);
    const file = attachments.find((attachment) => attachment.filename === filename);
    if (!file) {
      const where = `embeds.${index}.${part}.url`;
      throw invalidField(where, 'ATTACHMENT_NOT_FOUND', `Referenced attachment not found: ${filename}`);
    }
    shown.add(file.id);
    return { [part]: embeddedPicture(file) };
  };
  return { ...storedEmbed(embed), ...resolve('image'), ...resolve('thumbnail') };
}

function embeddedPicture(file: Attachment): JsonObject {
  return {
    url: file.path,
    proxy_url: file.path,
    content_type: file.contentType,
    ...(file.width !== null && file.height !== null ? { width: file.width, height: file.height } : {}),
    ...(file.description ? { description: file.description } : {}),
  };
}

function mentionsAfter(state: State, message: Message, body: MessageBody, content: string): Mentions {
  const channel = state.channels.get(message.channelId);
  const permissions = channel ? state.appPermissionsIn(channel) : 0n;
  const mayMentionAll = (permissions & PermissionFlagsBits.MentionEveryone) !== 0n;
  // By default, answers to interactions may mention users only.
  const allowed = body.allowed_mentions ?? (message.webhook ? { parse: ['users' as const] } : null);
  return mentionsIn(content, allowed, state.users, mayMentionAll);
}

/**
 * The server decides on Ephemeral and Loading; a bot may set or clear only the other flags. An edit cannot turn an
 * ordinary message into a voice message.
 */
function flagsAfter(message: Message, body: MessageBody, writing: Writing): number {
  const onceOnly = writing === 'new' ? 0 : MessageFlags.IsVoiceMessage;
  const fixed = MessageFlags.Ephemeral | MessageFlags.Loading | onceOnly;
  const ephemeral = message.visibleTo === null ? 0 : MessageFlags.Ephemeral;
  return ((body.flags ?? message.flags) & ~fixed) | ephemeral;
}

function isEmpty(message: Message): boolean {
  return (
    message.content === '' &&
    message.embeds.length === 0 &&
    message.attachments.length === 0 &&
    message.components.length === 0
  );
}
