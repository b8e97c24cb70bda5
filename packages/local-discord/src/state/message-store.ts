import { MessageFlags } from 'discord-api-types/v10';
import type { Clock } from '../clock.ts';
import type { MessageBody } from '../request-schemas/message-schema.ts';
import type { NextId } from '../snowflake.ts';
import type { AttachmentStore, UploadedFile } from './attachment-store.ts';
import { composeMessage, type Writing } from './compose-message.ts';
import type { Channel } from './entities.ts';
import type { DiscordEvents } from './events.ts';
import type { Attachment, Message, MessageOrigin } from './message.ts';
import type { State } from './state.ts';
import type { Storage } from './storage.ts';

/** Discord forgets a nonce after a few minutes. */
const NONCE_MEMORY_MS = 5 * 60_000;
/** Limits, so that a local Discord that runs for days fills neither memory nor disk. */
const KEPT_PER_CHANNEL = 500;
const KEPT_FILE_BYTES = 256 * 1024 * 1024;

export interface MessageContext {
  readonly channel: Channel;
  readonly authorId: string;
  readonly origin: MessageOrigin | null;
  readonly visibleTo: string | null;
  readonly webhook: boolean;
  /** Files that are stored already. */
  readonly attachments?: readonly Attachment[];
}

export interface MessageStoreParts {
  readonly state: State;
  readonly attachments: AttachmentStore;
  readonly clock: Clock;
  readonly nextId: NextId;
  readonly events: DiscordEvents;
  readonly storage: Storage;
}

/** The latest 500 messages of each channel, fewer if all files together exceed 256 MiB. */
export class MessageStore {
  readonly #messages = new Map<string, Message>();
  /** The same by channel, oldest first. */
  readonly #byChannel = new Map<string, Map<string, Message>>();
  readonly #state: State;
  readonly #attachments: AttachmentStore;
  readonly #clock: Clock;
  readonly #nextId: NextId;
  readonly #events: DiscordEvents;
  readonly #storage: Storage;

  constructor({ state, attachments, clock, nextId, events, storage }: MessageStoreParts) {
    this.#state = state;
    this.#attachments = attachments;
    this.#clock = clock;
    this.#nextId = nextId;
    this.#events = events;
    this.#storage = storage;
    for (const message of storage.records<Message>('message')) this.#restore(message);
  }

  get(id: string): Message | undefined {
    return this.#messages.get(id);
  }

  /** Oldest first. */
  inChannel(channelId: string): Message[] {
    return [...this.#channel(channelId).values()];
  }

  /** Creates the loading message of a deferred answer. */
  createLoading(context: MessageContext): Message {
    const ephemeral = context.visibleTo === null ? 0 : MessageFlags.Ephemeral;
    return this.#add({ ...this.#blank(context), flags: MessageFlags.Loading | ephemeral });
  }

  /** With an enforced nonce that was used before, returns the earlier message. Throws as composeMessage does. */
  create(body: MessageBody, files: readonly UploadedFile[], context: MessageContext): Message {
    const repeated = body.enforce_nonce && body.nonce ? this.#withNonce(body.nonce, context) : undefined;
    if (repeated) return repeated;
    const message = this.#composed(this.#blank(context), body, files, 'new');
    return this.#add({ ...message, nonce: body.nonce ?? null });
  }

  /** Fills in a deferred answer. Throws as composeMessage does. */
  fill(loading: Message, body: MessageBody, files: readonly UploadedFile[]): Message {
    return this.edit(loading, body, files, 'new');
  }

  /** Throws as composeMessage does. */
  edit(
    message: Message,
    body: MessageBody,
    files: readonly UploadedFile[],
    writing: Writing = 'change',
  ): Message {
    const wasLoading = (message.flags & MessageFlags.Loading) !== 0;
    const composed = this.#composed(message, body, files, writing);
    const edited = { ...composed, editedAt: wasLoading ? null : this.#clock.now() };
    const shown = new Set(edited.attachments.map(({ id }) => id));
    this.#attachments.forget(message.attachments.filter(({ id }) => !shown.has(id)));
    this.#keep(edited);
    this.#events.emit('message', 'updated', edited);
    return edited;
  }

  delete(message: Message): void {
    this.#messages.delete(message.id);
    this.#channel(message.channelId).delete(message.id);
    this.#storage.delete('message', message.id);
    this.#attachments.forget(message.attachments);
    this.#events.emit('message', 'deleted', message);
  }

  #composed(message: Message, body: MessageBody, files: readonly UploadedFile[], writing: Writing): Message {
    return composeMessage({ state: this.#state, files: this.#attachments }, message, body, files, writing);
  }

  #add(message: Message): Message {
    this.#keep(message);
    this.#events.emit('message', 'created', message);
    const channel = this.#channel(message.channelId);
    const [oldest] = channel.values();
    if (oldest && channel.size > KEPT_PER_CHANNEL) this.delete(oldest);
    return message;
  }

  #keep(message: Message): void {
    this.#remember(message);
    this.#storage.put('message', message.id, message);
    for (const old of this.#messages.values()) {
      if (this.#attachments.totalBytes <= KEPT_FILE_BYTES) break;
      if (old.id !== message.id && old.attachments.length > 0) this.delete(old);
    }
  }

  /** Deletes ephemeral messages, which do not outlive a restart, and those whose channel or author is gone. */
  #restore(message: Message): void {
    const channelIsGone = !this.#state.channels.has(message.channelId);
    const authorIsGone = !this.#state.users.has(message.authorId);
    this.#attachments.restore(message.attachments);
    if (message.visibleTo !== null || channelIsGone || authorIsGone) this.delete(message);
    else this.#remember(message);
  }

  #remember(message: Message): void {
    this.#messages.set(message.id, message);
    this.#channel(message.channelId).set(message.id, message);
  }

  #channel(id: string): Map<string, Message> {
    const channel = this.#byChannel.get(id) ?? new Map<string, Message>();
    this.#byChannel.set(id, channel);
    return channel;
  }

  #withNonce(nonce: string, context: MessageContext): Message | undefined {
    const since = this.#clock.now() - NONCE_MEMORY_MS;
    return this.inChannel(context.channel.id).find(
      (message) =>
        message.nonce === nonce && message.authorId === context.authorId && message.createdAt >= since,
    );
  }

  #blank({ channel, authorId, origin, visibleTo, webhook, attachments = [] }: MessageContext): Message {
    return {
      id: this.#nextId(),
      channelId: channel.id,
      authorId,
      content: '',
      embeds: [],
      components: [],
      attachments,
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
}
