import { type ErrorCode, messageOf, RiffError } from '../errors.ts';
import { reasonTexts } from '../messages/reasons.ts';

export type Decision =
  /** `countsAttempt` false: the attempt does not count against the job. */
  | { readonly kind: 'retry'; readonly delayMs: number; readonly countsAttempt: boolean }
  | { readonly kind: 'fail'; readonly code: string; readonly reason: string };

/** A job whose render crashed the engine this often is not rendered again. */
export const MAX_ATTEMPTS = 3;
/** By the number of attempts so far: the first retry at once, the second after the machine had time to recover. */
const RETRY_DELAYS_MS = [0, 30_000];

/** A job is given up after the bot died this often during its render; high, because the riff is seldom the cause. */
export const MAX_BOT_DEATHS = 10;

export const TOO_MANY_BOT_DEATHS = {
  code: 'dead_lettered',
  reason: reasonTexts.en.botDeaths,
} as const;

const DEAD_LETTERED = {
  code: 'dead_lettered',
  reason: reasonTexts.en.engineCrashedOften,
} as const;

/**
 * What a failed render says about its engine: it was not there (`absent`), it crashed on the job (`crashed`), it
 * works, or it works and its result could not be written (`unwritable`).
 */
export type EngineState = 'absent' | 'crashed' | 'works' | 'unwritable';

export function engineAfter(fault: unknown): EngineState {
  switch (codeOf(fault)) {
    case 'engine_unavailable':
      return 'absent';
    case 'output_failed':
      return 'unwritable';
    case 'engine_crashed':
    case 'engine_stalled':
    case 'engine_protocol':
    case 'openvino_failed':
    case 'out_of_memory':
      return 'crashed';
    default:
      return 'works';
  }
}

/** Decides what becomes of a job after a failed render. `attempts` includes this one. */
export function decide(fault: unknown, attempts: number): Decision {
  switch (engineAfter(fault)) {
    case 'absent':
    case 'unwritable':
      return { kind: 'retry', delayMs: 0, countsAttempt: false };
    case 'crashed': {
      const delayMs = RETRY_DELAYS_MS[attempts - 1];
      if (delayMs === undefined) return { kind: 'fail', ...DEAD_LETTERED };
      return { kind: 'retry', delayMs, countsAttempt: true };
    }
    case 'works':
      return decideRefusal(fault, attempts);
  }
}

/** The engine refused the request. */
function decideRefusal(fault: unknown, attempts: number): Decision {
  const code = codeOf(fault);
  switch (code) {
    case 'invalid_input':
      return { kind: 'fail', code, reason: messageOf(fault) };
    case 'invalid_config':
    case 'invalid_model':
    case 'openvino_missing':
      return {
        kind: 'fail',
        code,
        reason: reasonTexts.en.engineMisconfigured,
      };
    default:
      return attempts < 2
        ? { kind: 'retry', delayMs: 0, countsAttempt: true }
        : { kind: 'fail', code, reason: reasonTexts.en.engineFailed };
  }
}

function codeOf(fault: unknown): ErrorCode {
  return fault instanceof RiffError ? fault.code : 'engine_failed';
}
