import { InteractionContextType } from 'discord-api-types/v10';

/** An account; one of them is the bot's. */
export interface User {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
  readonly bot: boolean;
  readonly locale: string;
  /** Hue of the generated avatar, in degrees; null: derived from the id. */
  readonly hue: number | null;
  /** An SVG; null: an avatar is generated. */
  readonly avatar: string | null;
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

/** The boost level of a guild. */
export type PremiumTier = 0 | 1 | 2 | 3;

export interface Guild {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly premiumTier: PremiumTier;
  /** What interactions carry as `guild_locale`. */
  readonly locale: string;
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

/** Between one user and the bot. */
export interface DmChannel {
  readonly kind: 'dm';
  readonly id: string;
  readonly userId: string;
}

/** Between users; the bot is no member and answers only through interaction tokens. */
export interface GroupChannel {
  readonly kind: 'group';
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly userIds: readonly string[];
}

export type Channel = GuildChannel | DmChannel | GroupChannel;

/** Where an interaction in this channel takes place. */
export function contextOf(channel: Channel): InteractionContextType {
  switch (channel.kind) {
    case 'guild_text':
      return InteractionContextType.Guild;
    case 'dm':
      return InteractionContextType.BotDM;
    case 'group':
      return InteractionContextType.PrivateChannel;
  }
}
