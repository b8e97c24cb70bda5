import type { Clock } from '../clock.ts';
import { reasonTexts } from '../messages/reasons.ts';
import type { Job } from './job.ts';
import type { QueueLog } from './ports.ts';
import { randomId } from './random-id.ts';

export const DAMAGED_CODE = 'damaged';
export const DAMAGED_REASON = reasonTexts.en.damaged;

interface Parts {
  readonly clock: Clock;
  readonly log: Pick<QueueLog, 'error'>;
}

/** Logs and returns a failed job for one whose row is damaged, built from the copy that this process has. */
export function damagedJob(job: Job, { clock, log }: Parts): Job {
  const failure = { code: DAMAGED_CODE, reason: DAMAGED_REASON, errorId: randomId(6) };
  log.error({ jobId: job.id, ...failure }, 'what is stored of a job under way is damaged');
  return { ...job, state: { kind: 'failed', ...failure, failedAt: clock.now() } };
}
