import type { JsonObject } from '../json.ts';
import type { Attachment, Message, MessageOrigin } from '../messages/message.ts';
import type { World } from '../world/world.ts';
import { userPayload } from './place-payloads.ts';

const MESSAGE_TYPES = { default: 0, chatInputCommand: 20 } as const;
const COMMAND = 2;

/** A message as REST and gateway show it. */
export function messagePayload(world: World, message: Message): JsonObject {
  const author = world.users.get(message.authorId);
  if (!author)
    throw new TypeError(`expected a known author of message ${message.id}, got ${message.authorId}`);
  return {
    id: message.id,
    channel_id: message.channelId,
    type: message.origin?.type === COMMAND ? MESSAGE_TYPES.chatInputCommand : MESSAGE_TYPES.default,
    author: userPayload(author),
    content: message.content,
    embeds: message.embeds,
    components: message.components,
    attachments: message.attachments
      .filter((attachment) => !attachment.embedded)
      .map((attachment) => attachmentPayload(attachment, message.visibleTo !== null)),
    mentions: message.mentionedUserIds.flatMap((id) => world.users.get(id) ?? []).map(userPayload),
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
    ...(message.origin ? originFields(world, message.origin) : {}),
  };
}

export function attachmentPayload(attachment: Attachment, ephemeral: boolean): JsonObject {
  return {
    id: attachment.id,
    filename: attachment.filename,
    size: attachment.bytes.length,
    content_type: attachment.contentType,
    url: attachment.url,
    proxy_url: attachment.url,
    ...(attachment.description ? { description: attachment.description } : {}),
    ...(attachment.width === null ? {} : { width: attachment.width }),
    ...(attachment.height === null ? {} : { height: attachment.height }),
    ...(ephemeral ? { ephemeral: true } : {}),
  };
}

function originFields(world: World, origin: MessageOrigin): JsonObject {
  const user = world.users.get(origin.userId);
  if (origin.type !== COMMAND || !user || origin.commandName === null) {
    return { interaction_metadata: origin.metadata };
  }
  return {
    interaction_metadata: origin.metadata,
    interaction: {
      id: origin.interactionId,
      type: origin.type,
      name: origin.commandName,
      user: userPayload(user),
    },
  };
}

/** Discord writes the offset as +00:00. */
function timestamp(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '+00:00');
}
