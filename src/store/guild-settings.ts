import type { ProfileName } from '../render/riff-request.ts';
import type { SqliteDatabase } from './sqlite.ts';

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

export class SqliteGuildSettings implements GuildSettingsStore {
  readonly #db: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#db = database;
  }

  get(guildId: string): GuildSettings {
    const row = this.#db.get<{ settings: string }>(
      'SELECT settings FROM guild_settings WHERE guild_id = :guildId',
      { guildId },
    );
    return { ...DEFAULT_GUILD_SETTINGS, ...(row ? JSON.parse(row.settings) : {}) };
  }

  update(guildId: string, changes: Partial<GuildSettings>): GuildSettings {
    return this.#db.transaction(() => {
      const settings = { ...this.get(guildId), ...changes };
      this.#db.run(
        `INSERT INTO guild_settings (guild_id, settings) VALUES (:guildId, :settings)
         ON CONFLICT (guild_id) DO UPDATE SET settings = excluded.settings`,
        { guildId, settings: JSON.stringify(settings) },
      );
      return settings;
    });
  }

  reset(guildId: string): void {
    this.#db.run('DELETE FROM guild_settings WHERE guild_id = :guildId', { guildId });
  }
}
