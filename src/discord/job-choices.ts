import type { Job } from '../queue/job.ts';
import type { Choice } from './command.ts';
import { plainText } from './safe-text.ts';

/** Discord's limit on suggestions. */
const MAX_CHOICES = 25;
const NAME_LENGTH = 100;

/** Suggestions: the jobs whose name contains the typed text. */
export function jobChoices(jobs: readonly Job[], typed: string): readonly Choice[] {
  return jobs
    .map(({ id, request, state }) => ({
      name: plainText(`${state.kind}: ${request.prompt}`, NAME_LENGTH),
      value: id,
    }))
    .filter(({ name }) => name.toLowerCase().includes(typed.toLowerCase()))
    .slice(0, MAX_CHOICES);
}
