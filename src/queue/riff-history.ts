import type { RiffRequest } from '../riff/request.ts';
import type { Job } from './job.ts';

export type FinishedJob = Job & { readonly state: { readonly kind: 'done' } };

/** A finished riff among those of its user. */
export interface HistoryEntry {
  readonly job: FinishedJob;
  readonly isFavourite: boolean;
  /** 1: the newest of them. */
  readonly number: number;
  readonly total: number;
}

/** Which riff: the newest, a named one, or the next to a named one. */
export type HistoryStep =
  | { readonly kind: 'newest' }
  | { readonly kind: 'at' | 'newer' | 'older'; readonly jobId: string };

/** What a user asked for. Rejects with RiffError('store_failed') where the store cannot be read or written. */
export interface RiffHistory {
  /** At most `limit`, the newest first. Without those that are damaged. */
  recentRequests(userId: string, limit: number): Promise<readonly RiffRequest[]>;
  /** At most `limit` of the user's finished riffs, the newest first. */
  recentRiffs(userId: string, limit: number): Promise<readonly Job[]>;
  /** Among the finished riffs of the user, or their favourites alone. Null: there is none. */
  find(userId: string, step: HistoryStep, favouritesOnly: boolean): Promise<HistoryEntry | null>;
  /**
   * `since`: epoch ms; null: no favourite any more. `full`: the user has `most` others. `unknown`: no finished riff of the
   * user. Favourites are kept beyond the retention period.
   */
  setFavourite(
    userId: string,
    jobId: string,
    since: number | null,
    most: number,
  ): Promise<'set' | 'full' | 'unknown'>;
}
