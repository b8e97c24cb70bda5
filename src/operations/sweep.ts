import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Retention } from '../queue/retention.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface SweepOptions {
  readonly retention: Retention;
  /** 0: nothing is ever deleted. */
  readonly retentionDays: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Deletes what is older than the retention now and every day. Returns the function that ends it. */
export function sweepDaily(options: SweepOptions): () => void {
  const { retention, retentionDays, clock, log } = options;
  if (retentionDays === 0) return () => {};
  let callOff = () => {};
  const sweep = async () => {
    callOff = clock.after(DAY_MS, () => void sweep());
    try {
      const deleted = await retention.deleteOlderThan(clock.now() - retentionDays * DAY_MS);
      if (deleted.jobs > 0) log.info(deleted, 'old riffs deleted');
    } catch (error) {
      log.error({ error: messageOf(error) }, 'old riffs could not be deleted');
    }
  };
  void sweep();
  return () => callOff();
}
