import type { AuditEntry, AuditTrail } from '../../queue/audit-trail.ts';
import type { SqliteDatabase } from './sqlite.ts';

export class SqliteAuditTrail implements AuditTrail {
  readonly #db: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#db = database;
  }

  async record(entry: AuditEntry): Promise<void> {
    this.#db.run(
      `INSERT INTO audit_trail (guild_id, actor_id, action, target_user_id, job_id, reason, detail, at)
       VALUES (:guildId, :actorId, :action, :targetUserId, :jobId, :reason, :detail, :at)`,
      { ...entry },
    );
  }

  async newest(guildId: string | null, limit: number): Promise<readonly AuditEntry[]> {
    const rows = this.#db.all<AuditEntry>(
      `SELECT guild_id AS guildId, actor_id AS actorId, action, target_user_id AS targetUserId,
         job_id AS jobId, reason, detail, at
       FROM audit_trail WHERE guild_id IS :guildId ORDER BY seq DESC LIMIT :limit`,
      { guildId, limit },
    );
    return rows.map((row) => ({ ...row }));
  }
}
