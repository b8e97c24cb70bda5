import type { Clock } from '../clock.ts';
import type { Feed } from '../feed.ts';
import type { MessageForm } from '../forms/message-form.ts';
import type { NextId } from '../snowflake.ts';
import type { Channel } from '../world/places.ts';
import type { World } from '../world/world.ts';
import type { AttachmentVault, UploadedFile } from './attachment-vault.ts';
import { composeMessage } from './compose-message.ts';
import { MESSAGE_FLAGS, type Message, type MessageOrigin } from './message.ts';

/** Discord forgets a nonce after a few minutes. */
const NONCE_MEMORY_MS = 5 * 60_000;
/** Files live in memory; a playground that runs for days must not fill it. */
const KEPT_PER_CHANNEL = 1000;

export interface MessageContext {
  readonly channel: Channel;
  readonly authorId: string;
  readonly origin: MessageOrigin | null;
  readonly visibleTo: string | null;
  readonly webhook: boolean;
}

/** The messages of every channel, the latest thousand of each. */
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
    return this.#add({ ...this.#blank(context), flags: MESSAGE_FLAGS.loading | ephemeral });
  }

  /** With an enforced nonce that was used before: the message of then. Throws DiscordError as composeMessage does. */
  create(form: MessageForm, files: readonly UploadedFile[], context: MessageContext): Message {
    const repeated = form.enforce_nonce && form.nonce ? this.#withNonce(form.nonce, context) : undefined;
    if (repeated) return repeated;
    const message = this.#composed(this.#blank(context), form, files);
    return this.#add({ ...message, nonce: form.nonce ?? null });
  }

  /** Throws DiscordError as composeMessage does. */
  edit(message: Message, form: MessageForm, files: readonly UploadedFile[]): Message {
    const wasLoading = (message.flags & MESSAGE_FLAGS.loading) !== 0;
    const composed = this.#composed(message, form, files);
    const edited = { ...composed, editedAt: wasLoading ? null : this.#clock.now() };
    this.#messages.set(edited.id, edited);
    this.#feed.emit('message', 'updated', edited);
    return edited;
  }

  delete(message: Message): void {
    this.#messages.delete(message.id);
    this.#vault.forget(message.attachments);
    this.#feed.emit('message', 'deleted', message);
  }

  #composed(message: Message, form: MessageForm, files: readonly UploadedFile[]): Message {
    return composeMessage({ world: this.#world, vault: this.#vault }, message, form, files);
  }

  #add(message: Message): Message {
    this.#messages.set(message.id, message);
    this.#feed.emit('message', 'created', message);
    for (const old of this.inChannel(message.channelId).slice(0, -KEPT_PER_CHANNEL)) this.delete(old);
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
}
