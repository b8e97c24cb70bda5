import { setImmediate } from 'node:timers/promises';
import { throwIfAborted, UserError } from '../errors.ts';
import { createMelInverse, type MelInverse } from '../spectrogram/mel-inverse.ts';
import { clipSamples, type SpectrogramParams } from '../spectrogram/params.ts';
import { fastFftSize } from './pffft.ts';
import { createPhasePool } from './phase-pool.ts';
import {
  type FollowOptions,
  type PhaseTask,
  phaseRecovery,
  phaseTask,
  type ReconstructionMethod,
} from './phase-recovery.ts';
import type { StftShape } from './stft.ts';

/**
 * The most values of a spectrum, at about 22 bytes of memory each. Five minutes of Riffusion's own picture have
 * 131 million with `classic` and 34 million with `pghi`.
 */
const MOST_MAGNITUDES = 140_000_000;

const DEFAULT_ITERATIONS: Readonly<Record<ReconstructionMethod, number>> = { pghi: 12, classic: 32 };

export interface ReconstructOptions extends FollowOptions {
  readonly method: ReconstructionMethod;
  /** A whole number ≥ 0. The same magnitudes and seed give the same bytes. */
  readonly seed: number;
  /** The first frame follows the last one, so that the waveform can be repeated without a seam. */
  readonly isRing?: boolean;
  /** Griffin-Lim iterations; DEFAULT_ITERATIONS[method] where absent. */
  readonly iterations?: number;
}

export interface Reconstructor {
  /**
   * melMagnitudes [nMels, frames], row 0 the lowest band → waveform [frames · hopLength] of arbitrary loudness.
   * Yields to the event loop between iterations. Silence gives silence.
   * Throws UserError when the array does not have nMels · frames values, or the clip is shorter than half a window or would
   * take several gigabytes of memory; CancelledError after the signal.
   */
  waveform(melMagnitudes: Float32Array, frames: number, options: ReconstructOptions): Promise<Float32Array>;
}

/**
 * Takes milliseconds, since the tables of `classic` and the threads are created on first use. Any number of `threads`
 * gives the same bytes.
 */
export function createReconstructor(params: SpectrogramParams, threads = 1): Reconstructor {
  const pool = threads > 1 ? createPhasePool(threads) : null;
  const inverses = new Map<number, MelInverse>();
  const inverseFor = (nFft: number): MelInverse => {
    const inverse = inverses.get(nFft) ?? createMelInverse(params, nFft);
    inverses.set(nFft, inverse);
    return inverse;
  };
  const nFftOf = { pghi: fastFftSize(params.winLength), classic: params.nFft };
  inverseFor(nFftOf.pghi);
  return {
    async waveform(melMagnitudes, frames, options) {
      checkSize(melMagnitudes, frames, params);
      const { method, seed, iterations = DEFAULT_ITERATIONS[method], onProgress } = options;
      const inverse = inverseFor(nFftOf[method]);
      const { winLength, hopLength } = params;
      const { nFft, bins } = inverse;
      checkMemory(bins, frames);
      const length = clipSamples(params, frames);
      const isRing = options.isRing && length >= winLength;
      const boundary = isRing ? 'circular' : 'reflect';
      const shape: StftShape = { nFft, winLength, hopLength, bins, length, boundary };
      // Without a ring, another frame is centred on the end.
      const settings = { params, shape, method, seed, iterations, frames: isRing ? frames : frames + 1 };
      const isShared = pool !== null && settings.frames >= pool.fewestFrames;
      const task = phaseTask(settings, melMagnitudes, isShared);
      if (isShared) await pool.recover(task, inverse, options);
      else await recoverPhase(task, inverse, options);
      onProgress?.(1);
      return task.result;
    },
  };
}

async function recoverPhase(
  task: PhaseTask,
  inverse: MelInverse,
  { onProgress, signal }: FollowOptions,
): Promise<void> {
  const { iterations, frames, waveform, result } = task;
  const recovery = phaseRecovery(task, inverse);
  recovery.invertMel({ from: 0, to: frames });
  throwIfAborted(signal);
  recovery.firstPhases();
  recovery.applyPhases({ from: 0, to: frames });
  for (let iteration = 0; iteration < iterations; iteration++) {
    await setImmediate();
    throwIfAborted(signal);
    onProgress?.(iteration / iterations);
    recovery.toWaveform({ from: 0, to: waveform.length });
    recovery.toSpectrum({ from: 0, to: frames });
  }
  recovery.toResult({ from: 0, to: result.length });
}

function checkSize(
  melMagnitudes: Float32Array,
  frames: number,
  { nMels, hopLength, winLength }: SpectrogramParams,
): void {
  if (melMagnitudes.length === nMels * frames && 2 * frames * hopLength > winLength) return;
  const fewest = Math.floor(winLength / hopLength / 2) + 1;
  throw new UserError(
    `picture: expected ${nMels} rows of at least ${fewest} columns, got ${melMagnitudes.length} values for ${frames} columns; use a longer one`,
  );
}

function checkMemory(bins: number, frames: number): void {
  const most = Math.floor(MOST_MAGNITUDES / bins);
  if (frames < most) return;
  throw new UserError(
    `picture: expected fewer than ${most} columns of ${bins} frequencies, got ${frames}; cut it, or use one with shorter windows`,
  );
}
