import { UserError } from '../errors.ts';
import { type Source, sourcesOf, withSources } from './origin.ts';
import type { RiffRequest } from './request.ts';

/**
 * A request from a file, which anybody may have written, without references to stored latents or uploads: what it goes on
 * from is rendered again from the recipes in it. `name`: the file's, for the message. Throws UserError if the request
 * begins with a sound that the file does not contain.
 */
export function detached(name: string, request: RiffRequest): RiffRequest {
  return withSources(
    request,
    sourcesOf(request).map((source) => detachedSource(name, source)),
  );
}

function detachedSource(name: string, source: Source<RiffRequest>): Source<RiffRequest> {
  if ('riff' in source) return { riff: detached(name, source.riff) };
  if ('sound' in source) return source;
  throw new UserError([{ kind: 'recipeWithoutSound', name }]);
}
