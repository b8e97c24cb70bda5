import { buildSeed, createUser } from './build-seed.ts';
import type { Channel, DmChannel, Guild, GuildChannel, User } from './entities.ts';
import { BOT_DM_PERMISSIONS, PRIVATE_CHANNEL_PERMISSIONS, permissionsIn } from './permissions.ts';
import type { Seed } from './seed.ts';

const MEBIBYTE = 1024 * 1024;
/** The limit of one file by premium tier; 0: boosts change nothing. */
const BOOSTED_FILE_BYTES = [0, 0, 50 * MEBIBYTE, 100 * MEBIBYTE];
/** The limit of a whole request. */
const REQUEST_BYTES = 25 * MEBIBYTE;

/** Accounts, guilds, channels and permissions. */
export class State {
  readonly bot: User;
  readonly description: string;
  readonly users: Map<string, User>;
  readonly guilds: ReadonlyMap<string, Guild>;
  readonly channels: Map<string, Channel>;
  /** Ids of users who accept no direct messages from the bot. */
  readonly closedDms = new Set<string>();
  /** Ids of users who installed the app for themselves and can use it in private channels too. */
  readonly userInstalls: Set<string>;
  /** The first ones, with which the page opens. */
  readonly homeGuild: Guild;
  readonly homeChannel: Channel;
  readonly homeUser: User;
  /** The prefix of file URLs, without a slash at the end. */
  readonly baseUrl: string;
  readonly #maxFileBytes: number;

  /** Throws TypeError for a seed without a user or a guild with a channel, and as buildSeed does. */
  constructor(seed: Seed, baseUrl: string, maxFileBytes: number) {
    const { bot, users, guilds, channels } = buildSeed(seed);
    const [home] = guilds;
    const [homeUser] = users;
    const homeChannel = channels.find(({ kind }) => kind === 'guild_text');
    if (!home || !homeUser || homeChannel?.kind !== 'guild_text' || homeChannel.guildId !== home.id)
      throw new TypeError('guilds: expected at least one guild with a channel and one user, got none');
    this.bot = bot;
    this.description = seed.application.description ?? '';
    this.users = keyed([bot, ...users]);
    this.guilds = keyed(guilds);
    this.channels = keyed(channels);
    this.userInstalls = new Set(users.map((user) => user.id));
    this.homeGuild = home;
    this.homeChannel = homeChannel;
    this.homeUser = homeUser;
    this.baseUrl = baseUrl;
    this.#maxFileBytes = maxFileBytes;
  }

  /** The application's id, which is also its bot's. */
  get applicationId(): string {
    return this.bot.id;
  }

  /** By id or user name. Throws TypeError for a user who does not exist. */
  requireUser(name: string): User {
    const found = this.users.get(name) ?? [...this.users.values()].find(({ username }) => username === name);
    if (found) return found;
    const known = [...this.users.values()].map(({ username }) => username).join(', ');
    throw new TypeError(`user: expected a user id or one of ${known}, got ${name}`);
  }

  /** By id or name. Throws TypeError for a guild that does not exist. */
  requireGuild(name: string): Guild {
    const guilds = [...this.guilds.values()];
    const found = this.guilds.get(name) ?? guilds.find((guild) => guild.name === name);
    if (found) return found;
    const known = guilds.map((guild) => guild.name).join(', ');
    throw new TypeError(`guild: expected a guild id or one of ${known}, got ${name}`);
  }

  /** By id or name; `dm-mika` is Mika's DM with the bot. Throws TypeError for a channel that does not exist. */
  requireChannel(name: string): Channel {
    const byId = this.channels.get(name);
    if (byId) return byId;
    const channels = [...this.channels.values()];
    const found = channels.find((channel) => this.#nameOf(channel) === name.toLowerCase());
    if (found) return found;
    const known = channels.map((channel) => this.#nameOf(channel)).join(', ');
    throw new TypeError(`channel: expected a channel id or one of ${known}, got ${name}`);
  }

  /** Adds a member to the home guild, with a role of their own for `permissions`. */
  addMember(id: string, displayName: string, permissions = 0n): User {
    const user = createUser({ name: displayName }, id);
    const role = { id: `${id}1`, name: displayName, permissions, color: 0, managed: false };
    const roles = permissions === 0n ? [] : [role];
    this.homeGuild.roles.push(...roles);
    this.homeGuild.members.set(id, { userId: id, roleIds: roles.map((own) => own.id) });
    this.users.set(id, user);
    this.channels.set(`${id}2`, { kind: 'dm', id: `${id}2`, userId: id });
    this.userInstalls.add(id);
    return user;
  }

  /** Sets a user's language, from the next interaction on. */
  setLocale(userId: string, locale: string): void {
    this.users.set(userId, { ...this.requireUser(userId), locale });
  }

  guildOf(channel: Channel): Guild | null {
    return channel.kind === 'guild_text' ? (this.guilds.get(channel.guildId) ?? null) : null;
  }

  channelsOf(guild: Guild): GuildChannel[] {
    return [...this.channels.values()].filter(
      (channel): channel is GuildChannel => channel.kind === 'guild_text' && channel.guildId === guild.id,
    );
  }

  /** The position among the channels of its guild, from 0. */
  positionOf({ id, guildId }: GuildChannel): number {
    let position = 0;
    for (const other of this.channels.values()) {
      if (other.id === id) break;
      if (other.kind === 'guild_text' && other.guildId === guildId) position += 1;
    }
    return position;
  }

  dmWith(userId: string): DmChannel | undefined {
    return [...this.channels.values()].find(
      (channel): channel is DmChannel => channel.kind === 'dm' && channel.userId === userId,
    );
  }

  /** The permissions of a member in a guild's channel; 0 in other channels. */
  permissionsOf(userId: string, channel: Channel): bigint {
    const guild = this.guildOf(channel);
    return guild && channel.kind === 'guild_text' ? permissionsIn(guild, channel, userId) : 0n;
  }

  /** `app_permissions` of interactions in this channel. */
  appPermissionsIn(channel: Channel): bigint {
    switch (channel.kind) {
      case 'guild_text':
        return this.permissionsOf(this.bot.id, channel);
      case 'dm':
        return BOT_DM_PERMISSIONS;
      case 'group':
        return PRIVATE_CHANNEL_PERMISSIONS;
    }
  }

  /** The limit of one file in this channel. */
  fileLimitBytes(channel: Channel): number {
    const boosted = BOOSTED_FILE_BYTES[this.guildOf(channel)?.premiumTier ?? 0] ?? 0;
    return Math.max(this.#maxFileBytes, boosted);
  }

  /** The limit of a whole request of the bot. */
  get requestLimitBytes(): number {
    const boosted = [...this.guilds.values()].map(({ premiumTier }) => BOOSTED_FILE_BYTES[premiumTier] ?? 0);
    return Math.max(REQUEST_BYTES, ...boosted.map((bytes) => bytes + MEBIBYTE));
  }

  isInChannel(userId: string, channel: Channel): boolean {
    switch (channel.kind) {
      case 'guild_text':
        return this.guildOf(channel)?.members.has(userId) ?? false;
      case 'dm':
        return channel.userId === userId;
      case 'group':
        return channel.userIds.includes(userId);
    }
  }

  #nameOf(channel: Channel): string {
    if (channel.kind !== 'dm') return channel.name.toLowerCase();
    return `dm-${this.users.get(channel.userId)?.username}`;
  }
}

function keyed<T extends { readonly id: string }>(things: readonly T[]): Map<string, T> {
  return new Map(things.map((thing) => [thing.id, thing]));
}
