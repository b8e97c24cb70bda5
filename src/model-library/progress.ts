import { CancelledError } from '../errors.ts';

/** How far a long piece of work is, to be shown. */
export interface TaskProgress {
  readonly words: string;
  readonly done: number;
  readonly total: number;
  readonly unit: 'bytes' | 'steps';
}

export interface TaskOptions {
  readonly onProgress?: (progress: TaskProgress) => void;
  readonly signal?: AbortSignal;
}

/** Throws CancelledError once the signal has fired. */
export function throwIfCancelled({ signal }: TaskOptions): void {
  if (signal?.aborted) throw new CancelledError();
}
