import type { SqliteDatabase } from './sqlite.ts';

/** One act of a moderator, an administrator or the owner. */
export interface AuditEntry {
  /** Null: outside of guilds. */
  readonly guildId: string | null;
  /** User id of who did it. */
  readonly actorId: string;
  /** The verb as it was typed: `queue remove`, `settings`, … */
  readonly action: string;
  readonly targetUserId: string | null;
  readonly jobId: string | null;
  readonly reason: string;
  /** Epoch ms. */
  readonly at: number;
}

/** Throws RiffError('store_failed') where the file cannot be read or written. */
export interface AuditTrail {
  record(entry: AuditEntry): void;
  /** Newest first. */
  newest(guildId: string | null, limit: number): readonly AuditEntry[];
}

export class SqliteAuditTrail implements AuditTrail {
  readonly #db: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#db = database;
  }

  record(entry: AuditEntry): void {
    this.#db.run(
      `INSERT INTO audit_trail (guild_id, actor_id, action, target_user_id, job_id, reason, at)
       VALUES (:guildId, :actorId, :action, :targetUserId, :jobId, :reason, :at)`,
      { ...entry },
    );
  }

  newest(guildId: string | null, limit: number): readonly AuditEntry[] {
    const rows = this.#db.all<AuditEntry>(
      `SELECT guild_id AS guildId, actor_id AS actorId, action, target_user_id AS targetUserId,
         job_id AS jobId, reason, at
       FROM audit_trail WHERE guild_id IS :guildId ORDER BY seq DESC LIMIT :limit`,
      { guildId, limit },
    );
    return rows.map((row) => ({ ...row }));
  }
}
