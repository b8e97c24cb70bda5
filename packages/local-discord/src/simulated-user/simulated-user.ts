import { MessageFlags, PermissionFlagsBits } from 'discord-api-types/v10';
import type { Context } from '../context.ts';
import { LOCALES } from '../request-schemas/command-schema.ts';
import type { Channel, User } from '../state/entities.ts';
import type { Interaction } from '../state/interaction.ts';
import type { Attachment, Message } from '../state/message.ts';
import type { MessageContext } from '../state/message-store.ts';
import type { UserFile } from '../state/upload-store.ts';
import { ActingUser, type Identity } from './acting-user.ts';
import { ActionRefused } from './action-refused.ts';
import { lengthProblem, type OptionValues } from './command-options.ts';
import { type FieldValues, submitForm } from './modal-submission.ts';
import { askProposals, type MenuPlace, useCommand, useMenu } from './use-command.ts';
import { chooseInMenu, pressButton } from './use-component.ts';

/** A user in one channel. Every action throws ActionRefused if Discord would refuse it. */
export class SimulatedUser {
  readonly user: User;
  readonly channel: Channel;
  readonly #context: Context;
  readonly #actor: ActingUser;

  constructor(context: Context, identity: Identity) {
    this.user = identity.user;
    this.channel = identity.channel;
    this.#context = context;
    this.#actor = new ActingUser(context, identity);
  }

  /** Messages that this user sees here, oldest first. */
  get messages(): Message[] {
    const { messages } = this.#context;
    return messages.inChannel(this.channel.id).filter((message) => this.#actor.sees(message));
  }

  /** Uses a slash command. `name` includes subcommands: `/play`, `queue pause`. */
  command(name: string, options: OptionValues = {}): Interaction {
    return useCommand(this.#actor, name, options);
  }

  /** Asks for autocompletion while the option `focused` is typed; limits are not checked yet. */
  autocomplete(name: string, options: OptionValues, focused: string): Interaction {
    return askProposals(this.#actor, name, options, focused);
  }

  /** Chooses a command in the context menu of a message that this user sees, or of a user by name or id. */
  contextMenu(name: string, on: MenuPlace): Interaction {
    return useMenu(this.#actor, name, on);
  }

  /** Presses a button; by default on the latest message that has it. */
  press(customId: string, messageId?: string): Interaction {
    return pressButton(this.#actor, customId, messageId);
  }

  /** Chooses values in a menu (ids for users, roles and channels); by default in the latest message that has it. */
  select(customId: string, values: readonly string[], messageId?: string): Interaction {
    return chooseInMenu(this.#actor, customId, values, messageId);
  }

  /** Submits the form that an earlier action opened; fields without a value keep the bot's defaults. */
  submitModal(customId: string, values: FieldValues, messageId?: string): Interaction {
    return submitForm(this.#actor, customId, values, messageId);
  }

  /** Uploads a file. Options of commands, fields of forms and the next message refer to it by its id. */
  upload(file: UserFile): Attachment {
    const { state, uploads } = this.#context;
    const limitBytes = state.fileLimitBytes(this.channel);
    if (file.bytes.length > limitBytes) throw new ActionRefused(fileTooLarge(file.filename, limitBytes));
    return uploads.add(this.user.id, this.channel.id, file);
  }

  /** Writes an ordinary message, with uploaded files by their id. Bots get no event for it. */
  say(content: string, uploadIds: readonly string[] = []): Message {
    const { messages, uploads } = this.#context;
    this.#actor.requirePermission(PermissionFlagsBits.SendMessages, 'you may not send messages here');
    if (uploadIds.length > 0)
      this.#actor.requirePermission(PermissionFlagsBits.AttachFiles, 'you may not attach files here');
    const files = uploadIds.flatMap((id) => this.#actor.findUpload(id) ?? []);
    const problem = messageProblem(content, files.length, uploadIds.length);
    if (problem !== null) throw new ActionRefused(problem);
    return messages.create({ content }, [], this.#ownMessage(uploads.release(files)));
  }

  /** Sends a sound that was uploaded with `durationSecs` and `waveform` as a voice message. */
  sayVoice(uploadId: string): Message {
    const { messages, uploads } = this.#context;
    this.#actor.requirePermission(
      PermissionFlagsBits.SendVoiceMessages,
      'you may not send voice messages here',
    );
    const sound = this.#actor.findUpload(uploadId);
    const isVoice =
      sound?.contentType.startsWith('audio/') && sound.durationSecs !== null && sound.waveform !== null;
    if (!sound || !isVoice)
      throw new ActionRefused('a voice message is a sound with durationSecs and waveform');
    const details = this.#ownMessage(uploads.release([sound]));
    return messages.create({ flags: MessageFlags.IsVoiceMessage }, [], details);
  }

  #ownMessage(attachments: readonly Attachment[]): MessageContext {
    const { channel } = this;
    return { attachments, channel, authorId: this.user.id, origin: null, visibleTo: null, webhook: false };
  }

  /** The language of this user's Discord. */
  get locale(): string {
    return this.#context.state.requireUser(this.user.id).locale;
  }

  /** Sets the language of this user's Discord, such as `de`. Throws TypeError for one that Discord does not have. */
  setLocale(locale: string): void {
    if (!LOCALES.includes(locale))
      throw new TypeError(`locale: expected one of ${LOCALES.join(', ')}, got ${locale}`);
    this.#context.state.setLocale(this.user.id, locale);
  }

  /** Removes an ephemeral message from this user's view. */
  dismiss(messageId: string): void {
    const message = this.#context.messages.get(messageId);
    if (message?.visibleTo !== this.user.id)
      throw new ActionRefused('only your own private messages can be dismissed');
    this.#context.messages.delete(message);
  }
}

const MESSAGE_LENGTH = 2000;
const MESSAGE_FILES = 10;

function messageProblem(content: string, found: number, wanted: number): string | null {
  if (found < wanted) return 'a file is not there any more; attach it again';
  if (wanted > MESSAGE_FILES) return `at most ${MESSAGE_FILES} files`;
  if (content === '' && wanted === 0) return 'write something or attach a file';
  return lengthProblem(content, 0, MESSAGE_LENGTH);
}

export function fileTooLarge(filename: string, limitBytes: number): string {
  return `${filename}: at most ${Number((limitBytes / 1024 / 1024).toFixed(2))} MiB a file here`;
}
