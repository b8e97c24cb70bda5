import { ApplicationIntegrationType } from 'discord-api-types/v10';
import type { Context } from '../context.ts';
import type { JsonObject } from '../json.ts';
import type { Channel, User } from '../state/entities.ts';
import type { Interaction } from '../state/interaction.ts';
import type { NewInteraction } from '../state/interaction-store.ts';
import { type Attachment, isVisibleTo, type Message } from '../state/message.ts';
import { serializeInteraction } from '../state/serialize-interaction.ts';
import { serializeMessage } from '../state/serialize-message.ts';
import { ActionRefused } from './action-refused.ts';
import { installOwners } from './command-call.ts';
import { type Named, resolved } from './resolved.ts';

export interface Identity {
  readonly user: User;
  readonly channel: Channel;
  /** Skips every check that Discord makes before it sends an action to the bot. */
  readonly unchecked: boolean;
}

/** The interaction that an action sends, without user and channel. Absent fields are null. */
export type NewAction = Pick<NewInteraction, 'type' | 'owners'> & Partial<NewInteraction>;

export const BOTH_INSTALLS = [
  ApplicationIntegrationType.GuildInstall,
  ApplicationIntegrationType.UserInstall,
];

/** A user in a channel: what they see and may do there, and how their actions are sent to the bot. */
export class ActingUser {
  readonly user: User;
  readonly channel: Channel;
  readonly unchecked: boolean;
  readonly context: Context;

  constructor(context: Context, { user, channel, unchecked }: Identity) {
    this.context = context;
    this.user = user;
    this.channel = channel;
    this.unchecked = unchecked;
  }

  /** Null outside of guilds. */
  get guildId(): string | null {
    return this.channel.kind === 'guild_text' ? this.channel.guildId : null;
  }

  sees(message: Message): boolean {
    return message.channelId === this.channel.id && isVisibleTo(message, this.user.id);
  }

  /** A file that this user uploaded. */
  readonly findUpload = (id: string): Attachment | undefined => {
    return this.context.uploads.find(this.user.id, id);
  };

  owners(installs: readonly number[]): Record<string, string> {
    return installOwners(this.context.state, this.channel, this.user.id, installs);
  }

  /** Throws ActionRefused for a user who is not in the channel. */
  requirePresence(): void {
    if (this.context.state.isInChannel(this.user.id, this.channel)) return;
    throw new ActionRefused(`${this.user.displayName} is not in this channel`);
  }

  /** Throws ActionRefused with `refusal` unless the user has the permission; private channels have no permissions. */
  requirePermission(permission: bigint, refusal: string): void {
    if (this.channel.kind !== 'guild_text') return;
    const permissions = this.context.state.permissionsOf(this.user.id, this.channel);
    if (!(permissions & permission)) throw new ActionRefused(refusal);
  }

  /** Sends an interaction to the bot. `named`: the objects that its data names by id, for `resolved`. */
  send(action: NewAction, data: JsonObject, named: Named = {}): Interaction {
    const { interactions, messages, gateway, state } = this.context;
    const interaction = interactions.open({
      commandName: null,
      target: null,
      focusedType: null,
      sourceMessageId: null,
      openedBy: null,
      ...action,
      userId: this.user.id,
      channelId: this.channel.id,
      guildId: this.guildId,
    });
    const source = messages.get(interaction.sourceMessageId ?? '');
    const message = source ? serializeMessage(state, source) : null;
    const whole = { ...data, ...resolved(state, this.channel, named) };
    const payload = serializeInteraction(state, interaction, whole, message);
    gateway.dispatch('INTERACTION_CREATE', payload, this.guildId);
    return interaction;
  }
}
