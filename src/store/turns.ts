import * as sql from './job-statements.ts';
import { run, type Steps } from './sql.ts';

/**
 * The user goes to the end, with all their waiting jobs but those that keep the turn they had. Run it alone, so that no job
 * comes in with the turn before.
 */
export function* takeTurn(userId: string): Steps<void> {
  yield* run(sql.TAKE_TURN, { userId });
  yield* run(sql.COPY_TURN, { userId });
}
