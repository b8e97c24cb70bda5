/** Shown to the user by `/forget`. */
export interface Holdings {
  /** Jobs with their prompts, seeds and reply targets. */
  readonly jobs: number;
  /** Pictures and sounds on disk. */
  readonly files: number;
}

/** What was deleted. */
export interface Deletion extends Holdings {
  readonly auditEntries: number;
}

/** Throws RiffError('store_failed') where the store cannot be read or written, or the system's error for a file. */
export interface Retention {
  /** How many jobs `deleteOlderThan` would delete. */
  countOlderThan(before: number): Promise<number>;
  /** Finished jobs, their files and audit entries from before the moment (epoch ms). Never what still waits or runs. */
  deleteOlderThan(before: number): Promise<Deletion>;
  /**
   * All jobs and files of a user but a running one (cancel it first: RiffQueue.forgetUser does).
   * Blocks and the audit trail stay, so that forgetting does not lift them. So do the times of acceptance, which
   * hold the hourly limit and go with the first job accepted an hour later, and the turn: the user is the one served
   * last, not one who was never served.
   */
  forgetUser(userId: string): Promise<Deletion>;
  /** What is kept of a user, in any state. */
  holdingsOf(userId: string): Promise<Holdings>;
  /** The newest moment (epoch ms) that is known to be past: of the last sweep, else of the newest entry; null: neither. */
  lastSweep(): Promise<number | null>;
  /** Keeps the moment of a sweep; an earlier one than the last changes nothing. */
  noteSweep(at: number): Promise<void>;
}
