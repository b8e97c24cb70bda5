import type { AuditEntry, AuditTrail } from '../queue/audit-trail.ts';
import type { SqlDatabase } from './sql.ts';

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
