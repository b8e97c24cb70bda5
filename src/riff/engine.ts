import { z } from 'zod';
import { type RiffDefaults, type RiffRequest, riffRequestSchema, type SchedulerName } from './request.ts';

const count = z.int().min(0);
const milliseconds = z.number().min(0);

/** A heartbeat. `stepIndex` counts finished diffusion steps, 0 … steps. */
export const renderProgressSchema = z
  .strictObject({
    stage: z.enum(['load', 'text', 'denoise', 'decode', 'audio', 'files']),
    stepIndex: count,
    steps: count,
  })
  .readonly();
export type RenderProgress = z.infer<typeof renderProgressSchema>;
export type RenderStage = RenderProgress['stage'];

/** Everything needed to make the same riff again, as the PNG and the WAV carry it. */
export const recipeSchema = z
  .strictObject({
    ...riffRequestSchema.shape,
    model: z.string(),
    modelVersion: z.string(),
    device: z.string(),
    generator: z.string(),
  })
  .readonly();
export type Recipe = z.infer<typeof recipeSchema>;

/** The result of a render besides its files. */
export const renderFactsSchema = z.strictObject({
  recipe: recipeSchema,
  /** Sentences for the user: words the model does not know, prompt cut at 77 tokens, … */
  warnings: z.array(z.string()).readonly(),
  durationMs: z.strictObject({ sound: milliseconds, render: milliseconds }).readonly(),
  /** Milliseconds by stage. */
  timings: z.record(z.string(), milliseconds).readonly(),
});

const riffFileSchema = z.strictObject({ path: z.string(), bytes: count, sha256: z.string() }).readonly();
export type RiffFile = z.infer<typeof riffFileSchema>;

export const riffFilesSchema = z
  .strictObject({ ...renderFactsSchema.shape, picture: riffFileSchema, wav: riffFileSchema })
  .readonly();
export type RiffFiles = z.infer<typeof riffFilesSchema>;

/** The files of a job in the folder of results. */
export function resultNames(jobId: string): readonly [picture: string, wav: string] {
  return [`${jobId}.png`, `${jobId}.wav`];
}

/** What commands, help and ETA need to know about the loaded model. */
export interface EngineDescription {
  readonly model: string;
  readonly modelVersion: string;
  readonly device: string;
  readonly openvino: string;
  readonly defaults: RiffDefaults;
  readonly schedulers: readonly SchedulerName[];
  /** Length of one clip. */
  readonly clipMs: number;
  /** Size of the WAV, known before rendering. */
  readonly wavBytes: number;
  /** Measured at start-up. */
  readonly msPerStep: number;
  /** The part of a render that does not depend on the number of steps. */
  readonly msFixed: number;
}

export interface RenderOptions {
  readonly onProgress: (progress: RenderProgress) => void;
  readonly signal: AbortSignal;
}

/** Renders one riff at a time. The bot uses a child process; tests use a stub. */
export interface RiffEngine {
  /** Resolves when the model is ready. Rejects with RiffError when it cannot become ready. */
  describe(): Promise<EngineDescription>;
  /**
   * Renders into files of the engine's output folder.
   * Rejects with CancelledError after the signal, with RiffError('engine_unavailable') where no render could begin, with
   * RiffError('engine_crashed' | 'engine_stalled' | 'engine_failed' | …) otherwise.
   * Settles only when the work has ended, so that the engine is free again.
   */
  render(jobId: string, request: RiffRequest, options: RenderOptions): Promise<RiffFiles>;
  close(): Promise<void>;
}
