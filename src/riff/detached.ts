import { UserError } from '../errors.ts';
import { type Source, sourcesOf, withSources } from './origin.ts';
import type { RiffRequest } from './request.ts';

/**
 * A request out of a file, which anybody may have written: what it goes on from is made again from the recipes in it, and
 * nothing is taken from what is stored here. `name`: what the user calls the file. Throws UserError where it begins with a
 * sound that is not in it.
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
