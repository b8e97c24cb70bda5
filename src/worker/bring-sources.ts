import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, RiffError } from '../errors.ts';
import type { ResultStore } from '../queue/ports.ts';
import { type RiffEngine, resultName, uploadName } from '../riff/engine.ts';
import { sourcesOf } from '../riff/origin.ts';
import type { RiffRequest } from '../riff/request.ts';
import { writeFileAtomically } from '../system/atomic-file.ts';

/**
 * An engine that first copies the sources of a riff from the store into its folder, for machines that do not keep the
 * results themselves. Latents that the store no longer has are rendered again.
 */
export function bringingSources(
  engine: RiffEngine,
  store: Pick<ResultStore, 'readSource'>,
  folder: string,
): RiffEngine {
  return {
    describe: () => engine.describe(),
    close: () => engine.close(),
    async render(jobId, request, options) {
      const paths = await bring(jobId, request, store, folder);
      try {
        return await engine.render(jobId, request, options);
      } finally {
        // If another render needs the same latents and finds them gone, it renders them again.
        for (const path of paths) await rm(path, { force: true }).catch(() => {});
      }
    },
  };
}

/** Rejects with RiffError('engine_unavailable') where the store cannot be read: the request is not at fault. */
async function bring(
  jobId: string,
  request: RiffRequest,
  store: Pick<ResultStore, 'readSource'>,
  folder: string,
): Promise<readonly string[]> {
  const paths: string[] = [];
  try {
    for (const source of sourcesOf(request)) {
      const wanted = wantedOf(source, jobId);
      const bytes = wanted && (await store.readSource(wanted.jobId, wanted.kind));
      if (!bytes) continue;
      const path = join(folder, wanted.name);
      await writeFileAtomically(path, bytes, 0o600);
      paths.push(path);
    }
    return paths;
  } catch (cause) {
    const message = `expected what the riff goes on from, got: ${messageOf(cause)}`;
    throw new RiffError('engine_unavailable', message, { cause });
  }
}

interface Wanted {
  readonly jobId: string;
  readonly kind: 'latents' | 'upload';
  /** In the engine's folder. */
  readonly name: string;
}

/** The file of a source; null: it is in the request itself, or rendered again. A job may use only its own upload. */
function wantedOf(source: ReturnType<typeof sourcesOf>[number], jobId: string): Wanted | null {
  if ('upload' in source) return { jobId, kind: 'upload', name: uploadName(jobId) };
  if ('sound' in source || source.jobId === undefined) return null;
  return { jobId: source.jobId, kind: 'latents', name: resultName(source.jobId, 'latents') };
}
