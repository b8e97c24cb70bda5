import type { RiffFiles } from '../riff/engine.ts';

/** Pictures and sounds of finished riffs. */
export interface ResultStore {
  /** Resolves if one more riff could be written now; rejects with RiffError('output_failed') otherwise. */
  checkWritable(): Promise<void>;
  /** Deletes all files of a job, those of earlier attempts included. Returns how many there were. */
  delete(jobId: string, files: Pick<RiffFiles, 'picture' | 'wav'> | null): Promise<number>;
}
