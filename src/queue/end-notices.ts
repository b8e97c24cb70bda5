/** Remembers across restarts whose users were told that their job failed or was cancelled. */
export interface EndNotices {
  /** The user was notified, or cannot be reached. */
  markNotified(jobId: string, now: number): Promise<void>;
}
