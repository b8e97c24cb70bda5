import type { AuditEntry, AuditTrail, Block, BlockList } from '../queue/ports.ts';
import type { SqlDatabase } from './sql.ts';

/** `guild_id` is `*` for all guilds; a NULL in a primary key would let one user be blocked twice. */
const EVERYWHERE = '*';
const COLUMNS = `user_id AS "userId", nullif(guild_id, '${EVERYWHERE}') AS "guildId", reason, by,
  created_at AS "createdAt", until`;
const HOLDS = '(until IS NULL OR until > :now)';

const BLOCK = `
  INSERT INTO blocks (user_id, guild_id, reason, by, created_at, until)
  VALUES (:userId, :guild, :reason, :by, :createdAt, :until)
  ON CONFLICT (user_id, guild_id) DO UPDATE SET
    reason = excluded.reason, by = excluded.by, created_at = excluded.created_at, until = excluded.until`;
const UNBLOCK = 'DELETE FROM blocks WHERE user_id = :userId AND guild_id = :guild';
const FIND = `
  SELECT ${COLUMNS} FROM blocks WHERE user_id = :userId AND guild_id IN ('${EVERYWHERE}', :guild) AND ${HOLDS}
  ORDER BY guild_id = '${EVERYWHERE}' DESC LIMIT 1`;
const LIST = `
  SELECT ${COLUMNS} FROM blocks WHERE guild_id = :guild AND ${HOLDS} ORDER BY created_at DESC, user_id`;

export class SqlBlockList implements BlockList {
  readonly #db: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#db = database;
  }

  async block({ userId, guildId, reason, by, createdAt, until }: Block): Promise<void> {
    const guild = guildId ?? EVERYWHERE;
    await this.#db.run(BLOCK, { userId, guild, reason, by, createdAt, until });
  }

  async unblock(userId: string, guildId: string | null): Promise<boolean> {
    return (await this.#db.run(UNBLOCK, { userId, guild: guildId ?? EVERYWHERE })) > 0;
  }

  async find(userId: string, guildId: string | null, now: number): Promise<Block | null> {
    const row = await this.#db.get<Block>(FIND, { userId, guild: guildId ?? EVERYWHERE, now });
    return row && { ...row };
  }

  async list(guildId: string | null, now: number): Promise<readonly Block[]> {
    const rows = await this.#db.all<Block>(LIST, { guild: guildId ?? EVERYWHERE, now });
    return rows.map((row) => ({ ...row }));
  }
}

const RECORD = `
  INSERT INTO audit_trail (guild_id, actor_id, action, target_user_id, job_id, reason, detail, at)
  VALUES (:guildId, :actorId, :action, :targetUserId, :jobId, :reason, :detail, :at)`;
const NEWEST = `
  SELECT guild_id AS "guildId", actor_id AS "actorId", action, target_user_id AS "targetUserId", job_id AS "jobId",
    reason, detail, at
  FROM audit_trail WHERE guild_id = :guildId OR (guild_id IS NULL AND CAST(:guildId AS TEXT) IS NULL)
  ORDER BY seq DESC LIMIT :limit`;

export class SqlAuditTrail implements AuditTrail {
  readonly #db: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#db = database;
  }

  async record(entry: AuditEntry): Promise<void> {
    await this.#db.run(RECORD, { ...entry });
  }

  async newest(guildId: string | null, limit: number): Promise<readonly AuditEntry[]> {
    const rows = await this.#db.all<AuditEntry>(NEWEST, { guildId, limit });
    return rows.map((row) => ({ ...row }));
  }
}
