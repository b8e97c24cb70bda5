import { z } from 'zod';
import { noticeSchema } from '../messages/notices.ts';
import type { PromptWords } from './prompt-words.ts';
import { recipeSchema } from './recipe.ts';
import type { RiffDefaults, RiffRequest, SchedulerName } from './request.ts';
import type { TimeGrid } from './tempo.ts';

const count = z.int().min(0);
const milliseconds = z.number().min(0);

/** A heartbeat. `stepIndex` counts finished diffusion steps, 0 … steps, those of every window by themselves. */
export const renderProgressSchema = z
  .strictObject({
    stage: z.enum(['load', 'text', 'denoise', 'decode', 'audio', 'files']),
    stepIndex: count,
    steps: count,
    /** The window that is being denoised, 1 … count; left out where a strip has one alone. */
    window: z
      .strictObject({ number: z.int().min(1), count: z.int().min(2) })
      .readonly()
      .optional(),
  })
  .readonly();
export type RenderProgress = z.infer<typeof renderProgressSchema>;
export type RenderStage = RenderProgress['stage'];

/** The result of a render besides its files. */
export const renderFactsSchema = z.strictObject({
  recipe: recipeSchema,
  /** Words the model does not know, prompt cut at 77 tokens, … */
  warnings: z.array(noticeSchema).readonly(),
  durationMs: z.strictObject({ sound: milliseconds, render: milliseconds }).readonly(),
  /** Milliseconds by stage. */
  timings: z.record(z.string(), milliseconds).readonly(),
});

const riffFileSchema = z.strictObject({ path: z.string(), bytes: count, sha256: z.string() }).readonly();
export type RiffFile = z.infer<typeof riffFileSchema>;

export const riffFilesSchema = z
  .strictObject({
    ...renderFactsSchema.shape,
    picture: riffFileSchema,
    wav: riffFileSchema,
    /** To go on from; riffs of 0.1 have none. */
    latents: riffFileSchema.optional(),
    /** To look at; earlier riffs have none. */
    poster: riffFileSchema.optional(),
  })
  .readonly();
export type RiffFiles = z.infer<typeof riffFilesSchema>;

/** The files of a riff: what they end in, and what Discord is told of them. */
export const RESULT_FILES = {
  picture: { extension: 'png', contentType: 'image/png' },
  wav: { extension: 'wav', contentType: 'audio/wav' },
  /** The picture with colours, axes and the prompt. */
  poster: { extension: 'jpg', contentType: 'image/jpeg' },
  /** What riffs go on from; never sent. */
  latents: { extension: 'latents', contentType: 'application/octet-stream' },
} as const;
export type ResultKind = keyof typeof RESULT_FILES;

/** In the folder of results. */
export function resultName(jobId: string, kind: ResultKind): string {
  return `${jobId}.${RESULT_FILES[kind].extension}`;
}

/** What an engine writes for a job into the folder of results. */
export function resultNames(jobId: string): readonly string[] {
  return Object.values(RESULT_FILES).map(({ extension }) => `${jobId}.${extension}`);
}

/** Where a sound from elsewhere waits for its job, as a WAV: what an origin with `upload` names. */
export function uploadName(jobId: string): string {
  return `${jobId}.upload`;
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
  /** Size of one clip's WAV, known before rendering. */
  readonly wavBytes: number;
  /** Clips in latent columns, and the tempi that the model knows. */
  readonly grid: TimeGrid;
  /** 1: mono. */
  readonly channels: number;
  /** Negative prompts do something. */
  readonly takesNegatives: boolean;
  /** Riffs can be gone on from: varied, extended, morphed. */
  readonly takesLatents: boolean;
  /** So can sounds from elsewhere. */
  readonly takesSounds: boolean;
  /** What may be typed. */
  readonly promptWords: PromptWords;
  /** Of the weights; null where nobody says. */
  readonly licence: string | null;
  /** Measured at start-up. */
  readonly msPerStep: number;
  /** The part of a render that does not depend on the number of steps. */
  readonly msFixed: number;
}

export interface RenderOptions {
  readonly onProgress: (progress: RenderProgress) => void;
  /** Called at most once, and only in a render that takes long: a JPEG of what the riff is becoming. */
  readonly onPreview?: (jpeg: Uint8Array) => void;
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
