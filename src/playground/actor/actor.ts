import { COMPONENT_TYPES } from '../forms/component-form.ts';
import type { Interaction } from '../interactions/interaction.ts';
import type { NewInteraction } from '../interactions/interaction-desk.ts';
import type { JsonObject } from '../json.ts';
import type { Message } from '../messages/message.ts';
import { interactionPayload } from '../payloads/interaction-payload.ts';
import { messagePayload } from '../payloads/message-payload.ts';
import type { DiscordParts } from '../rest/parts.ts';
import type { CommandRegistry } from '../world/command-registry.ts';
import { commandInstalls } from '../world/command-registry.ts';
import { PERMISSIONS } from '../world/permissions.ts';
import type { Channel, User } from '../world/places.ts';
import { ActionRefused } from './action-refused.ts';
import { callRefusal, commandData, installOwners, optionsAt } from './command-call.ts';
import { checkedOptions, type OptionValues, uncheckedOptions } from './command-options.ts';
import { findComponent, latestWith, requirePressable } from './message-components.ts';
import { type FieldValues, forgedFields, submittedFields } from './modal-submission.ts';

const TYPES = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const;
const BOTH_INSTALLS = [0, 1];
/** Stands for a command that was never deployed. */
const FORGED_COMMAND_ID = '1';

export interface ActorPlace {
  readonly user: User;
  readonly channel: Channel;
  /** Skips every check that Discord makes before the bot hears of an action. */
  readonly unchecked: boolean;
}

/** One person at one place. Every action throws ActionRefused where Discord would not let it through. */
export class Actor {
  readonly user: User;
  readonly channel: Channel;
  readonly #parts: DiscordParts;
  readonly #unchecked: boolean;

  constructor(parts: DiscordParts, { user, channel, unchecked }: ActorPlace) {
    this.user = user;
    this.channel = channel;
    this.#parts = parts;
    this.#unchecked = unchecked;
  }

  /** Messages that this person sees here, oldest first. */
  get messages(): Message[] {
    const { messages } = this.#parts;
    return messages.inChannel(this.channel.id).filter((message) => this.#sees(message));
  }

  /** Name with subcommands: `/riff`, `queue pause`. */
  command(name: string, options: OptionValues = {}): Interaction {
    const call = this.#resolveCall(name);
    const values = call.checked ? checkedOptions(call.checked, options) : uncheckedOptions(options);
    return this.#sendCommand(TYPES.command, call, values);
  }

  /** Asks for proposals while the named option is being typed; limits are not checked yet. */
  autocomplete(name: string, options: OptionValues, focused: string): Interaction {
    const call = this.#resolveCall(name);
    const typed = uncheckedOptions(options).map(
      (option): JsonObject => ({
        ...option,
        type: call.checked?.find((form) => form.name === option.name)?.type ?? option.type ?? 0,
        ...(option.name === focused ? { focused: true } : {}),
      }),
    );
    return this.#sendCommand(TYPES.autocomplete, call, typed);
  }

  /** Presses a button; without a message, on the latest one that has it. */
  press(customId: string, messageId?: string): Interaction {
    const data = { custom_id: customId, component_type: COMPONENT_TYPES.button };
    return this.#useComponent(customId, messageId, data);
  }

  select(customId: string, values: readonly string[], messageId?: string): Interaction {
    const data = { custom_id: customId, component_type: COMPONENT_TYPES.stringSelect, values };
    return this.#useComponent(customId, messageId, data);
  }

  /** Sends the form that an earlier action opened; fields left out keep the text that the bot put there. */
  submitModal(customId: string, values: FieldValues, messageId?: string): Interaction {
    const { interactions, messages } = this.#parts;
    const modal = interactions.openModal(this.user.id, customId);
    if (!modal && !this.#unchecked) throw new ActionRefused(`no form ${customId} is open`);
    const components = modal && !this.#unchecked ? submittedFields(modal, values) : forgedFields(values);
    const source = messages.get(messageId ?? modal?.messageId ?? '');
    if (modal) interactions.closeModal(modal);
    return this.#send(
      {
        type: TYPES.modal,
        commandName: null,
        sourceMessageId: source?.id ?? null,
        openedBy: modal?.openedBy ?? null,
        owners: modal?.openedBy.owners ?? this.#owners(BOTH_INSTALLS),
      },
      { custom_id: customId, components },
    );
  }

  /** Writes an ordinary message. Bots without the intent for message content never see it. */
  say(content: string): Message {
    const { world, messages } = this.#parts;
    const mayTalk =
      this.channel.kind !== 'guild_text' ||
      world.permissionsOf(this.user.id, this.channel) & PERMISSIONS.sendMessages;
    if (!mayTalk) throw new ActionRefused('you may not send messages here');
    const context = {
      channel: this.channel,
      authorId: this.user.id,
      origin: null,
      visibleTo: null,
      webhook: false,
    };
    return messages.create({ content }, [], context);
  }

  /** Removes an ephemeral message from this person's view. */
  dismiss(messageId: string): void {
    const message = this.#parts.messages.get(messageId);
    if (message?.visibleTo !== this.user.id)
      throw new ActionRefused('only your own private messages can be dismissed');
    this.#parts.messages.delete(message);
  }

  #resolveCall(name: string): CommandCall {
    const { commands, world } = this.#parts;
    const [root = '', ...path] = name.replace(/^\//, '').trim().split(/\s+/);
    const guildId = this.channel.kind === 'guild_text' ? this.channel.guildId : null;
    const command = commands.find(root, guildId);
    if (this.#unchecked) {
      return {
        id: command?.id ?? FORGED_COMMAND_ID,
        name: root,
        path,
        checked: null,
        owners: this.#owners(BOTH_INSTALLS),
      };
    }
    if (!command) throw new ActionRefused(`/${root} is not deployed; ${deployed(commands, guildId)}`);
    this.#requirePresence();
    const refusal = callRefusal(world, command, this.channel, this.user.id);
    if (refusal !== null) throw new ActionRefused(refusal);
    const owners = this.#owners(commandInstalls(command));
    return { id: command.id, name: root, path, checked: optionsAt(command, path), owners };
  }

  #sendCommand(type: 2 | 4, call: CommandCall, options: readonly JsonObject[]): Interaction {
    const { id, name, path, owners } = call;
    const commandName = [name, ...path].join(' ');
    const data = commandData(this.#parts.world, { id, name }, path, options, this.channel);
    return this.#send({ type, commandName, sourceMessageId: null, openedBy: null, owners }, data);
  }

  #useComponent(customId: string, messageId: string | undefined, data: JsonObject): Interaction {
    const message = messageId ? this.#parts.messages.get(messageId) : latestWith(this.messages, customId);
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
      { type: TYPES.component, commandName: null, sourceMessageId: message.id, openedBy: null, owners },
      data,
    );
  }

  #send(fields: Omit<NewInteraction, 'userId' | 'channelId' | 'guildId'>, data: JsonObject): Interaction {
    const { interactions, messages, gateway, world, attachments } = this.#parts;
    const interaction = interactions.open({
      ...fields,
      userId: this.user.id,
      channelId: this.channel.id,
      guildId: this.channel.kind === 'guild_text' ? this.channel.guildId : null,
    });
    const source = messages.get(interaction.sourceMessageId ?? '');
    const message = source ? messagePayload(world, source) : null;
    const payload = interactionPayload(world, interaction, data, message, attachments.reportedLimitBytes);
    gateway.dispatch('INTERACTION_CREATE', payload);
    return interaction;
  }

  #owners(installs: readonly number[]): Record<string, string> {
    return installOwners(this.#parts.world, this.channel, this.user.id, installs);
  }

  #sees(message: Message): boolean {
    const here = message.channelId === this.channel.id;
    return here && (message.visibleTo === null || message.visibleTo === this.user.id);
  }

  #requirePresence(): void {
    if (this.#parts.world.isInChannel(this.user.id, this.channel)) return;
    throw new ActionRefused(`${this.user.displayName} is not in this channel`);
  }
}

interface CommandCall {
  readonly id: string;
  readonly name: string;
  readonly path: readonly string[];
  /** The options to check against; null for an unchecked call. */
  readonly checked: ReturnType<typeof optionsAt> | null;
  readonly owners: Readonly<Record<string, string>>;
}

function deployed(commands: CommandRegistry, guildId: string | null): string {
  const lists = guildId === null ? [commands.list(null)] : [commands.list(guildId), commands.list(null)];
  const names = lists.flat().map((command) => `/${command.form.name}`);
  return names.length > 0 ? `the bot deployed ${names.join(', ')}` : 'the bot deployed no command';
}
