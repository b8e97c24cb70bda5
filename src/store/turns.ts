import * as sql from './job-statements.ts';
import { run, type Steps } from './sql.ts';

/** Whose turn it is changes in these two steps; run them alone, so that no job comes in with the turn before. */

/** The user goes to the end. */
export function* takeTurn(userId: string): Steps<void> {
  yield* run(sql.TAKE_TURN, { userId });
  yield* run(sql.COPY_TURN, { userId });
}

/** The user stands where they stood before `turn` was taken. Call it when the job waits again. */
export function* giveTurnBack(userId: string, turn: number): Steps<void> {
  yield* run(sql.GIVE_TURN_BACK, { userId, turn });
  yield* run(sql.COPY_TURN, { userId });
}
