import type { Block, BlockList } from '../../queue/block-list.ts';
import type { SqliteDatabase } from './sqlite.ts';

/** `guild_id` is `*` for all guilds; a NULL in a primary key would let one user be blocked twice. */
const EVERYWHERE = '*';
const COLUMNS = `user_id AS userId, nullif(guild_id, '${EVERYWHERE}') AS guildId, reason, by,
  created_at AS createdAt, until`;
const HOLDS = '(until IS NULL OR until > :now)';

export class SqliteBlockList implements BlockList {
  readonly #db: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#db = database;
  }

  async block(block: Block): Promise<void> {
    const { userId, guildId, reason, by, createdAt, until } = block;
    this.#db.run(
      `INSERT OR REPLACE INTO blocks (user_id, guild_id, reason, by, created_at, until)
       VALUES (:userId, :guild, :reason, :by, :createdAt, :until)`,
      { userId, guild: guildId ?? EVERYWHERE, reason, by, createdAt, until },
    );
  }

  async unblock(userId: string, guildId: string | null): Promise<boolean> {
    const guild = guildId ?? EVERYWHERE;
    return (
      this.#db.run('DELETE FROM blocks WHERE user_id = :userId AND guild_id = :guild', { userId, guild }) > 0
    );
  }

  async find(userId: string, guildId: string | null, now: number): Promise<Block | null> {
    const row = this.#db.get<Block>(
      `SELECT ${COLUMNS} FROM blocks
       WHERE user_id = :userId AND guild_id IN ('${EVERYWHERE}', :guild) AND ${HOLDS}
       ORDER BY guild_id = '${EVERYWHERE}' DESC LIMIT 1`,
      { userId, guild: guildId ?? EVERYWHERE, now },
    );
    return row && { ...row };
  }

  async list(guildId: string | null, now: number): Promise<readonly Block[]> {
    const rows = this.#db.all<Block>(
      `SELECT ${COLUMNS} FROM blocks WHERE guild_id = :guild AND ${HOLDS} ORDER BY created_at DESC, user_id`,
      { guild: guildId ?? EVERYWHERE, now },
    );
    return rows.map((row) => ({ ...row }));
  }
}
