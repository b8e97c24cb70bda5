import type { RenderProgress } from '../riff/engine.ts';
import type { RiffRequest } from '../riff/request.ts';
import type { Measured } from './eta.ts';

interface StepBeat {
  readonly stepIndex: number;
  readonly at: number;
}

/** Times one render by its beats. All moments are epoch ms of the queue's clock. */
export class Stopwatch {
  readonly #startedAt: number;
  #firstStep: StepBeat | null = null;
  #lastStep: StepBeat | null = null;
  #savedAt: number;

  constructor(startedAt: number) {
    this.#startedAt = startedAt;
    this.#savedAt = startedAt;
  }

  beat(progress: RenderProgress, at: number): void {
    if (progress.stage !== 'denoise') return;
    this.#lastStep = { stepIndex: progress.stepIndex, at };
    this.#firstStep ??= this.#lastStep;
  }

  /** True at most once in `everyMs`. */
  isTimeToSave(now: number, everyMs: number): boolean {
    if (now - this.#savedAt < everyMs) return false;
    this.#savedAt = now;
    return true;
  }

  measured(request: RiffRequest, now: number): Measured {
    const [first, last] = [this.#firstStep, this.#lastStep];
    const steps = first && last ? last.stepIndex - first.stepIndex : 0;
    const stepMs = first && last && steps > 0 ? (last.at - first.at) / steps : null;
    return { request, renderMs: now - this.#startedAt, stepMs };
  }
}
