import { BOT, createChannels, createHomeGuild, createOtherGuild, GUILD_ID, PEOPLE } from './cast.ts';
import { BOT_DM_PERMISSIONS, PRIVATE_CHANNEL_PERMISSIONS, permissionsIn } from './permissions.ts';
import type { Channel, DmChannel, Guild, User } from './places.ts';

/** Who and what exists: accounts, servers, channels, and what each person may do where. */
export class World {
  readonly users: Map<string, User>;
  readonly guilds: ReadonlyMap<string, Guild>;
  readonly channels: Map<string, Channel>;
  /** People who take no direct messages from the bot. */
  readonly closedDms = new Set<string>();
  /** People who added the bot to their own account; it answers them in private channels too. */
  readonly userInstalls = new Set(Object.values(PEOPLE).map((user) => user.id));

  constructor() {
    this.users = keyed([BOT, ...Object.values(PEOPLE)]);
    this.guilds = keyed([createHomeGuild(), createOtherGuild()]);
    this.channels = keyed(createChannels());
  }

  /** One more member of the home server, with a role of their own for what they may do beyond everyone. */
  addMember(id: string, displayName: string, permissions = 0n): User {
    const guild = this.guilds.get(GUILD_ID);
    if (!guild) throw new TypeError('expected the home server to exist');
    const username = displayName.toLowerCase().replace(/[^a-z0-9_.]/g, '_');
    const user: User = { id, username, displayName, bot: false, locale: 'en-US' };
    const role = { id: `${id}1`, name: displayName, permissions, color: 0, managed: false };
    guild.roles.push(role);
    guild.members.set(id, { userId: id, roleIds: [role.id] });
    this.users.set(id, user);
    this.channels.set(`${id}2`, { kind: 'dm', id: `${id}2`, userId: id });
    this.userInstalls.add(id);
    return user;
  }

  guildOf(channel: Channel): Guild | null {
    return channel.kind === 'guild_text' ? (this.guilds.get(channel.guildId) ?? null) : null;
  }

  dmWith(userId: string): DmChannel | undefined {
    return [...this.channels.values()].find(
      (channel): channel is DmChannel => channel.kind === 'dm' && channel.userId === userId,
    );
  }

  /** Guild permissions of a member in a channel; 0 in places where Discord knows no permissions. */
  permissionsOf(userId: string, channel: Channel): bigint {
    const guild = this.guildOf(channel);
    return guild && channel.kind === 'guild_text' ? permissionsIn(guild, channel, userId) : 0n;
  }

  /** What interactions carry as `app_permissions`. */
  appPermissionsIn(channel: Channel): bigint {
    switch (channel.kind) {
      case 'guild_text':
        return this.permissionsOf(BOT.id, channel);
      case 'dm':
        return BOT_DM_PERMISSIONS;
      case 'group':
        return PRIVATE_CHANNEL_PERMISSIONS;
    }
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
}

function keyed<T extends { readonly id: string }>(things: readonly T[]): Map<string, T> {
  return new Map(things.map((thing) => [thing.id, thing]));
}
