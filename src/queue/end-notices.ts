import type { Job } from './job.ts';

/** Which users still have to hear that their job failed or was cancelled; it outlives restarts. */
export interface EndNotices {
  /** Failed and cancelled jobs whose user was not told yet, oldest first. */
  pending(): Promise<readonly Job[]>;
  /** The user was told, or cannot be. */
  markNotified(jobId: string, now: number): Promise<void>;
}
