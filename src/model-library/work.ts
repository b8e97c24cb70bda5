import { CancelledError } from '../errors.ts';

/** How far a long piece of work is, to be shown. */
export interface WorkProgress {
  readonly words: string;
  readonly done: number;
  readonly total: number;
  readonly unit: 'bytes' | 'steps';
}

export interface Work {
  readonly onProgress?: (progress: WorkProgress) => void;
  readonly signal?: AbortSignal;
}

/** Throws CancelledError once the signal has fired. */
export function throwIfCancelled({ signal }: Work): void {
  if (signal?.aborted) throw new CancelledError();
}
