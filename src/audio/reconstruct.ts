import { setImmediate } from 'node:timers/promises';
import { CancelledError, RiffError } from '../errors.ts';
import { createMelInverse, type MelInverse } from '../spectrogram/mel-inverse.ts';
import { clipSamples, type SpectrogramParams } from '../spectrogram/params.ts';
import { fastFftSize } from './fourier/pffft.ts';
import { createStft, type StftShape } from './fourier/stft.ts';
import { copyFrom, griffinLim } from './phase/griffin-lim.ts';
import { integratePhase } from './phase/pghi.ts';
import { createRandom } from './phase/random.ts';

/**
 * `pghi`: phases integrated from the magnitudes, then refined by a few Griffin-Lim iterations, on the shortest FFT
 * that holds the window. `classic`: the Riffusion notebook's way, Griffin-Lim from random phases on its own FFT.
 */
export type ReconstructionMethod = 'pghi' | 'classic';

export const DEFAULT_ITERATIONS: Readonly<Record<ReconstructionMethod, number>> = { pghi: 12, classic: 32 };

export interface ReconstructOptions {
  readonly method: ReconstructionMethod;
  /** Whole number ≥ 0: same magnitudes and seed, same bytes. */
  readonly seed: number;
  /** Griffin-Lim iterations; DEFAULT_ITERATIONS[method] where absent. */
  readonly iterations?: number;
  /** Called with the finished part, 0 … 1. */
  readonly onProgress?: (finished: number) => void;
  /** Looked at before every iteration. */
  readonly signal?: AbortSignal;
}

export interface Reconstructor {
  /**
   * melMagnitudes [nMels, frames], row 0 the lowest band → waveform [frames · hopLength] of arbitrary loudness.
   * Gives way to the event loop between iterations. Silence gives silence.
   * Throws RiffError('invalid_input') where the array's size is not nMels · frames, CancelledError after the signal.
   */
  waveform(melMagnitudes: Float32Array, frames: number, options: ReconstructOptions): Promise<Float32Array>;
}

/** Cheap: its matrices are built in milliseconds, those of `classic` on first use. */
export function createReconstructor(params: SpectrogramParams): Reconstructor {
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
      const inverse = inverseFor(nFftOf[options.method]);
      const { winLength, hopLength } = params;
      const { nFft, bins } = inverse;
      const length = clipSamples(params, frames);
      const shape = { nFft, winLength, hopLength, bins, length };
      return await recoverPhase(
        withLastFrameTwice(inverse.linearMagnitudes(melMagnitudes, frames), bins),
        shape,
        options,
      );
    },
  };
}

async function recoverPhase(
  magnitudes: Float32Array,
  shape: StftShape,
  { method, seed, iterations = DEFAULT_ITERATIONS[method], onProgress, signal }: ReconstructOptions,
): Promise<Float32Array> {
  const stft = createStft(shape);
  const random = createRandom(seed);
  throwIfAborted(signal);
  const spectrum =
    method === 'pghi'
      ? withPhases(magnitudes, integratePhase(magnitudes, stft.frames, shape, random))
      : withRandomPhases(magnitudes, random);
  await griffinLim(stft, magnitudes, spectrum, {
    iterations,
    async beforeIteration(iteration) {
      await setImmediate();
      throwIfAborted(signal);
      onProgress?.(iteration / iterations);
    },
  });
  const waveform = new Float32Array(shape.length);
  stft.synthesize(copyFrom(spectrum, 2 * shape.bins), waveform);
  onProgress?.(1);
  return waveform;
}

/**
 * Frames stand on multiples of the hop, so `frames` of them span one hop less than the picture lasts. The missing
 * one, centred on the end, is taken to be like its neighbour, with which it shares nine tenths of its window.
 */
function withLastFrameTwice(magnitudes: Float32Array, bins: number): Float32Array {
  const extended = new Float32Array(magnitudes.length + bins);
  extended.set(magnitudes);
  extended.copyWithin(magnitudes.length, magnitudes.length - bins, magnitudes.length);
  return extended;
}

function withPhases(magnitudes: Float32Array, phases: Float64Array): Float32Array {
  const spectrum = new Float32Array(2 * magnitudes.length);
  for (let i = 0; i < magnitudes.length; i++) {
    spectrum[2 * i] = magnitudes[i]! * Math.cos(phases[i]!);
    spectrum[2 * i + 1] = magnitudes[i]! * Math.sin(phases[i]!);
  }
  return spectrum;
}

/** torchaudio's random start: real and imaginary part uniform in [0, 1), so neither of modulus 1 nor of every angle. */
function withRandomPhases(magnitudes: Float32Array, random: () => number): Float32Array {
  const spectrum = new Float32Array(2 * magnitudes.length);
  for (let i = 0; i < spectrum.length; i++) spectrum[i] = magnitudes[i >> 1]! * random();
  return spectrum;
}

function checkSize(melMagnitudes: Float32Array, frames: number, { nMels }: SpectrogramParams): void {
  if (melMagnitudes.length === nMels * frames && frames > 0) return;
  throw new RiffError(
    'invalid_input',
    `Mel magnitudes: expected ${nMels} bands of ${frames} frames, got ${melMagnitudes.length} values.`,
  );
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError();
}
