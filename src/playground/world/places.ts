/** Somebody with an account: a person of the cast, or the bot. */
export interface User {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
  readonly bot: boolean;
  readonly locale: string;
}

export interface Role {
  readonly id: string;
  readonly name: string;
  readonly permissions: bigint;
  /** 0xRRGGBB; 0 = no colour. */
  readonly color: number;
  readonly managed: boolean;
}

export interface Member {
  readonly userId: string;
  readonly roleIds: readonly string[];
}

export interface Guild {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly roles: Role[];
  readonly members: Map<string, Member>;
}

export interface Overwrite {
  readonly kind: 'role' | 'member';
  readonly allow: bigint;
  readonly deny: bigint;
}

export interface GuildChannel {
  readonly kind: 'guild_text';
  readonly id: string;
  readonly guildId: string;
  readonly name: string;
  readonly topic: string;
  /** Key: role or user id. */
  readonly overwrites: Map<string, Overwrite>;
}

/** Between one person and the bot. */
export interface DmChannel {
  readonly kind: 'dm';
  readonly id: string;
  readonly userId: string;
}

/** Between people; the bot is no member and answers only through interaction tokens. */
export interface GroupChannel {
  readonly kind: 'group';
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly userIds: readonly string[];
}

export type Channel = GuildChannel | DmChannel | GroupChannel;
