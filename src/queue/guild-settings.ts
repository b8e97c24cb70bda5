import type { ProfileName } from '../riff/request.ts';

/** What a server decides for itself. Null: the bot's own default holds. */
export interface GuildSettings {
  /** Empty: it may answer everywhere. */
  readonly allowedChannelIds: readonly string[];
  readonly perUserWaiting: number | null;
  readonly perGuildWaiting: number | null;
  /** Accepted jobs in any 60 minutes. */
  readonly perUserPerHour: number | null;
  readonly maxSteps: number | null;
  /** Between exactness and speed, where nobody says otherwise. */
  readonly profile: ProfileName | null;
  /** Words, phrases and patterns with * and ?. */
  readonly blockedWords: readonly string[];
  readonly modLogChannelId: string | null;
}

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

/** Throws RiffError('store_failed') where the file cannot be read or written. */
export interface GuildSettingsStore {
  /** Defaults where the guild never said anything. */
  get(guildId: string): GuildSettings;
  /** Changes only the named fields; returns the whole. */
  update(guildId: string, changes: Partial<GuildSettings>): GuildSettings;
  /** Back to the defaults, nothing is kept. */
  reset(guildId: string): void;
}
