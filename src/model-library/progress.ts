/** How far a long task is. `words` name it for the user. */
export interface TaskProgress {
  readonly words: string;
  readonly done: number;
  readonly total: number;
  readonly unit: 'bytes' | 'steps';
}

/** Tells the user a sentence. */
export type Say = (line: string) => void;

export interface TaskOptions {
  readonly onProgress?: (progress: TaskProgress) => void;
  readonly signal?: AbortSignal;
}
