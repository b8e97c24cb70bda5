import type { Clock } from '../clock.ts';
import type { RenderProgress, RenderStage } from '../riff/engine.ts';

/** Gaps remembered per stage: enough for a steady median, few enough to follow changes in load. */
const REMEMBERED = 64;

export interface WatchdogOptions {
  /** A gap may last this many times the median of its stage. */
  readonly factor: number;
  readonly clock: Clock;
  readonly onStall: (stage: RenderStage, silentMs: number) => void;
}

/**
 * Reports a stall when no heartbeat has come for `factor` × the running median of its stage, or for the floor if that is
 * longer. The medians are kept between renders, so that a slow machine does not count as stalled.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #gapsMs = new Map<RenderStage, number[]>();
  #floorMs = 0;
  /** The longest allowed gap now, in ms. */
  #allowedMs = 0;
  #last: { readonly progress: RenderProgress; readonly atMs: number } | null = null;
  #cancel: () => void = () => {};

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  /** Starts watching. `floorMs`: no gap is a stall before this; `stage`: the one that the first gap belongs to. */
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

  /** The time since the last heartbeat belongs to the stage that it announced. */
  #learn(): void {
    if (!this.#last) return;
    const { progress, atMs } = this.#last;
    // The gap after the last step is no step and would lower the median.
    if (progress.stage === 'denoise' && progress.stepIndex >= progress.steps) return;
    const gaps = this.#gapsMs.get(progress.stage) ?? [];
    // Only a change of the date makes a gap negative or longer than allowed.
    gaps.push(Math.min(Math.max(this.#options.clock.now() - atMs, 0), this.#allowedMs));
    this.#gapsMs.set(progress.stage, gaps.slice(-REMEMBERED));
  }

  #medianMs(stage: RenderStage): number {
    const sorted = [...(this.#gapsMs.get(stage) ?? [])].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  }
}
