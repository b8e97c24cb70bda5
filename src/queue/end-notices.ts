import type { Job } from './job.ts';

/** Remembers across restarts which users were not yet told that their job failed or was cancelled. */
export interface EndNotices {
  /** Failed and cancelled jobs whose user was not notified yet, oldest first. */
  pending(): Promise<readonly Job[]>;
  /** The user was notified, or cannot be reached. */
  markNotified(jobId: string, now: number): Promise<void>;
}
