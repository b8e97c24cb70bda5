import { ChannelType } from 'discord-api-types/v10';
import type { JsonObject } from '../json.ts';
import type { Channel, Guild, GuildChannel, Member, Role, User } from './entities.ts';
import type { State } from './state.ts';

/** When all members joined. */
const JOINED_AT = '2025-01-01T00:00:00+00:00';
const MEMBER_LIMIT = 500_000;

export function serializeUser(user: User): JsonObject {
  return {
    id: user.id,
    username: user.username,
    global_name: user.displayName,
    discriminator: user.bot ? '0001' : '0',
    avatar: null,
    banner: null,
    accent_color: null,
    avatar_decoration_data: null,
    collectibles: null,
    primary_guild: null,
    public_flags: 0,
    flags: 0,
    ...(user.bot ? { bot: true } : {}),
  };
}

export function serializeMember(member: Member, user: User): JsonObject {
  return { ...serializeBareMember(member), user: serializeUser(user) };
}

/** A member without its user, as in `resolved.members`. */
export function serializeBareMember(member: Member): JsonObject {
  return {
    roles: member.roleIds,
    nick: null,
    avatar: null,
    banner: null,
    joined_at: JOINED_AT,
    premium_since: null,
    communication_disabled_until: null,
    pending: false,
    flags: 0,
    mute: false,
    deaf: false,
  };
}

export function serializeRole(role: Role, position: number): JsonObject {
  return {
    id: role.id,
    name: role.name,
    permissions: role.permissions.toString(),
    position,
    color: role.color,
    colors: { primary_color: role.color, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: role.managed,
    mentionable: false,
    icon: null,
    unicode_emoji: null,
    flags: 0,
  };
}

export function serializeChannel(state: State, channel: Channel, lastMessageId: string | null): JsonObject {
  const common = { id: channel.id, flags: 0, last_message_id: lastMessageId };
  switch (channel.kind) {
    case 'guild_text':
      return { ...common, ...guildChannelFields(state, channel) };
    case 'dm':
      return { ...common, type: ChannelType.DM, recipients: serializeUsers(state, [channel.userId]) };
    case 'group':
      return {
        ...common,
        type: ChannelType.GroupDM,
        name: channel.name,
        icon: null,
        owner_id: channel.ownerId,
        recipients: serializeUsers(state, channel.userIds),
      };
  }
}

function guildChannelFields(state: State, channel: GuildChannel): JsonObject {
  return {
    type: ChannelType.GuildText,
    guild_id: channel.guildId,
    name: channel.name,
    topic: channel.topic,
    position: state.positionOf(channel),
    parent_id: null,
    nsfw: false,
    rate_limit_per_user: 0,
    permission_overwrites: [...channel.overwrites].map(([id, overwrite]) => ({
      id,
      type: overwrite.kind === 'role' ? 0 : 1,
      allow: overwrite.allow.toString(),
      deny: overwrite.deny.toString(),
    })),
  };
}

function serializeUsers(state: State, ids: readonly string[]): JsonObject[] {
  return ids.flatMap((id) => state.users.get(id) ?? []).map(serializeUser);
}

export function serializeGuild(guild: Guild): JsonObject {
  return {
    id: guild.id,
    name: guild.name,
    owner_id: guild.ownerId,
    roles: guild.roles.map(serializeRole),
    ...GUILD_DEFAULTS,
    premium_tier: guild.premiumTier,
    preferred_locale: guild.locale,
    approximate_member_count: guild.members.size,
    approximate_presence_count: guild.members.size,
    max_members: MEMBER_LIMIT,
    emojis: [],
    stickers: [],
    features: [],
  };
}

const GUILD_DEFAULTS = {
  application_id: null,
  icon: null,
  description: null,
  home_header: null,
  splash: null,
  discovery_splash: null,
  banner: null,
  region: 'us-west',
  afk_channel_id: null,
  afk_timeout: 300,
  system_channel_id: null,
  system_channel_flags: 0,
  widget_enabled: false,
  widget_channel_id: null,
  verification_level: 0,
  default_message_notifications: 1,
  mfa_level: 0,
  explicit_content_filter: 0,
  max_presences: null,
  max_stage_video_channel_users: 50,
  max_video_channel_users: 25,
  vanity_url_code: null,
  premium_subscription_count: 0,
  premium_progress_bar_enabled: false,
  rules_channel_id: null,
  safety_alerts_channel_id: null,
  public_updates_channel_id: null,
  nsfw: false,
  nsfw_level: 0,
  incidents_data: null,
} as const;

/** GUILD_CREATE's `d`: the guild with everything that it holds. Source: gateway events, "Guild Create". */
export function serializeGuildCreate(state: State, guild: Guild): JsonObject {
  return {
    ...serializeGuild(guild),
    joined_at: JOINED_AT,
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    channels: state.channelsOf(guild).map((channel) => serializeChannel(state, channel, null)),
    members: [...guild.members.values()].flatMap((member) => {
      const user = state.users.get(member.userId);
      return user ? [serializeMember(member, user)] : [];
    }),
    threads: [],
    voice_states: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
