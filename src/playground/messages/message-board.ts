import type { Clock } from '../clock.ts';
import type { Feed } from '../feed.ts';
import { storedRows } from '../forms/component-form.ts';
import { type EmbedForm, storedEmbed } from '../forms/embed-form.ts';
import type { MessageForm } from '../forms/message-form.ts';
import type { JsonObject } from '../json.ts';
import { DiscordError, invalidField } from '../rest/discord-error.ts';
import type { NextId } from '../snowflake.ts';
import { PERMISSIONS } from '../world/permissions.ts';
import type { Channel } from '../world/places.ts';
import type { World } from '../world/world.ts';
import type { AttachmentVault, UploadedFile } from './attachment-vault.ts';
import { mentionsIn } from './mentions.ts';
import { type Attachment, MESSAGE_FLAGS, type Message, type MessageOrigin } from './message.ts';

/** Discord forgets a nonce after a few minutes. */
const NONCE_MEMORY_MS = 5 * 60_000;

export interface MessageContext {
  readonly channel: Channel;
  readonly authorId: string;
  readonly origin: MessageOrigin | null;
  readonly visibleTo: string | null;
  readonly webhook: boolean;
}

/** Every message that stands in a channel. */
export class MessageBoard {
  readonly #messages = new Map<string, Message>();
  readonly #world: World;
  readonly #vault: AttachmentVault;
  readonly #clock: Clock;
  readonly #nextId: NextId;
  readonly #feed: Feed;

  constructor(world: World, vault: AttachmentVault, clock: Clock, nextId: NextId, feed: Feed) {
    this.#world = world;
    this.#vault = vault;
    this.#clock = clock;
    this.#nextId = nextId;
    this.#feed = feed;
  }

  get(id: string): Message | undefined {
    return this.#messages.get(id);
  }

  /** Oldest first. */
  inChannel(channelId: string): Message[] {
    return [...this.#messages.values()].filter((message) => message.channelId === channelId);
  }

  /** The mark that stands while the bot has deferred its answer. */
  createLoading(context: MessageContext): Message {
    const ephemeral = context.visibleTo === null ? 0 : MESSAGE_FLAGS.ephemeral;
    return this.#put('created', { ...this.#blank(context), flags: MESSAGE_FLAGS.loading | ephemeral });
  }

  /** Throws 50006 for a message without any content, 50035 for what the form cannot say by itself, 40005. */
  create(form: MessageForm, files: readonly UploadedFile[], context: MessageContext): Message {
    const repeated = form.enforce_nonce && form.nonce ? this.#withNonce(form.nonce, context) : undefined;
    if (repeated) return repeated;
    const message = this.#filled(this.#blank(context), form, files);
    return this.#put('created', { ...message, nonce: form.nonce ?? null });
  }

  /** Fields that the form leaves out stay; attachments that a given list leaves out vanish. */
  edit(message: Message, form: MessageForm, files: readonly UploadedFile[]): Message {
    const wasLoading = (message.flags & MESSAGE_FLAGS.loading) !== 0;
    const edited = this.#filled({ ...message, flags: message.flags & ~MESSAGE_FLAGS.loading }, form, files);
    return this.#put('updated', { ...edited, editedAt: wasLoading ? null : this.#clock.now() });
  }

  delete(message: Message): void {
    this.#messages.delete(message.id);
    this.#feed.emit('message', 'deleted', message);
  }

  #put(change: 'created' | 'updated', message: Message): Message {
    this.#messages.set(message.id, message);
    this.#feed.emit('message', change, message);
    return message;
  }

  #withNonce(nonce: string, context: MessageContext): Message | undefined {
    const since = this.#clock.now() - NONCE_MEMORY_MS;
    return this.inChannel(context.channel.id).find(
      (message) =>
        message.nonce === nonce && message.authorId === context.authorId && message.createdAt >= since,
    );
  }

  #blank({ channel, authorId, origin, visibleTo, webhook }: MessageContext): Message {
    return {
      id: this.#nextId(),
      channelId: channel.id,
      authorId,
      content: '',
      embeds: [],
      components: [],
      attachments: [],
      flags: 0,
      createdAt: this.#clock.now(),
      editedAt: null,
      mentionedUserIds: [],
      mentionsEveryone: false,
      nonce: null,
      origin,
      visibleTo,
      webhook,
    };
  }

  #filled(message: Message, form: MessageForm, files: readonly UploadedFile[]): Message {
    const content = form.content === undefined ? message.content : (form.content ?? '');
    const attachments = this.#attachmentsAfter(message, form, files);
    const { embeds, used } = this.#embedsAfter(message, form, attachments);
    const filled: Message = {
      ...message,
      ...this.#mentionsAfter(message, form, content),
      content,
      embeds,
      components: form.components === undefined ? message.components : storedRows(form.components ?? []),
      attachments: attachments.map((file) => ({ ...file, embedded: file.embedded || used.has(file.id) })),
      flags: flagsAfter(message, form),
    };
    if (isEmpty(filled)) throw new DiscordError(50006);
    return filled;
  }

  #attachmentsAfter(message: Message, form: MessageForm, files: readonly UploadedFile[]): Attachment[] {
    const notes = form.attachments ?? [];
    const uploaded = this.#vault.store(message.channelId, files, notes);
    if (form.attachments === undefined) return [...message.attachments, ...uploaded];
    const kept = message.attachments.flatMap((attachment) => {
      if (attachment.embedded) return form.embeds === undefined ? [attachment] : [];
      const note = notes.find((candidate) => candidate.id === attachment.id);
      return note ? [{ ...attachment, description: note.description ?? attachment.description }] : [];
    });
    return [...kept, ...uploaded];
  }

  #embedsAfter(
    message: Message,
    form: MessageForm,
    attachments: readonly Attachment[],
  ): { embeds: readonly JsonObject[]; used: ReadonlySet<string> } {
    if (form.embeds === undefined) return { embeds: message.embeds, used: new Set() };
    const used = new Set<string>();
    const embeds = (form.embeds ?? []).map((embed, index) =>
      this.#resolveEmbed(embed, index, attachments, used),
    );
    return { embeds, used };
  }

  #resolveEmbed(
    embed: EmbedForm,
    index: number,
    attachments: readonly Attachment[],
    used: Set<string>,
  ): JsonObject {
    const resolve = (part: 'image' | 'thumbnail'): JsonObject => {
      const url = embed[part]?.url;
      if (!url?.startsWith('attachment://')) return {};
      const filename = url.slice('attachment://'.length);
      const file = attachments.find((attachment) => attachment.filename === filename);
      if (!file) {
        throw invalidField(
          `embeds.${index}.${part}.url`,
          'ATTACHMENT_NOT_FOUND',
          `Referenced attachment not found: ${filename}`,
        );
      }
      used.add(file.id);
      return { [part]: embeddedPicture(file) };
    };
    return { ...storedEmbed(embed), ...resolve('image'), ...resolve('thumbnail') };
  }

  #mentionsAfter(
    message: Message,
    form: MessageForm,
    content: string,
  ): Pick<Message, 'mentionedUserIds' | 'mentionsEveryone'> {
    const channel = this.#world.channels.get(message.channelId);
    const permissions = channel ? this.#world.appPermissionsIn(channel) : 0n;
    const mayMentionAll = (permissions & PERMISSIONS.mentionEveryone) !== 0n;
    const allowed = form.allowed_mentions ?? (message.webhook ? { parse: ['users' as const] } : null);
    const mentions = mentionsIn(content, allowed, this.#world.users, mayMentionAll);
    return { mentionedUserIds: mentions.userIds, mentionsEveryone: mentions.everyone };
  }
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

/** Ephemeral and loading are the server's to decide; a bot may set or clear only the others. */
function flagsAfter(message: Message, form: MessageForm): number {
  const fixed = MESSAGE_FLAGS.ephemeral | MESSAGE_FLAGS.loading;
  const ephemeral = message.visibleTo === null ? 0 : MESSAGE_FLAGS.ephemeral;
  const others = form.flags === undefined || form.flags === null ? message.flags : form.flags;
  return (others & ~fixed) | ephemeral;
}

function isEmpty(message: Message): boolean {
  return (
    message.content === '' &&
    message.embeds.length === 0 &&
    message.attachments.length === 0 &&
    message.components.length === 0
  );
}
