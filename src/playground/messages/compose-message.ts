import { storedRows } from '../forms/component-form.ts';
import { type EmbedForm, storedEmbed } from '../forms/embed-form.ts';
import type { MessageForm } from '../forms/message-form.ts';
import type { JsonObject } from '../json.ts';
import { DiscordError, invalidField } from '../rest/discord-error.ts';
import { PERMISSIONS } from '../world/permissions.ts';
import type { World } from '../world/world.ts';
import type { AttachmentVault, UploadedFile } from './attachment-vault.ts';
import { type Mentions, mentionsIn } from './mentions.ts';
import { type Attachment, MESSAGE_FLAGS, type Message } from './message.ts';

export interface ComposeParts {
  readonly world: World;
  readonly vault: AttachmentVault;
}

/**
 * A message after a create or an edit: fields that the form leaves out stay, attachments that a given list leaves out
 * vanish. Throws 50006 for a message without any content, 50035 for what the form cannot say by itself, 40005.
 */
export function composeMessage(
  { world, vault }: ComposeParts,
  message: Message,
  form: MessageForm,
  files: readonly UploadedFile[],
): Message {
  const content = form.content === undefined ? message.content : (form.content ?? '');
  const attachments = attachmentsAfter(vault, message, form, files);
  const shown = new Set<string>();
  const embeds =
    form.embeds === undefined
      ? message.embeds
      : (form.embeds ?? []).map((embed, index) => resolveEmbed(embed, index, attachments, shown));
  const mentions = mentionsAfter(world, message, form, content);
  const composed: Message = {
    ...message,
    content,
    embeds,
    components: form.components === undefined ? message.components : storedRows(form.components ?? []),
    attachments: attachments.map((file) => ({ ...file, embedded: file.embedded || shown.has(file.id) })),
    flags: flagsAfter(message, form),
    mentionedUserIds: mentions.userIds,
    mentionsEveryone: mentions.everyone,
  };
  if (isEmpty(composed)) throw new DiscordError(50006);
  return composed;
}

function attachmentsAfter(
  vault: AttachmentVault,
  message: Message,
  form: MessageForm,
  files: readonly UploadedFile[],
): Attachment[] {
  const notes = form.attachments ?? [];
  const uploaded = vault.store(message.channelId, files, notes);
  if (form.attachments === undefined) return [...message.attachments, ...uploaded];
  const kept = message.attachments.flatMap((attachment) => {
    if (attachment.embedded) return form.embeds === undefined ? [attachment] : [];
    const note = notes.find((candidate) => candidate.id === attachment.id);
    return note ? [{ ...attachment, description: note.description ?? attachment.description }] : [];
  });
  return [...kept, ...uploaded];
}

/** Points attachment:// addresses at the files, whose ids are added to `shown`. */
function resolveEmbed(
  embed: EmbedForm,
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
    url: file.url,
    proxy_url: file.url,
    content_type: file.contentType,
    ...(file.width !== null && file.height !== null ? { width: file.width, height: file.height } : {}),
    ...(file.description ? { description: file.description } : {}),
  };
}

function mentionsAfter(world: World, message: Message, form: MessageForm, content: string): Mentions {
  const channel = world.channels.get(message.channelId);
  const permissions = channel ? world.appPermissionsIn(channel) : 0n;
  const mayMentionAll = (permissions & PERMISSIONS.mentionEveryone) !== 0n;
  // Answers to interactions notify nobody but users unless they ask for more.
  const allowed = form.allowed_mentions ?? (message.webhook ? { parse: ['users' as const] } : null);
  return mentionsIn(content, allowed, world.users, mayMentionAll);
}

/** Ephemeral and loading are the server's to decide; a bot may set or clear only the others. */
function flagsAfter(message: Message, form: MessageForm): number {
  const fixed = MESSAGE_FLAGS.ephemeral | MESSAGE_FLAGS.loading;
  const ephemeral = message.visibleTo === null ? 0 : MESSAGE_FLAGS.ephemeral;
  return ((form.flags ?? message.flags) & ~fixed) | ephemeral;
}

function isEmpty(message: Message): boolean {
  return (
    message.content === '' &&
    message.embeds.length === 0 &&
    message.attachments.length === 0 &&
    message.components.length === 0
  );
}
