import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { reasonTexts } from '../messages/reasons.ts';
import type { SourceFiles } from '../render/paint-request.ts';
import { resultName } from '../riff/engine.ts';

/** Reads what riffs go on from in the folder of results. Throws UserError for an upload that is gone. */
export function sourceFiles(folder: string): SourceFiles {
  return {
    // Latents that cannot be read are rendered again.
    latents: (jobId) => readFile(join(folder, resultName(jobId, 'latents'))).catch(() => null),
    upload: (name) =>
      readFile(join(folder, name)).catch((cause) => {
        throw new UserError(reasonTexts.en.soundGone, { cause });
      }),
  };
}
