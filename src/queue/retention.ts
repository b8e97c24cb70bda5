/** Shown to the user by `/forget`. */
export interface Holdings {
  /** Jobs with their prompts, seeds and reply targets. */
  readonly jobs: number;
  /** Pictures, sounds and latents. */
  readonly files: number;
  readonly presets: number;
}

/** What was deleted because of its age. */
export interface Deletion extends Pick<Holdings, 'jobs' | 'files'> {
  readonly auditEntries: number;
}

/** Throws RiffError('store_failed') where the store cannot be read or written, or the system's error for a file. */
export interface Retention {
  /** How many jobs `deleteOlderThan` would delete. */
  countOlderThan(before: number): Promise<number>;
  /**
   * Finished jobs, their files and audit entries from before the moment (epoch ms). Never what still waits or runs, and no
   * favourites.
   */
  deleteOlderThan(before: number): Promise<Deletion>;
  /**
   * Deletes all jobs, files and presets of a user except a running job: cancel it first.
   * Blocks and the audit trail stay, because forgetting must not lift a block. So do the times of acceptance, which
   * the hourly limit needs (deleted with the first job accepted an hour later), and the turn: the user counts as served
   * last, not as never served.
   */
  forgetUser(userId: string): Promise<Holdings>;
  /** Deletes a finished riff of the user with its files. False: there is none. */
  forgetRiff(userId: string, jobId: string): Promise<boolean>;
  /** What is kept of a user, in any state. */
  holdingsOf(userId: string): Promise<Holdings>;
  /** Epoch ms of the last retention run, else of the newest entry; null: neither exists. */
  lastSweep(): Promise<number | null>;
  /** Stores the time of a retention run; one before the last changes nothing. */
  noteSweep(at: number): Promise<void>;
}
