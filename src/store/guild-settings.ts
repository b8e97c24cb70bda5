import {
  DEFAULT_GUILD_SETTINGS,
  GUILD_SETTING_NAMES,
  type GuildSettings,
  type GuildSettingsStore,
  readGuildSettings,
} from '../queue/guild-settings.ts';
import type { QueueLog } from '../queue/ports.ts';
import type { SqlDatabase } from './sql.ts';

const GET = 'SELECT settings FROM guild_settings WHERE guild_id = :guildId';
const PUT = `
  INSERT INTO guild_settings (guild_id, settings) VALUES (:guildId, :settings)
  ON CONFLICT (guild_id) DO UPDATE SET settings = excluded.settings`;
const DELETE = 'DELETE FROM guild_settings WHERE guild_id = :guildId';

interface Row {
  readonly settings: string;
}

export class SqlGuildSettings implements GuildSettingsStore {
  readonly #db: SqlDatabase;
  readonly #log: QueueLog;
  /** Guilds whose unusable settings were logged. */
  readonly #reported = new Set<string>();

  constructor(database: SqlDatabase, log: QueueLog) {
    this.#db = database;
    this.#log = log;
  }

  async get(guildId: string | null): Promise<GuildSettings> {
    if (guildId === null) return DEFAULT_GUILD_SETTINGS;
    return this.#read(guildId, await this.#db.get<Row>(GET, { guildId }));
  }

  update(guildId: string, changes: Partial<GuildSettings>): Promise<GuildSettings> {
    return this.#db.transactAlone(async (tx) => {
      const known = this.#read(guildId, await tx.get<Row>(GET, { guildId }));
      const settings = { ...known, ...changes };
      await tx.run(PUT, { guildId, settings: JSON.stringify(settings) });
      return settings;
    });
  }

  async reset(guildId: string): Promise<void> {
    await this.#db.run(DELETE, { guildId });
  }

  #read(guildId: string, row: Row | null): GuildSettings {
    if (row === null) return DEFAULT_GUILD_SETTINGS;
    const { settings, unusable } = readGuildSettings(parsed(row.settings));
    if (unusable.length > 0 && !this.#reported.has(guildId)) {
      this.#reported.add(guildId);
      this.#log.error({ guildId, unusable }, 'unusable settings of a server: the defaults hold instead');
    }
    return settings;
  }
}

/** A row that is not JSON is read as if every field were missing. */
function parsed(settings: string): unknown {
  try {
    return JSON.parse(settings);
  } catch {
    return Object.fromEntries(GUILD_SETTING_NAMES.map((name) => [name, undefined]));
  }
}
