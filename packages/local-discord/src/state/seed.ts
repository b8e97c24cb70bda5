import { PermissionFlagsBits } from 'discord-api-types/v10';
import type { PremiumTier } from './entities.ts';

export interface ApplicationSeed {
  readonly name: string;
  readonly description?: string;
  /** An SVG of 96 × 96 units; default: the name's first letter. */
  readonly avatar?: string;
}

export interface UserSeed {
  /** The display name; in lower case it is the user name, by which `actAs` finds the user. */
  readonly name: string;
  /** Hue of the generated avatar, in degrees. */
  readonly hue?: number;
  /** Default en-US. */
  readonly locale?: string;
}

export interface RoleSeed {
  readonly name: string;
  /** Bits of `PermissionFlagsBits`, added to those of everyone. */
  readonly permissions: bigint;
  /** 0xRRGGBB */
  readonly color?: number;
}

export interface GuildSeed {
  readonly name: string;
  /** User name. */
  readonly owner: string;
  /** Boost level, 0 to 3; from 2 on, files may be larger. Default 0. */
  readonly premiumTier?: PremiumTier;
  /** Default en-US. */
  readonly locale?: string;
  readonly channels: readonly { readonly name: string; readonly topic?: string }[];
  readonly roles?: readonly RoleSeed[];
  /** User name → names of roles. */
  readonly members: Readonly<Record<string, readonly string[]>>;
}

/** A private channel between users; the bot is no member and answers only through interaction tokens. */
export interface GroupSeed {
  readonly name: string;
  /** User names; the first is the owner. */
  readonly members: readonly string[];
}

/** Who and what exists at the start. Ids follow from the order, so they are the same in every run. */
export interface Seed {
  readonly application: ApplicationSeed;
  readonly users: readonly UserSeed[];
  /** The page shows the first one. */
  readonly guilds: readonly GuildSeed[];
  readonly groups: readonly GroupSeed[];
}

/** Two members, a moderator and an administrator, with a second guild and a group. */
export const DEFAULT_SEED: Seed = {
  application: { name: 'Bot' },
  users: [
    { name: 'Mika', hue: 28 },
    { name: 'Noor', hue: 265 },
    { name: 'Sol', hue: 160 },
    { name: 'Ada', hue: 338 },
  ],
  guilds: [
    {
      name: 'Local guild',
      owner: 'ada',
      channels: [{ name: 'general', topic: 'Type / for the commands' }, { name: 'random' }],
      roles: [
        { name: 'Moderator', permissions: PermissionFlagsBits.ManageMessages, color: 0x2f9e7f },
        { name: 'Admin', permissions: PermissionFlagsBits.Administrator, color: 0xc2557a },
      ],
      members: { mika: [], noor: [], sol: ['Moderator'], ada: ['Admin'] },
    },
    { name: 'Elsewhere', owner: 'noor', channels: [{ name: 'elsewhere' }], members: { noor: [], mika: [] } },
  ],
  groups: [{ name: 'Group', members: ['mika', 'noor'] }],
};

/** A guild of all these users, owned by the first one. */
export function defaultGuild(users: readonly UserSeed[]): GuildSeed {
  const names = users.map(({ name }) => name.toLowerCase());
  return {
    name: 'Local guild',
    owner: names[0] ?? '',
    channels: [{ name: 'general' }],
    members: Object.fromEntries(names.map((name) => [name, []])),
  };
}
