import type { LocalDiscord } from 'local-discord';
import { RiffError } from '../errors.ts';
import { noticeText } from '../messages/notices.ts';
import type { Job } from '../queue/job.ts';
import type { RiffQueue } from '../queue/riff-queue.ts';
import type { RiffFiles } from '../riff/engine.ts';

/** The example of the README. The fixed seed makes the first riff the same everywhere. */
const FIRST_RIFF = { prompt: 'jazz piano', negative: 'vocals', seed: 7 } as const;

/**
 * Lets the user Mika ask for a riff in an empty #music, so that the newcomer finds one when the page opens. Resolves with
 * its files, or with null if the channel has messages of an earlier run.
 * Rejects with RiffError when there is no riff.
 */
export async function makeFirstRiff(local: LocalDiscord, queue: RiffQueue): Promise<RiffFiles | null> {
  if (local.messages('music').length > 0) return null;
  const { promise, resolve, reject } = Promise.withResolvers<RiffFiles>();
  const { token } = local.actAs('mika').command('riff', FIRST_RIFF);
  // Jobs of an earlier run go on at the same time.
  const isFirst = (job: Job): boolean => job.target.interactionToken === token;
  const fail = (reason: string): void => reject(new RiffError('engine_failed', `first riff: ${reason}`));
  const offs = [
    queue.on('rendered', (job, files) => isFirst(job) && resolve(files)),
    queue.on('failed', (job) => isFirst(job) && fail(reasonOf(job))),
    queue.on(
      'answered',
      (admission) => admission.kind === 'refused' && fail(noticeText(admission.notice, 'en')),
    ),
  ];
  try {
    return await promise;
  } finally {
    for (const off of offs) off();
  }
}

function reasonOf({ state }: Job): string {
  return state.kind === 'failed' ? state.reason : `it ended as ${state.kind}`;
}
