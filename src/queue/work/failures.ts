import { messageOf, RiffError } from '../../errors.ts';

export type Verdict =
  | { readonly kind: 'retry'; readonly delayMs: number }
  | { readonly kind: 'give_up'; readonly code: string; readonly reason: string };

/** A render that was started this often and always took the engine down is not started again. */
export const MAX_ATTEMPTS = 3;
/** By the number of starts so far: one try at once, one after the machine had time to recover. */
const RETRY_DELAYS_MS = [0, 30_000];

export const QUARANTINED = {
  code: 'quarantined',
  reason: `The engine crashed on this riff ${MAX_ATTEMPTS} times, so it was given up. Changing the prompt or the steps may help.`,
} as const;

/** What follows from a failed render. `attempts` counts its starts, this one included. */
export function judge(thrown: unknown, attempts: number): Verdict {
  const code = thrown instanceof RiffError ? thrown.code : 'engine_failed';
  switch (code) {
    case 'engine_crashed':
    case 'engine_stalled':
    case 'engine_protocol':
    case 'out_of_memory': {
      const delayMs = RETRY_DELAYS_MS[attempts - 1];
      return delayMs === undefined ? { kind: 'give_up', ...QUARANTINED } : { kind: 'retry', delayMs };
    }
    case 'invalid_input':
      return { kind: 'give_up', code, reason: messageOf(thrown) };
    case 'invalid_config':
    case 'invalid_model':
    case 'openvino_missing':
    case 'openvino_failed':
      return {
        kind: 'give_up',
        code,
        reason: 'The music engine is not set up rightly. Its owner can see why.',
      };
    case 'engine_failed':
    case 'store_failed':
    case 'cancelled':
      return attempts < 2
        ? { kind: 'retry', delayMs: 0 }
        : { kind: 'give_up', code, reason: 'The music engine failed on this riff, twice.' };
  }
}
