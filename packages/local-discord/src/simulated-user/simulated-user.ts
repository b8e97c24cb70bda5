import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  ComponentType,
  InteractionType,
  MessageFlags,
  PermissionFlagsBits,
} from 'discord-api-types/v10';
import type { Context } from '../context.ts';
import type { JsonObject } from '../json.ts';
import { serializeInteraction } from '../serializers/interaction.ts';
import { serializeMessage } from '../serializers/message.ts';
import type { CommandStore } from '../state/command-store.ts';
import { commandInstalls, commandType } from '../state/command-store.ts';
import type { Channel, User } from '../state/entities.ts';
import type { Interaction, MenuTarget } from '../state/interaction.ts';
import type { NewInteraction } from '../state/interaction-store.ts';
import type { Attachment, Message } from '../state/message.ts';
import type { UserFile } from '../state/upload-store.ts';
import { ActionRefused } from './action-refused.ts';
import {
  callRefusal,
  formsAt,
  installOwners,
  namedByOptions,
  nestedOptions,
  optionsAt,
  shownName,
} from './command-call.ts';
import { checkedOptions, type OptionValues, uncheckedOptions } from './command-options.ts';
import { findComponent, latestWith, requirePressable } from './message-components.ts';
import { type FieldValues, forgedFields, submittedFields } from './modal-submission.ts';
import { type Named, resolved } from './resolved.ts';

const BOTH_INSTALLS = [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall];
/** Stands for a command that was never deployed. */
const FORGED_COMMAND_ID = '1';

/** Of an interaction that is neither a command nor comes from a message or a form. */
const NO_COMMAND = { commandName: null, target: null, sourceMessageId: null, openedBy: null };

export interface Identity {
  readonly user: User;
  readonly channel: Channel;
  /** Skips every check that Discord makes before the bot hears of an action. */
  readonly unchecked: boolean;
}

/** A user in one channel. Every action throws ActionRefused where Discord would not let it through. */
export class SimulatedUser {
  readonly user: User;
  readonly channel: Channel;
  readonly #context: Context;
  readonly #unchecked: boolean;

  constructor(context: Context, { user, channel, unchecked }: Identity) {
    this.user = user;
    this.channel = channel;
    this.#context = context;
    this.#unchecked = unchecked;
  }

  /** Messages that this user sees here, oldest first. */
  get messages(): Message[] {
    const { messages } = this.#context;
    return messages.inChannel(this.channel.id).filter((message) => this.#sees(message));
  }

  /** Name with subcommands: `/play`, `queue pause`. */
  command(name: string, options: OptionValues = {}): Interaction {
    const call = this.#resolveTyped(name);
    const values = this.#unchecked
      ? uncheckedOptions(call.forms, options)
      : checkedOptions(call.forms, options, this.#findUpload);
    return this.#sendTyped(InteractionType.ApplicationCommand, call, values);
  }

  /** Chooses a command in the menu of a message that this user sees, or of a user by name or id. */
  contextMenu(name: string, on: { readonly message: string } | { readonly user: string }): Interaction {
    if ('message' in on) {
      const message = this.#menuMessage(on.message);
      const call = this.#resolveCall(ApplicationCommandType.Message, name, []);
      return this.#sendMenu(call, { kind: 'message', id: message.id }, { messages: [message] });
    }
    const { id } = this.#context.state.requireUser(on.user);
    const call = this.#resolveCall(ApplicationCommandType.User, name, []);
    return this.#sendMenu(call, { kind: 'user', id }, { userIds: [id] });
  }

  /** Asks for proposals while the named option is being typed; limits are not checked yet. */
  autocomplete(name: string, options: OptionValues, focused: string): Interaction {
    const call = this.#resolveTyped(name);
    const typed = uncheckedOptions(call.forms, options).map((option) =>
      option.name === focused ? { ...option, focused: true } : option,
    );
    return this.#sendTyped(InteractionType.ApplicationCommandAutocomplete, call, typed);
  }

  /** Presses a button; without a message, on the latest one that has it. */
  press(customId: string, messageId?: string): Interaction {
    const data = { custom_id: customId, component_type: ComponentType.Button };
    return this.#useComponent(customId, messageId, data);
  }

  select(customId: string, values: readonly string[], messageId?: string): Interaction {
    const data = { custom_id: customId, component_type: ComponentType.StringSelect, values };
    return this.#useComponent(customId, messageId, data);
  }

  /** Sends the form that an earlier action opened; fields left out keep the text that the bot put there. */
  submitModal(customId: string, values: FieldValues, messageId?: string): Interaction {
    const { interactions, messages } = this.#context;
    const modal = interactions.openModal(this.user.id, customId);
    if (!modal && !this.#unchecked) throw new ActionRefused(`no form ${customId} is open`);
    const components = modal && !this.#unchecked ? submittedFields(modal, values) : forgedFields(values);
    const source = messages.get(messageId ?? modal?.messageId ?? '');
    if (modal) interactions.closeModal(modal);
    return this.#send(
      {
        ...NO_COMMAND,
        type: InteractionType.ModalSubmit,
        sourceMessageId: source?.id ?? null,
        openedBy: modal?.openedBy ?? null,
        owners: modal?.openedBy.owners ?? this.#owners(BOTH_INSTALLS),
      },
      { custom_id: customId, components },
    );
  }

  /** Uploads a file; its id is the value of an option of a command, or goes with the next message. */
  upload(file: UserFile): Attachment {
    const { state, uploads } = this.#context;
    const limitBytes = state.fileLimitBytes(this.channel);
    if (file.bytes.length > limitBytes) throw new ActionRefused(fileTooLarge(file.filename, limitBytes));
    return uploads.add(this.user.id, this.channel.id, file);
  }

  /** Writes an ordinary message with files by their id. Bots without the intent for message content never see it. */
  say(content: string, uploadIds: readonly string[] = []): Message {
    const { messages, uploads } = this.#context;
    this.#requirePermission(PermissionFlagsBits.SendMessages, 'you may not send messages here');
    if (uploadIds.length > 0)
      this.#requirePermission(PermissionFlagsBits.AttachFiles, 'you may not attach files here');
    const files = uploadIds.flatMap((id) => this.#findUpload(id) ?? []);
    const problem = messageProblem(content, files.length, uploadIds.length);
    if (problem !== null) throw new ActionRefused(problem);
    const details = {
      attachments: uploads.release(files),
      channel: this.channel,
      authorId: this.user.id,
      origin: null,
      visibleTo: null,
      webhook: false,
    };
    return messages.create({ content }, [], details);
  }

  /** Removes an ephemeral message from this user's view. */
  dismiss(messageId: string): void {
    const message = this.#context.messages.get(messageId);
    if (message?.visibleTo !== this.user.id)
      throw new ActionRefused('only your own private messages can be dismissed');
    this.#context.messages.delete(message);
  }

  readonly #findUpload = (id: string): Attachment | undefined => this.#context.uploads.find(this.user.id, id);

  #requirePermission(permission: bigint, refusal: string): void {
    if (this.channel.kind !== 'guild_text') return;
    const permissions = this.#context.state.permissionsOf(this.user.id, this.channel);
    if (!(permissions & permission)) throw new ActionRefused(refusal);
  }

  #resolveTyped(name: string): CommandCall {
    const [root = '', ...path] = name.replace(/^\//, '').trim().split(/\s+/);
    return this.#resolveCall(ApplicationCommandType.ChatInput, root, path);
  }

  #resolveCall(type: ApplicationCommandType, name: string, path: readonly string[]): CommandCall {
    const { commands, state } = this.#context;
    const guildId = this.channel.kind === 'guild_text' ? this.channel.guildId : null;
    const command = commands.find(name, guildId, type);
    if (this.#unchecked) {
      const forms = command ? formsAt(command, path) : [];
      return {
        id: command?.id ?? FORGED_COMMAND_ID,
        name,
        path,
        type,
        forms,
        owners: this.#owners(BOTH_INSTALLS),
      };
    }
    if (!command) throw new ActionRefused(`${name} is not deployed; ${deployed(commands, guildId, type)}`);
    this.#requirePresence();
    const refusal = callRefusal(state, command, this.channel, this.user.id);
    if (refusal !== null) throw new ActionRefused(refusal);
    const owners = this.#owners(commandInstalls(command));
    return { id: command.id, name, path, type, forms: optionsAt(command, path), owners };
  }

  #sendTyped(type: CommandInteractionType, call: CommandCall, options: readonly JsonObject[]): Interaction {
    const data = { options: nestedOptions(call.path, options) };
    return this.#sendCommand(type, call, null, data, namedByOptions(options, this.#findUpload));
  }

  #sendMenu(call: CommandCall, target: MenuTarget, named: Named): Interaction {
    return this.#sendCommand(
      InteractionType.ApplicationCommand,
      call,
      target,
      { target_id: target.id },
      named,
    );
  }

  #sendCommand(
    type: CommandInteractionType,
    { id, name, path, type: commandType, owners }: CommandCall,
    target: MenuTarget | null,
    own: JsonObject,
    named: Named,
  ): Interaction {
    const commandName = [name, ...path].join(' ');
    const data = {
      id,
      name,
      type: commandType,
      ...own,
      ...(this.channel.kind === 'guild_text' ? { guild_id: this.channel.guildId } : {}),
      ...resolved(this.#context.state, this.channel, named),
    };
    return this.#send({ ...NO_COMMAND, type, commandName, target, owners }, data);
  }

  /** Discord offers no commands on a private answer, nor on one that is still awaited. */
  #menuMessage(id: string): Message {
    const message = this.#context.messages.get(id);
    if (!message || (!this.#unchecked && !this.#sees(message)))
      throw new ActionRefused(`there is no message ${id} here`);
    const isOffered = message.visibleTo === null && !(message.flags & MessageFlags.Loading);
    if (!isOffered && !this.#unchecked) throw new ActionRefused('this message takes no commands');
    return message;
  }

  #useComponent(customId: string, messageId: string | undefined, data: JsonObject): Interaction {
    const message = messageId ? this.#context.messages.get(messageId) : latestWith(this.messages, customId);
    if (!message) throw new ActionRefused(`there is no message with ${customId} here`);
    if (!this.#unchecked) {
      this.#requirePresence();
      if (!this.#sees(message)) throw new ActionRefused('you do not see this message');
      requirePressable(findComponent(message, customId), data);
    }
    const installs = Object.keys(
      (message.origin?.metadata.authorizing_integration_owners ?? { 0: '' }) as object,
    );
    const owners = this.#owners(installs.map(Number));
    return this.#send(
      { ...NO_COMMAND, type: InteractionType.MessageComponent, sourceMessageId: message.id, owners },
      data,
    );
  }

  #send(fields: Omit<NewInteraction, 'userId' | 'channelId' | 'guildId'>, data: JsonObject): Interaction {
    const { interactions, messages, gateway, state } = this.#context;
    const interaction = interactions.open({
      ...fields,
      userId: this.user.id,
      channelId: this.channel.id,
      guildId: this.channel.kind === 'guild_text' ? this.channel.guildId : null,
    });
    const source = messages.get(interaction.sourceMessageId ?? '');
    const message = source ? serializeMessage(state, source) : null;
    const payload = serializeInteraction(state, interaction, data, message);
    gateway.dispatch('INTERACTION_CREATE', payload);
    return interaction;
  }

  #owners(installs: readonly number[]): Record<string, string> {
    return installOwners(this.#context.state, this.channel, this.user.id, installs);
  }

  #sees(message: Message): boolean {
    const here = message.channelId === this.channel.id;
    return here && (message.visibleTo === null || message.visibleTo === this.user.id);
  }

  #requirePresence(): void {
    if (this.#context.state.isInChannel(this.user.id, this.channel)) return;
    throw new ActionRefused(`${this.user.displayName} is not in this channel`);
  }
}

type CommandInteractionType =
  | InteractionType.ApplicationCommand
  | InteractionType.ApplicationCommandAutocomplete;

interface CommandCall {
  readonly id: string;
  readonly name: string;
  readonly type: ApplicationCommandType;
  readonly path: readonly string[];
  /** The options that the command has there. */
  readonly forms: ReturnType<typeof optionsAt>;
  readonly owners: Readonly<Record<string, string>>;
}

const MESSAGE_LENGTH = 2000;
const MESSAGE_FILES = 10;

function messageProblem(content: string, found: number, wanted: number): string | null {
  if (found < wanted) return 'a file is not there any more; attach it again';
  if (wanted > MESSAGE_FILES) return `at most ${MESSAGE_FILES} files`;
  if (content.length > MESSAGE_LENGTH) return `at most ${MESSAGE_LENGTH} characters`;
  return content === '' && wanted === 0 ? 'write something or attach a file' : null;
}

export function fileTooLarge(filename: string, limitBytes: number): string {
  return `${filename}: at most ${Number((limitBytes / 1024 / 1024).toFixed(2))} MiB a file here`;
}

function deployed(commands: CommandStore, guildId: string | null, type: ApplicationCommandType): string {
  const lists = guildId === null ? [commands.list(null)] : [commands.list(guildId), commands.list(null)];
  const names = lists
    .flat()
    .filter(({ definition }) => commandType(definition) === type)
    .map(shownName);
  return names.length > 0 ? `the bot deployed ${names.join(', ')}` : 'the bot deployed no command';
}
