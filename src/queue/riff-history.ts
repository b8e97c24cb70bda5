import type { RiffRequest } from '../riff/request.ts';

/** What a user asked for. Rejects with RiffError('store_failed') where the store cannot be read or written. */
export interface RiffHistory {
  /** At most `limit`, the newest first. Without those that are damaged. */
  recentRequests(userId: string, limit: number): Promise<readonly RiffRequest[]>;
}
