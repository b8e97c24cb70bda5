import type { RiffFiles } from '../riff/engine.ts';

/** The contents of a riff's files. */
export interface ResultBytes {
  /** PNG. */
  readonly picture: Uint8Array;
  readonly wav: Uint8Array;
  /** JPEG; null: the riff has none, or it is gone. */
  readonly poster: Uint8Array | null;
}

/** Pictures and sounds of finished riffs. */
export interface ResultStore {
  /** Resolves if one more riff could be written now; rejects with RiffError('output_failed') otherwise. */
  checkWritable(): Promise<void>;
  /** Null: they are gone. Rejects where they are there and cannot be read. */
  read(jobId: string, files: Pick<RiffFiles, 'picture' | 'wav' | 'poster'>): Promise<ResultBytes | null>;
  /** What riffs go on from: the latents of a job, or the sound that waits for it. Null: there are none. */
  readSource(jobId: string, kind: 'latents' | 'upload'): Promise<Uint8Array | null>;
  /** Keeps the sound that a job goes on from, a WAV, under uploadName(jobId). */
  keepUpload(jobId: string, wav: Uint8Array): Promise<void>;
  /** Does nothing where there is none. */
  deleteUpload(jobId: string): Promise<void>;
  /** The ids of the jobs that such sounds are kept for. */
  listUploads(): Promise<readonly string[]>;
  /** Deletes all files of a job, those of earlier attempts included. Returns how many there were. */
  delete(jobId: string, files: Pick<RiffFiles, 'picture' | 'wav'> | null): Promise<number>;
}
