import type { Interaction } from '../interactions/interaction.ts';
import type { Json, JsonObject } from '../json.ts';
import { APPLICATION_ID } from '../world/cast.ts';
import { permissionsIn } from '../world/permissions.ts';
import type { Channel, Guild, User } from '../world/places.ts';
import type { World } from '../world/world.ts';
import { channelPayload, memberPayload, userPayload } from './place-payloads.ts';

const CONTEXTS = { guild_text: 0, dm: 1, group: 2 } as const;

/** INTERACTION_CREATE's `d`. Source: interactions/receiving-and-responding, "Interaction Object". */
export function interactionPayload(
  world: World,
  interaction: Interaction,
  data: JsonObject,
  message: JsonObject | null,
  attachmentSizeLimit: number,
): JsonObject {
  const channel = world.channels.get(interaction.channelId);
  const user = world.users.get(interaction.userId);
  if (!channel || !user) throw new TypeError('expected a known channel and user for an interaction');
  return {
    id: interaction.id,
    application_id: APPLICATION_ID,
    type: interaction.type,
    token: interaction.token,
    version: 1,
    data,
    channel_id: channel.id,
    channel: channelPayload(world, channel, null),
    context: CONTEXTS[channel.kind],
    locale: user.locale,
    app_permissions: world.appPermissionsIn(channel).toString(),
    authorizing_integration_owners: interaction.owners,
    attachment_size_limit: attachmentSizeLimit,
    entitlements: [],
    ...personFields(world, channel, user),
    ...(message ? { message } : {}),
  };
}

function personFields(world: World, channel: Channel, user: User): JsonObject {
  const guild = world.guildOf(channel);
  const member = guild?.members.get(user.id);
  if (!guild || !member || channel.kind !== 'guild_text') return { user: userPayload(user) };
  const permissions = permissionsIn(guild, channel, user.id).toString();
  return {
    ...guildFields(guild),
    member: { ...memberPayload(member, user), permissions },
  };
}

function guildFields(guild: Guild): JsonObject {
  return {
    guild_id: guild.id,
    guild_locale: 'en-US',
    guild: { id: guild.id, locale: 'en-US', features: [] },
  };
}

/** What a message says about the interaction that it answers. */
export function interactionMetadata(world: World, interaction: Interaction): JsonObject {
  const user = world.users.get(interaction.userId);
  return {
    id: interaction.id,
    type: interaction.type,
    ...(user ? { user: userPayload(user) } : {}),
    authorizing_integration_owners: interaction.owners,
    ...metadataByType(world, interaction),
  };
}

function metadataByType(world: World, interaction: Interaction): JsonObject {
  const command: { [key: string]: Json } =
    interaction.commandName === null ? {} : { name: interaction.commandName };
  switch (interaction.type) {
    case 3:
      return { interacted_message_id: interaction.sourceMessageId };
    case 5:
      return interaction.openedBy
        ? { triggering_interaction_metadata: interactionMetadata(world, interaction.openedBy) }
        : {};
    default:
      return command;
  }
}
