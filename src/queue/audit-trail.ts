/** One act of a moderator, an administrator or the owner. */
export interface AuditEntry {
  /** Null: outside of guilds. */
  readonly guildId: string | null;
  /** User id of who did it. */
  readonly actorId: string;
  /** What was used: `queue remove`, `settings steps`, `riff delete`, … */
  readonly action: string;
  readonly targetUserId: string | null;
  readonly jobId: string | null;
  /** As the moderator typed it; empty when none was given. */
  readonly reason: string;
  /** The old and the new value; empty when the action is enough. */
  readonly detail: string;
  /** Epoch ms. */
  readonly at: number;
}

/** Rejects with RiffError('store_failed') where the store cannot be read or written. */
export interface AuditTrail {
  record(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  newest(guildId: string | null, limit: number): Promise<readonly AuditEntry[]>;
}
