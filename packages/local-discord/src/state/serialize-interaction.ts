import { InteractionType } from 'discord-api-types/v10';
import type { JsonObject } from '../json.ts';
import { type Channel, contextOf, type Guild, type User } from './entities.ts';
import type { Interaction, MenuTarget } from './interaction.ts';
import { permissionsIn } from './permissions.ts';
import { serializeChannel, serializeMember, serializeUser } from './serialize-guild.ts';
import type { State } from './state.ts';

/** INTERACTION_CREATE's `d`. Source: interactions/receiving-and-responding, "Interaction Object". */
export function serializeInteraction(
  state: State,
  interaction: Interaction,
  data: JsonObject,
  message: JsonObject | null,
): JsonObject {
  const channel = state.channels.get(interaction.channelId);
  const user = state.users.get(interaction.userId);
  if (!channel || !user) throw new TypeError('expected a known channel and user for an interaction');
  return {
    id: interaction.id,
    application_id: state.applicationId,
    type: interaction.type,
    token: interaction.token,
    version: 1,
    data,
    channel_id: channel.id,
    channel: serializeChannel(state, channel, null),
    context: contextOf(channel),
    locale: user.locale,
    app_permissions: state.appPermissionsIn(channel).toString(),
    authorizing_integration_owners: interaction.owners,
    attachment_size_limit: state.fileLimitBytes(channel),
    entitlements: [],
    ...userFields(state, channel, user),
    ...(message ? { message } : {}),
  };
}

function userFields(state: State, channel: Channel, user: User): JsonObject {
  const guild = state.guildOf(channel);
  const member = guild?.members.get(user.id);
  if (!guild || !member || channel.kind !== 'guild_text') return { user: serializeUser(user) };
  const permissions = permissionsIn(guild, channel, user.id).toString();
  return {
    ...guildFields(guild),
    member: { ...serializeMember(member, user), permissions },
  };
}

function guildFields(guild: Guild): JsonObject {
  return {
    guild_id: guild.id,
    guild_locale: guild.locale,
    guild: { id: guild.id, locale: guild.locale, features: [] },
  };
}

/** What a message says about the interaction that it answers. */
export function interactionMetadata(state: State, interaction: Interaction): JsonObject {
  const user = state.users.get(interaction.userId);
  return {
    id: interaction.id,
    type: interaction.type,
    ...(user ? { user: serializeUser(user) } : {}),
    authorizing_integration_owners: interaction.owners,
    ...metadataByType(state, interaction),
  };
}

function metadataByType(state: State, interaction: Interaction): JsonObject {
  switch (interaction.type) {
    case InteractionType.MessageComponent:
      return { interacted_message_id: interaction.sourceMessageId };
    case InteractionType.ModalSubmit:
      return interaction.openedBy
        ? { triggering_interaction_metadata: interactionMetadata(state, interaction.openedBy) }
        : {};
    default:
      return {
        ...(interaction.commandName === null ? {} : { name: interaction.commandName }),
        ...targetMetadata(state, interaction.target),
      };
  }
}

function targetMetadata(state: State, target: MenuTarget | null): JsonObject {
  if (target?.kind === 'message') return { target_message_id: target.id };
  const user = target && state.users.get(target.id);
  return user ? { target_user: serializeUser(user) } : {};
}
