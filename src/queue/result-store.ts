import type { RiffFiles } from '../riff/engine.ts';

/** The contents of a riff's files. */
export interface ResultBytes {
  /** PNG. */
  readonly picture: Uint8Array;
  readonly wav: Uint8Array;
}

/** Pictures and sounds of finished riffs. */
export interface ResultStore {
  /** Resolves if one more riff could be written now; rejects with RiffError('output_failed') otherwise. */
  checkWritable(): Promise<void>;
  /** Null: they are gone. Rejects where they are there and cannot be read. */
  read(jobId: string, files: Pick<RiffFiles, 'picture' | 'wav'>): Promise<ResultBytes | null>;
  /** Deletes all files of a job, those of earlier attempts included. Returns how many there were. */
  delete(jobId: string, files: Pick<RiffFiles, 'picture' | 'wav'> | null): Promise<number>;
}
