import { RiffError } from '../errors.ts';
import type { Job } from '../queue/job.ts';
import type { RiffQueue } from '../queue/riff-queue.ts';
import type { RiffFiles } from '../riff/engine.ts';
import type { LocalDiscord } from './local-discord.ts';

/** The example of the README. The fixed seed makes the first riff the same everywhere. */
const FIRST_RIFF = { prompt: 'jazz piano', negative: 'vocals', seed: 7 } as const;

/**
 * Mika asks for a riff in #music, as anybody in the page would: the newcomer finds it there when the page opens.
 * Resolves with its files; rejects with RiffError when the render fails.
 */
export async function playFirstRiff(local: LocalDiscord, queue: RiffQueue): Promise<RiffFiles> {
  const { promise, resolve, reject } = Promise.withResolvers<RiffFiles>();
  const offs = [
    queue.on('rendered', (_, files) => resolve(files)),
    queue.on('failed', (job) => reject(new RiffError('engine_failed', reasonOf(job)))),
  ];
  try {
    local.actAs('mika').command('riff', FIRST_RIFF);
    return await promise;
  } finally {
    for (const off of offs) off();
  }
}

function reasonOf({ state }: Job): string {
  return state.kind === 'failed' ? state.reason : `the first riff ended as ${state.kind}`;
}
