import { PermissionFlagsBits } from 'discord-api-types/v10';
import type { Guild, GuildChannel } from './entities.ts';

export const ALL_PERMISSIONS = (1n << 53n) - 1n;

/** `app_permissions` in a private channel; a DM with the bot adds external emoji. */
export const PRIVATE_CHANNEL_PERMISSIONS =
  PermissionFlagsBits.AttachFiles | PermissionFlagsBits.EmbedLinks | PermissionFlagsBits.MentionEveryone;
export const BOT_DM_PERMISSIONS = PRIVATE_CHANNEL_PERMISSIONS | PermissionFlagsBits.UseExternalEmojis;

/** The permissions of roles, then the channel's overwrites for everyone, roles and the member; 0 for others. */
export function permissionsIn(guild: Guild, channel: GuildChannel | null, userId: string): bigint {
  const member = guild.members.get(userId);
  if (!member) return 0n;
  if (guild.ownerId === userId) return ALL_PERMISSIONS;
  const roleIds = [guild.id, ...member.roleIds];
  const base = guild.roles
    .filter((role) => roleIds.includes(role.id))
    .reduce((bits, role) => bits | role.permissions, 0n);
  if (base & PermissionFlagsBits.Administrator) return ALL_PERMISSIONS;
  if (!channel) return base;
  const everyone = applyOverwrites(base, channel, [guild.id]);
  const roles = applyOverwrites(everyone, channel, member.roleIds);
  return applyOverwrites(roles, channel, [userId]);
}

function applyOverwrites(bits: bigint, channel: GuildChannel, ids: readonly string[]): bigint {
  const overwrites = ids.map((id) => channel.overwrites.get(id)).filter((found) => found !== undefined);
  const deny = overwrites.reduce((sum, overwrite) => sum | overwrite.deny, 0n);
  const allow = overwrites.reduce((sum, overwrite) => sum | overwrite.allow, 0n);
  return (bits & ~deny) | allow;
}
