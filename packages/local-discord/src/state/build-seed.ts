import { PermissionFlagsBits } from 'discord-api-types/v10';
import type { Channel, DmChannel, GroupChannel, Guild, GuildChannel, Role, User } from './entities.ts';
import type { GroupSeed, GuildSeed, Seed, UserSeed } from './seed.ts';

const DEFAULT_LOCALE = 'en-US';

/** The first id of each kind; the others follow. */
const IDS = { application: 1, user: 11, guild: 100, dm: 100_000, group: 200_000 };
/** Distance of guild ids: they differ in the lowest of the bits that decide the shard. */
const GUILD_STEP = 2 ** 22;
/** First ids of each kind within a guild, counted from the id of the guild. */
const GUILD_IDS = { channel: 1, role: 21, botRole: 99 };

const EVERYONE_PERMISSIONS =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.SendMessages |
  PermissionFlagsBits.EmbedLinks |
  PermissionFlagsBits.AttachFiles |
  PermissionFlagsBits.SendVoiceMessages |
  PermissionFlagsBits.ReadMessageHistory |
  PermissionFlagsBits.UseApplicationCommands |
  PermissionFlagsBits.UseExternalApps;
/** The permissions that a bot with messages and files usually asks for when it is invited. */
const BOT_PERMISSIONS =
  PermissionFlagsBits.SendMessages | PermissionFlagsBits.EmbedLinks | PermissionFlagsBits.AttachFiles;

/** Also the id of its bot user. */
export const APPLICATION_ID = id(IDS.application);

export interface SeededState {
  readonly bot: User;
  /** Without the bot. */
  readonly users: readonly User[];
  readonly guilds: readonly Guild[];
  readonly channels: readonly Channel[];
}

/** Throws TypeError if the seed names a user or a role that it does not define. */
export function buildSeed({ application, users: seeds, guilds, groups }: Seed): SeededState {
  const bot: User = {
    ...createUser({ name: application.name }, APPLICATION_ID),
    bot: true,
    avatar: application.avatar ?? null,
  };
  const users = seeds.map((seed, index) => createUser(seed, id(IDS.user + index)));
  const userId = (username: string): string => requireUser(users, username).id;
  const dms = users.map(
    (user, index): DmChannel => ({ kind: 'dm', id: id(IDS.dm + index), userId: user.id }),
  );
  return {
    bot,
    users,
    guilds: guilds.map((guild, index) => createGuild(guild, index, bot, userId)),
    channels: [
      ...guilds.flatMap(createChannels),
      ...dms,
      ...groups.map((group, index) => createGroup(group, index, userId)),
    ],
  };
}

/** The user name is the name in lower case, with other characters than a-z, 0-9, "_" and "." replaced by "_". */
export function createUser({ name, hue, locale = DEFAULT_LOCALE }: UserSeed, userId: string): User {
  const username = name.toLowerCase().replace(/[^a-z0-9_.]/g, '_');
  return { id: userId, username, displayName: name, bot: false, locale, hue: hue ?? null, avatar: null };
}

function id(offset: number): string {
  return (900_000_000_000_000_000n + BigInt(offset)).toString();
}

function guildOffset(index: number): number {
  return IDS.guild + index * GUILD_STEP;
}

function createGuild(seed: GuildSeed, index: number, bot: User, userId: (name: string) => string): Guild {
  const offset = guildOffset(index);
  const role = (name: string, permissions: bigint, at: number, color = 0): Role => ({
    id: id(offset + at),
    name,
    permissions,
    color,
    managed: false,
  });
  const everyone = role('@everyone', EVERYONE_PERMISSIONS, 0);
  const own = (seed.roles ?? []).map(({ name, permissions, color }, at) =>
    role(name, permissions, GUILD_IDS.role + at, color),
  );
  const botRole = { ...role(bot.displayName, BOT_PERMISSIONS, GUILD_IDS.botRole), managed: true };
  const members = Object.entries(seed.members).map(([name, roles]) => {
    const roleIds = roles.map((roleName) => requireRole(own, roleName, seed.name).id);
    return { userId: userId(name), roleIds };
  });
  const everybody = [...members, { userId: bot.id, roleIds: [botRole.id] }];
  return {
    id: everyone.id,
    name: seed.name,
    ownerId: userId(seed.owner),
    premiumTier: seed.premiumTier ?? 0,
    locale: seed.locale ?? DEFAULT_LOCALE,
    roles: [everyone, ...own, botRole],
    members: new Map(everybody.map((member) => [member.userId, member])),
  };
}

function createChannels(seed: GuildSeed, index: number): GuildChannel[] {
  return seed.channels.map(({ name, topic = '' }, at) => ({
    kind: 'guild_text',
    id: id(guildOffset(index) + GUILD_IDS.channel + at),
    guildId: id(guildOffset(index)),
    name,
    topic,
    overwrites: new Map(),
  }));
}

function createGroup(seed: GroupSeed, index: number, userId: (name: string) => string): GroupChannel {
  const userIds = seed.members.map(userId);
  return { kind: 'group', id: id(IDS.group + index), name: seed.name, ownerId: userIds[0] ?? '', userIds };
}

function requireUser(users: readonly User[], username: string): User {
  const user = users.find((candidate) => candidate.username === username);
  if (!user) throw new TypeError(`users: expected a user named ${username}, got ${namesOf(users)}`);
  return user;
}

function requireRole(roles: readonly Role[], name: string, guild: string): Role {
  const role = roles.find((candidate) => candidate.name === name);
  if (!role) throw new TypeError(`guilds: expected ${guild} to have a role ${name}, got ${namesOf(roles)}`);
  return role;
}

function namesOf(things: readonly { readonly username?: string; readonly name?: string }[]): string {
  return things.map((thing) => thing.username ?? thing.name).join(', ') || 'none';
}
