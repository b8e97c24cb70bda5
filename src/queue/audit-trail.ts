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
