import {
  DEFAULT_GUILD_SETTINGS,
  type GuildSettings,
  type GuildSettingsStore,
} from '../../queue/guild-settings.ts';
import type { SqliteDatabase } from './sqlite.ts';

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
