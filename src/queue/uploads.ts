/** Sounds of users wait beside the results for as long as their jobs wait or run. */
import { messageOf } from '../errors.ts';
import { uploadOf } from '../riff/origin.ts';
import type { RiffQueueOptions } from './contract.ts';
import type { Job, Refused } from './job.ts';
import type { LimitCheck, NewJob, WaitingJob } from './job-store.ts';

/**
 * Keeps sounds, by job id, then inserts the jobs: a job that is stored may be claimed at once. Those of jobs that did not come
 * in are deleted again.
 */
export async function insertWithUploads(
  jobs: readonly NewJob[],
  check: LimitCheck,
  sounds: ReadonlyMap<string, Uint8Array>,
  { store, uploads }: Pick<RiffQueueOptions, 'store' | 'uploads'>,
): Promise<readonly WaitingJob[] | Refused> {
  let areIn = false;
  try {
    for (const [jobId, wav] of sounds) await uploads?.keepUpload(jobId, wav);
    const inserted = await store.insert(jobs, check);
    areIn = !('kind' in inserted);
    return inserted;
  } finally {
    if (!areIn) for (const jobId of sounds.keys()) await uploads?.deleteUpload(jobId).catch(() => {});
  }
}

/** A job that has ended needs its sound no more: what it was made from stands in its recipe. */
export function uploadDropper({ uploads, log }: RiffQueueOptions): (job: Job) => void {
  return ({ id, request }) => {
    if (!uploads || !uploadOf(request)) return;
    uploads.deleteUpload(id).catch((error: unknown) => {
      log.warn({ jobId: id, error: messageOf(error) }, 'an uploaded sound could not be deleted yet');
    });
  };
}
