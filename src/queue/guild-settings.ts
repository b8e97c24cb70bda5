import { z } from 'zod';
import { PROFILE_NAMES, REQUEST_LIMITS } from '../riff/request.ts';

/** The range of a server's own limits; the operator's limits apply where they are lower. */
export const GUILD_LIMIT_RANGES = {
  perUserWaiting: { min: 1, max: 100 },
  perGuildWaiting: { min: 1, max: 1000 },
  perUserPerHour: { min: 1, max: 1000 },
} as const;

const { steps } = REQUEST_LIMITS;

const FIELDS = {
  /** Empty: it may answer everywhere. */
  allowedChannelIds: z.array(z.string()).readonly(),
  perUserWaiting: limit(GUILD_LIMIT_RANGES.perUserWaiting),
  perGuildWaiting: limit(GUILD_LIMIT_RANGES.perGuildWaiting),
  /** Accepted jobs in any 60 minutes. */
  perUserPerHour: limit(GUILD_LIMIT_RANGES.perUserPerHour),
  maxSteps: limit(steps),
  /** The profile for requests that name none. */
  profile: z.enum(PROFILE_NAMES).nullable(),
  /** Words, phrases and patterns with * and ?. */
  blockedWords: z.array(z.string()).readonly(),
  modLogChannelId: z.string().nullable(),
};

const settingsSchema = z.object(FIELDS).readonly();

/** The settings of a server. Null: the bot's default applies. */
export type GuildSettings = z.infer<typeof settingsSchema>;

export const DEFAULT_GUILD_SETTINGS: GuildSettings = {
  allowedChannelIds: [],
  perUserWaiting: null,
  perGuildWaiting: null,
  perUserPerHour: null,
  maxSteps: null,
  profile: null,
  blockedWords: [],
  modLogChannelId: null,
};

export const GUILD_SETTING_NAMES = Object.keys(DEFAULT_GUILD_SETTINGS) as (keyof GuildSettings)[];

/** Reads stored settings. A missing or invalid field gets its default; `unusable` names the invalid ones. */
export function readGuildSettings(stored: unknown): {
  readonly settings: GuildSettings;
  readonly unusable: readonly string[];
} {
  const given = new Map(typeof stored === 'object' && stored !== null ? Object.entries(stored) : []);
  const unusable = GUILD_SETTING_NAMES.filter(
    (name) => given.has(name) && !FIELDS[name].safeParse(given.get(name)).success,
  );
  for (const name of unusable) given.delete(name);
  const settings = settingsSchema.parse({ ...DEFAULT_GUILD_SETTINGS, ...Object.fromEntries(given) });
  return { settings, unusable };
}

/** Rejects with RiffError('store_failed') where the store cannot be read or written. */
export interface GuildSettingsStore {
  /** The defaults for a guild that has changed nothing, and (null) in DMs. */
  get(guildId: string | null): Promise<GuildSettings>;
  /** Changes only the named fields; returns all settings. */
  update(guildId: string, changes: Partial<GuildSettings>): Promise<GuildSettings>;
  /** Deletes the guild's settings, so that the defaults apply. */
  reset(guildId: string): Promise<void>;
}

function limit({ min, max }: { readonly min: number; readonly max: number }) {
  return z.int().min(min).max(max).nullable();
}
