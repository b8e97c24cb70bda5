import type { Clock } from '../clock.ts';
import type { RenderProgress, RenderStage } from '../riff/engine.ts';

/** Gaps remembered per stage: enough for a steady median, few enough to follow a machine that gets busier. */
const REMEMBERED = 64;

export interface WatchdogOptions {
  /** A gap may last this many times the median of its stage. */
  readonly factor: number;
  readonly clock: Clock;
  readonly onStall: (stage: RenderStage, silentMs: number) => void;
}

/**
 * Watches progress, not duration: a beat is overdue after `factor` × the running median of its kind, never before the
 * floor. What it has learnt about a stage outlives the single render, so slow machines are not taken for dead ones.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #gapsMs = new Map<RenderStage, number[]>();
  #floorMs = 0;
  /** What the present gap may last. */
  #allowedMs = 0;
  #last: { readonly progress: RenderProgress; readonly atMs: number } | null = null;
  #cancel: () => void = () => {};

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  /** Starts to watch; the first beat has to come within the floor or what `stage` is known to need. */
  begin(floorMs: number, stage: RenderStage): void {
    this.#floorMs = floorMs;
    this.#last = null;
    this.#arm(stage);
  }

  beat(progress: RenderProgress): void {
    this.#learn();
    this.#last = { progress, atMs: this.#options.clock.now() };
    this.#arm(progress.stage);
  }

  end(): void {
    this.#cancel();
    this.#last = null;
  }

  #arm(stage: RenderStage): void {
    this.#cancel();
    const { factor, clock, onStall } = this.#options;
    const longestMedianMs = Math.max(this.#medianMs(stage), this.#medianMs('denoise'));
    const allowedMs = Math.max(this.#floorMs, factor * longestMedianMs);
    this.#allowedMs = allowedMs;
    this.#cancel = clock.after(allowedMs, () => onStall(stage, allowedMs));
  }

  /** The time since the last beat belongs to the stage which that beat announced. */
  #learn(): void {
    if (!this.#last) return;
    const { progress, atMs } = this.#last;
    // After the last step nothing of the loop is left: that gap would drag the median of the steps down.
    if (progress.stage === 'denoise' && progress.stepIndex >= progress.steps) return;
    const gaps = this.#gapsMs.get(progress.stage) ?? [];
    // A longer gap would have been a stall, and none is negative: that was a change of the date.
    gaps.push(Math.min(Math.max(this.#options.clock.now() - atMs, 0), this.#allowedMs));
    this.#gapsMs.set(progress.stage, gaps.slice(-REMEMBERED));
  }

  #medianMs(stage: RenderStage): number {
    const sorted = [...(this.#gapsMs.get(stage) ?? [])].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  }
}
