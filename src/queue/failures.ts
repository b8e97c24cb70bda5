import { type ErrorCode, messageOf, RiffError } from '../errors.ts';

export type Verdict =
  /** `refund`: the try does not count against the job. */
  | { readonly kind: 'retry'; readonly delayMs: number; readonly refund: boolean }
  | { readonly kind: 'give_up'; readonly code: string; readonly reason: string };

/** A render that was started this often and always took the engine down is not started again. */
export const MAX_ATTEMPTS = 3;
/** By the number of starts so far: one try at once, one after the machine had time to recover. */
const RETRY_DELAYS_MS = [0, 30_000];

/** Bots that died while they rendered it; the bot itself runs no native code, so it is seldom the riff's fault. */
export const MAX_BOT_DEATHS = 10;

export const TOO_MANY_BOT_DEATHS = {
  code: 'quarantined',
  reason: `The bot was ended ${MAX_BOT_DEATHS} times while it made this riff, so it was given up. Please ask for it again.`,
} as const;

export const QUARANTINED = {
  code: 'quarantined',
  reason: `The engine crashed on this riff ${MAX_ATTEMPTS} times, so it was given up. Changing the prompt or the steps may help.`,
} as const;

/**
 * What a failed render says about its engine: it was not there to begin it, it was lost over it, it works, or it works
 * and its result could not be written.
 */
export type EngineState = 'absent' | 'lost' | 'works' | 'mute';

export function engineAfter(thrown: unknown): EngineState {
  switch (codeOf(thrown)) {
    case 'engine_unavailable':
      return 'absent';
    case 'output_failed':
      return 'mute';
    case 'engine_crashed':
    case 'engine_stalled':
    case 'engine_protocol':
    case 'openvino_failed':
    case 'out_of_memory':
      return 'lost';
    default:
      return 'works';
  }
}

/** What follows from a failed render. `attempts` counts its starts, this one included. */
export function judge(thrown: unknown, attempts: number): Verdict {
  switch (engineAfter(thrown)) {
    case 'absent':
    case 'mute':
      return { kind: 'retry', delayMs: 0, refund: true };
    case 'lost': {
      const delayMs = RETRY_DELAYS_MS[attempts - 1];
      if (delayMs === undefined) return { kind: 'give_up', ...QUARANTINED };
      return { kind: 'retry', delayMs, refund: false };
    }
    case 'works':
      return judgeAnswer(thrown, attempts);
  }
}

/** The engine itself said no. */
function judgeAnswer(thrown: unknown, attempts: number): Verdict {
  const code = codeOf(thrown);
  switch (code) {
    case 'invalid_input':
      return { kind: 'give_up', code, reason: messageOf(thrown) };
    case 'invalid_config':
    case 'invalid_model':
    case 'openvino_missing':
      return {
        kind: 'give_up',
        code,
        reason: "The music engine is misconfigured; the bot's owner has the details in the log.",
      };
    default:
      return attempts < 2
        ? { kind: 'retry', delayMs: 0, refund: false }
        : { kind: 'give_up', code, reason: 'The music engine failed on this riff, twice.' };
  }
}

function codeOf(thrown: unknown): ErrorCode {
  return thrown instanceof RiffError ? thrown.code : 'engine_failed';
}
