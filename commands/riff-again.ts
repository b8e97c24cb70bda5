import { UserError } from '../src/errors.ts';
import { inLocale } from '../src/messages/languages.ts';
import { remixTexts } from '../src/messages/remix.ts';
import { filesOf, type Job } from '../src/queue/job.ts';
import { requestOfRecipe } from '../src/render/recipe-file.ts';
import { uploadOf } from '../src/riff/origin.ts';
import type { RiffRequest } from '../src/riff/request.ts';

/**
 * The request that makes the same riff again. For a rendered riff it comes from the recipe, which holds the latents of an
 * uploaded sound. Throws UserError, in the reader's language, if it was not rendered and its sound is gone.
 */
export function requestAgain(job: Job, locale: string): RiffRequest {
  const files = filesOf(job);
  if (files) return requestOfRecipe(files.recipe);
  if (uploadOf(job.request)) throw new UserError(inLocale(remixTexts, locale).soundGone);
  return job.request;
}
