import { UserError } from '../src/errors.ts';
import { inLocale } from '../src/messages/languages.ts';
import { remixTexts } from '../src/messages/remix.ts';
import { filesOf, type Job } from '../src/queue/job.ts';
import { requestOfRecipe } from '../src/render/recipe-file.ts';
import { uploadOf } from '../src/riff/origin.ts';
import type { RiffRequest } from '../src/riff/request.ts';

/**
 * What asks for the same riff once more: its recipe once it was rendered, which holds what its sound was heard as. Throws
 * UserError, in the reader's language, for a riff that was not rendered and whose sound is gone.
 */
export function requestAgain(job: Job, locale: string): RiffRequest {
  const files = filesOf(job);
  if (files) return requestOfRecipe(files.recipe);
  if (uploadOf(job.request)) throw new UserError(inLocale(remixTexts, locale).soundGone);
  return job.request;
}
