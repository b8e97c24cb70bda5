import type { QueueLog } from '../../queue/contract.ts';
import {
  GUILD_SETTING_NAMES,
  type GuildSettings,
  type GuildSettingsStore,
  readGuildSettings,
} from '../../queue/guild-settings.ts';
import type { SqliteDatabase } from './sqlite.ts';

export class SqliteGuildSettings implements GuildSettingsStore {
  readonly #db: SqliteDatabase;
  readonly #log: QueueLog;
  /** Guilds whose unusable settings were logged. */
  readonly #reported = new Set<string>();

  constructor(database: SqliteDatabase, log: QueueLog) {
    this.#db = database;
    this.#log = log;
  }

  async get(guildId: string): Promise<GuildSettings> {
    return this.#read(guildId);
  }

  async update(guildId: string, changes: Partial<GuildSettings>): Promise<GuildSettings> {
    return this.#db.transaction(() => {
      const settings = { ...this.#read(guildId), ...changes };
      this.#db.run(
        `INSERT INTO guild_settings (guild_id, settings) VALUES (:guildId, :settings)
         ON CONFLICT (guild_id) DO UPDATE SET settings = excluded.settings`,
        { guildId, settings: JSON.stringify(settings) },
      );
      return settings;
    });
  }

  async reset(guildId: string): Promise<void> {
    this.#db.run('DELETE FROM guild_settings WHERE guild_id = :guildId', { guildId });
  }

  #read(guildId: string): GuildSettings {
    const row = this.#db.get<{ settings: string }>(
      'SELECT settings FROM guild_settings WHERE guild_id = :guildId',
      { guildId },
    );
    const { settings, unusable } = readGuildSettings(parsed(row?.settings));
    if (unusable.length > 0 && !this.#reported.has(guildId)) {
      this.#reported.add(guildId);
      this.#log.error({ guildId, unusable }, 'unusable settings of a server: the defaults hold instead');
    }
    return settings;
  }
}

/** A row that is no JSON is read as if it said nothing in every field. */
function parsed(settings: string | undefined): unknown {
  try {
    return JSON.parse(settings ?? '{}');
  } catch {
    return Object.fromEntries(GUILD_SETTING_NAMES.map((name) => [name, undefined]));
  }
}
