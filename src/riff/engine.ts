import { z } from 'zod';
import { type RiffDefaults, type RiffRequest, riffRequestSchema, type SchedulerName } from './request.ts';

const count = z.int().min(0);
const milliseconds = z.number().min(0);

/** A beat. `stepIndex` counts finished diffusion steps, 0 … steps. */
export const renderProgressSchema = z
  .strictObject({
    stage: z.enum(['load', 'text', 'denoise', 'decode', 'audio', 'files']),
    stepIndex: count,
    steps: count,
  })
  .readonly();
export type RenderProgress = z.infer<typeof renderProgressSchema>;
export type RenderStage = RenderProgress['stage'];

/** Everything that is needed to make the same riff again, as it stands in the PNG and in the WAV. */
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

/** What a render says about itself besides its files. */
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
  /** Everything of a render that does not grow with the steps. */
  readonly msFixed: number;
}

export interface RenderOptions {
  readonly onProgress: (progress: RenderProgress) => void;
  readonly signal: AbortSignal;
}

/** A place that renders one riff at a time. The child process implements it for the bot; tests use a stub. */
export interface RiffEngine {
  /** Resolves when the model is ready. Rejects with RiffError when it cannot become ready. */
  describe(): Promise<EngineDescription>;
  /**
   * Renders into files of the engine's output folder.
   * Rejects with CancelledError after the signal, with RiffError('engine_unavailable') where no render could begin, with
   * RiffError('engine_crashed' | 'engine_stalled' | 'engine_failed' | …) otherwise.
   * Settles only when the work has really ended: the slot is free then.
   */
  render(jobId: string, request: RiffRequest, options: RenderOptions): Promise<RiffFiles>;
  close(): Promise<void>;
}
