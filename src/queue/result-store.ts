import type { RiffFiles } from '../riff/engine.ts';

/** Pictures and sounds of finished riffs. */
export interface ResultStore {
  /** Resolves where one more riff could be written now; rejects with RiffError('output_failed'). */
  checkWritable(): Promise<void>;
  /** Deletes all that there is of a job, where it was rendered more than once too. Returns how many files went. */
  delete(jobId: string, files: Pick<RiffFiles, 'picture' | 'wav'> | null): Promise<number>;
}
