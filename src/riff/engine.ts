import type { RiffDefaults, RiffRequest, SchedulerName } from './request.ts';

export type RenderStage = 'load' | 'text' | 'denoise' | 'decode' | 'audio' | 'files';

/** A beat. `stepIndex` counts finished diffusion steps, 0 … steps. */
export interface RenderProgress {
  readonly stage: RenderStage;
  readonly stepIndex: number;
  readonly steps: number;
}

/** Everything that is needed to make the same riff again, as it stands in the PNG and in the WAV. */
export interface Recipe extends RiffRequest {
  readonly model: string;
  readonly modelVersion: string;
  readonly device: string;
  readonly generator: string;
}

export interface RiffFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface RiffFiles {
  readonly picture: RiffFile;
  readonly wav: RiffFile;
  readonly recipe: Recipe;
  /** Sentences for the person: words the model does not know, prompt cut at 77 tokens, … */
  readonly warnings: readonly string[];
  readonly durationMs: { readonly sound: number; readonly render: number };
  /** Milliseconds by stage. */
  readonly timings: Readonly<Record<string, number>>;
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
