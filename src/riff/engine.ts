import { z } from 'zod';
import { noticeSchema } from '../messages/notices.ts';
import type { PromptWords } from './prompt-words.ts';
import { recipeSchema } from './recipe.ts';
import type { RiffDefaults, RiffRequest, SchedulerName } from './request.ts';
import type { TimeGrid } from './tempo.ts';

const count = z.int().min(0);
const milliseconds = z.number().min(0);

/** A heartbeat. `stepIndex`: finished diffusion steps of the current window, 0 … steps. */
export const renderProgressSchema = z
  .strictObject({
    stage: z.enum(['load', 'text', 'denoise', 'decode', 'audio', 'files']),
    stepIndex: count,
    steps: count,
    /** The window that is being denoised, 1 … count; absent where the strip has only one. */
    window: z
      .strictObject({ number: z.int().min(1), count: z.int().min(2) })
      .readonly()
      .optional(),
  })
  .readonly();
export type RenderProgress = z.infer<typeof renderProgressSchema>;
export type RenderStage = RenderProgress['stage'];

/** The result of a render without its files. */
export const renderFactsSchema = z.strictObject({
  recipe: recipeSchema,
  /** For example: words that the model does not know, a prompt cut at 77 tokens. */
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
    /** Riffs of version 0.1 have none. */
    latents: riffFileSchema.optional(),
    /** Riffs of earlier versions have none. */
    poster: riffFileSchema.optional(),
  })
  .readonly();
export type RiffFiles = z.infer<typeof riffFilesSchema>;

/** The files of a riff, with the content type that Discord is sent. */
export const RESULT_FILES = {
  picture: { extension: 'png', contentType: 'image/png' },
  wav: { extension: 'wav', contentType: 'audio/wav' },
  /** The picture with colours, axes and the prompt. */
  poster: { extension: 'jpg', contentType: 'image/jpeg' },
  /** The input of riffs that go on from this one; never sent. */
  latents: { extension: 'latents', contentType: 'application/octet-stream' },
} as const;
export type ResultKind = keyof typeof RESULT_FILES;

/** The file's name in the folder of results. */
export function resultName(jobId: string, kind: ResultKind): string {
  return `${jobId}.${RESULT_FILES[kind].extension}`;
}

/** The names of all files that an engine may write for a job. */
export function resultNames(jobId: string): readonly string[] {
  return Object.values(RESULT_FILES).map(({ extension }) => `${jobId}.${extension}`);
}

/** The name of the WAV in the folder of results that an origin with `upload` refers to. */
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
  readonly clipMs: number;
  /** Upper bound for one clip's WAV. */
  readonly wavBytes: number;
  readonly grid: TimeGrid;
  /** Of the sound; 1: mono. */
  readonly channels: number;
  /** Whether negative prompts have an effect. */
  readonly takesNegatives: boolean;
  /** Whether a riff can go on from another: vary, extend, morph. */
  readonly takesLatents: boolean;
  /** Whether a riff can go on from a recorded sound. */
  readonly takesSounds: boolean;
  readonly promptWords: PromptWords;
  /** Of the weights; null: unknown. */
  readonly licence: string | null;
  /** Measured at start-up. */
  readonly msPerStep: number;
  /** The part of a render that does not depend on the number of steps. */
  readonly msFixed: number;
}

export interface RenderOptions {
  readonly onProgress: (progress: RenderProgress) => void;
  /** Called at most once, and only in a long render, with a JPEG of the unfinished picture. */
  readonly onPreview?: (jpeg: Uint8Array) => void;
  readonly signal: AbortSignal;
}

/** Renders one riff at a time. The bot uses a child process; tests use a stub. */
export interface RiffEngine {
  /** Resolves when the model is ready. Rejects with RiffError when it cannot become ready. */
  describe(): Promise<EngineDescription>;
  /**
   * Renders into files of the engine's output folder.
   * Rejects with CancelledError after the signal, with RiffError('engine_unavailable') if no render could begin, with
   * RiffError('engine_crashed' | 'engine_stalled' | 'engine_failed' | …) otherwise.
   * Settles only when the work has ended, so that the engine is free again.
   */
  render(jobId: string, request: RiffRequest, options: RenderOptions): Promise<RiffFiles>;
  close(): Promise<void>;
}
