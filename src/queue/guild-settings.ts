import { z } from 'zod';
import { PROFILE_NAMES, REQUEST_LIMITS } from '../riff/request.ts';

/** What a server may set its own limits to; the operator's hold where they are lower. */
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
  /** Quality or speed, where the request does not say. */
  profile: z.enum(PROFILE_NAMES).nullable(),
  /** Words, phrases and patterns with * and ?. */
  blockedWords: z.array(z.string()).readonly(),
  modLogChannelId: z.string().nullable(),
};

const settingsSchema = z.object(FIELDS).readonly();

/** What a server decides for itself. Null: the bot's own default holds. */
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

/** Settings from outside: a field that is missing gets its default, so does one that is no setting; `unusable` names those. */
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

/** Throws RiffError('store_failed') where the file cannot be read or written. */
export interface GuildSettingsStore {
  /** Defaults where the guild never said anything. */
  get(guildId: string): GuildSettings;
  /** Changes only the named fields; returns the whole. */
  update(guildId: string, changes: Partial<GuildSettings>): GuildSettings;
  /** Back to the defaults, nothing is kept. */
  reset(guildId: string): void;
}

function limit({ min, max }: { readonly min: number; readonly max: number }) {
  return z.int().min(min).max(max).nullable();
}
