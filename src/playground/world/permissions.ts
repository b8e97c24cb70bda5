import type { Guild, GuildChannel } from './places.ts';

/** Discord's permission bits, those that a bot of this kind meets. */
export const PERMISSIONS = {
  administrator: 1n << 3n,
  manageGuild: 1n << 5n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  manageMessages: 1n << 13n,
  embedLinks: 1n << 14n,
  attachFiles: 1n << 15n,
  readMessageHistory: 1n << 16n,
  mentionEveryone: 1n << 17n,
  useExternalEmojis: 1n << 18n,
  useApplicationCommands: 1n << 31n,
  sendVoiceMessages: 1n << 46n,
  useExternalApps: 1n << 50n,
} as const;

export const ALL_PERMISSIONS = (1n << 53n) - 1n;

/** What Discord reports as `app_permissions` in a private channel; a DM with the bot adds external emoji. */
export const PRIVATE_CHANNEL_PERMISSIONS =
  PERMISSIONS.attachFiles | PERMISSIONS.embedLinks | PERMISSIONS.mentionEveryone;
export const BOT_DM_PERMISSIONS = PRIVATE_CHANNEL_PERMISSIONS | PERMISSIONS.useExternalEmojis;

/** Roles first, then the channel's overwrites: everyone, roles, member; 0 for someone who is not a member. */
export function permissionsIn(guild: Guild, channel: GuildChannel | null, userId: string): bigint {
  const member = guild.members.get(userId);
  if (!member) return 0n;
  if (guild.ownerId === userId) return ALL_PERMISSIONS;
  const roleIds = [guild.id, ...member.roleIds];
  const base = guild.roles
    .filter((role) => roleIds.includes(role.id))
    .reduce((bits, role) => bits | role.permissions, 0n);
  if (base & PERMISSIONS.administrator) return ALL_PERMISSIONS;
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
