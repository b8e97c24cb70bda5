import { InteractionType, MessageType } from 'discord-api-types/v10';
import type { JsonObject } from '../json.ts';
import type { Attachment, Message, MessageOrigin } from './message.ts';
import { serializeUser } from './serialize-guild.ts';
import type { State } from './state.ts';

/** A message as REST and gateway show it. `base` is the prefix of the files' URLs. */
export function serializeMessage(state: State, message: Message, base = state.baseUrl): JsonObject {
  const author = state.users.get(message.authorId);
  if (!author)
    throw new TypeError(`expected a known author of message ${message.id}, got ${message.authorId}`);
  return {
    id: message.id,
    channel_id: message.channelId,
    type: messageType(message.origin),
    author: serializeUser(author),
    content: message.content,
    embeds: message.embeds.map((embed) => serializeEmbed(embed, base)),
    components: message.components,
    attachments: message.attachments
      .filter((attachment) => !attachment.embedded)
      .map((attachment) => serializeAttachment(attachment, base, message.visibleTo !== null)),
    mentions: message.mentionedUserIds.flatMap((id) => state.users.get(id) ?? []).map(serializeUser),
    mention_roles: [],
    mention_everyone: message.mentionsEveryone,
    flags: message.flags,
    timestamp: timestamp(message.createdAt),
    edited_timestamp: message.editedAt === null ? null : timestamp(message.editedAt),
    pinned: false,
    tts: false,
    ...(message.nonce === null ? {} : { nonce: message.nonce }),
    ...(author.bot ? { application_id: author.id } : {}),
    ...(message.webhook ? { webhook_id: author.id } : {}),
    ...(message.origin ? originFields(state, message.origin) : {}),
  };
}

function messageType(origin: MessageOrigin | null): MessageType {
  if (origin?.type !== InteractionType.ApplicationCommand) return MessageType.Default;
  return origin.fromMenu ? MessageType.ContextMenuCommand : MessageType.ChatInputCommand;
}

/** Prefixes the pictures that are files of the message; they are stored with their path only. */
function serializeEmbed(embed: JsonObject, base: string): JsonObject {
  const pictures = ['image', 'thumbnail'].flatMap((part) => {
    const picture = embed[part] as JsonObject | undefined;
    if (!String(picture?.url).startsWith('/')) return [];
    return [[part, { ...picture, url: `${base}${picture?.url}`, proxy_url: `${base}${picture?.url}` }]];
  });
  return { ...embed, ...Object.fromEntries(pictures) };
}

/** `base` is the prefix of its URLs. `ephemeral`: it belongs to an ephemeral message or to none. */
export function serializeAttachment(attachment: Attachment, base: string, ephemeral: boolean): JsonObject {
  return {
    id: attachment.id,
    filename: attachment.filename,
    size: attachment.sizeBytes,
    content_type: attachment.contentType,
    url: `${base}${attachment.path}`,
    proxy_url: `${base}${attachment.path}`,
    ...(attachment.title === null ? {} : { title: attachment.title }),
    ...(attachment.description ? { description: attachment.description } : {}),
    ...(attachment.width === null ? {} : { width: attachment.width }),
    ...(attachment.height === null ? {} : { height: attachment.height }),
    ...(attachment.durationSecs === null ? {} : { duration_secs: attachment.durationSecs }),
    ...(attachment.waveform === null ? {} : { waveform: attachment.waveform }),
    ...(ephemeral ? { ephemeral: true } : {}),
  };
}

function originFields(state: State, origin: MessageOrigin): JsonObject {
  const user = state.users.get(origin.userId);
  if (origin.type !== InteractionType.ApplicationCommand || !user || origin.commandName === null) {
    return { interaction_metadata: origin.metadata };
  }
  return {
    interaction_metadata: origin.metadata,
    interaction: {
      id: origin.interactionId,
      type: origin.type,
      name: origin.commandName,
      user: serializeUser(user),
    },
  };
}

/** Discord writes the offset as +00:00. */
function timestamp(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '+00:00');
}
