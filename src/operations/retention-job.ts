import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Retention } from '../queue/ports.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface RetentionJobOptions {
  readonly retention: Retention;
  /** 0: nothing is ever deleted. */
  readonly retentionDays: number;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Deletes everything older than the retention period, now and every day. Returns the function that stops it.
 * A wrong date cannot delete everything: a sweep trusts the clock up to two days after the last sweep, and up to one day
 * after that of an earlier process.
 */
export function startRetentionJob(options: RetentionJobOptions): () => void {
  const { retentionDays, clock, log } = options;
  if (retentionDays === 0) return () => {};
  let cancel = () => {};
  const run = async (isFirst: boolean) => {
    cancel = clock.after(DAY_MS, () => void run(false));
    try {
      await sweep(options, isFirst);
    } catch (error) {
      log.error({ error: messageOf(error) }, 'old riffs could not be deleted');
    }
  };
  void run(true);
  return () => cancel();
}

async function sweep(
  { retention, retentionDays, clock, log }: RetentionJobOptions,
  isFirst: boolean,
): Promise<void> {
  const now = clock.now();
  const last = (await retention.lastSweep()) ?? now;
  // Only the clock, which may be wrong, says how long the process was down.
  const stepMs = isFirst ? Math.min(Math.max(now - last, 0), DAY_MS) : 2 * DAY_MS;
  const trusted = Math.min(now, last + stepMs);
  const before = trusted - retentionDays * DAY_MS;
  if (trusted < now) {
    const kept = await retention.countOlderThan(now - retentionDays * DAY_MS);
    log.warn(
      { now, lastSweep: last, kept },
      'the clock is far ahead of the last sweep: old riffs are deleted over the next days',
    );
  }
  const jobs = await retention.countOlderThan(before);
  if (jobs > 0) log.info({ jobs, before }, 'old riffs are being deleted');
  const deleted = await retention.deleteOlderThan(before);
  await retention.noteSweep(trusted);
  if (deleted.jobs > 0) log.info(deleted, 'old riffs deleted');
}
