import { setImmediate } from 'node:timers/promises';
import { CancelledError, UserError } from '../errors.ts';
import { createMelInverse, type MelInverse } from '../spectrogram/mel-inverse.ts';
import { clipSamples, type SpectrogramParams } from '../spectrogram/params.ts';
import { copyFrom, griffinLim, type WantedMagnitudes } from './griffin-lim.ts';
import { fastFftSize } from './pffft.ts';
import { integratePhase } from './pghi.ts';
import { createRandom } from './random.ts';
import { createStft, decimated, type Stft, type StftShape } from './stft.ts';

/**
 * `pghi`: phases integrated from the magnitudes, then refined by a few Griffin-Lim iterations that hold on to the
 * mel magnitudes and leave open what those do not say; on the shortest FFT that holds the window, at the lowest sample
 * rate that holds the highest band.
 * `classic`: the Riffusion notebook's way, Griffin-Lim from random phases towards fixed linear magnitudes, on the
 * picture's own FFT.
 */
export type ReconstructionMethod = 'pghi' | 'classic';

/** Each takes 22 bytes or so. Riffusion's own picture of five minutes has 131 million in `classic`, 34 in `pghi`. */
const MOST_MAGNITUDES = 140_000_000;

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
   * Throws UserError where the array's size is not nMels · frames, the clip is shorter than half a window or takes more
   * than some gigabytes of memory, CancelledError after the signal.
   */
  waveform(melMagnitudes: Float32Array, frames: number, options: ReconstructOptions): Promise<Float32Array>;
}

/** Takes milliseconds; what `classic` needs is made on first use. */
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
      checkMemory(bins, frames);
      const shape = { nFft, winLength, hopLength, bins, length: clipSamples(params, frames) };
      return await recoverPhase(byFrame(melMagnitudes, frames, params.nMels), inverse, shape, options);
    },
  };
}

async function recoverPhase(
  mel: readonly Float32Array[],
  inverse: MelInverse,
  shape: StftShape,
  { method, seed, iterations = DEFAULT_ITERATIONS[method], onProgress, signal }: ReconstructOptions,
): Promise<Float32Array> {
  const random = createRandom(seed);
  const stft = createStft(method === 'pghi' ? decimated(shape) : shape);
  const linear = mel.map((column) => approached(inverse, column));
  throwIfAborted(signal);
  const spectrum = method === 'pghi' ? integratedStart(linear, stft, random) : randomStart(linear, random);
  const wanted: WantedMagnitudes =
    method === 'pghi'
      ? (magnitudes, frame) => inverse.approach(magnitudes, mel[frame]!)
      : (magnitudes, frame) => magnitudes.set(linear[frame]!);
  await griffinLim(stft, spectrum, wanted, {
    iterations,
    async beforeIteration(iteration) {
      await setImmediate();
      throwIfAborted(signal);
      onProgress?.(iteration / iterations);
    },
  });
  const waveform = new Float32Array(shape.length);
  // The iterations hold on to the wanted magnitudes, which are this shape's.
  createStft(shape).synthesize(copyFrom(spectrum, 2 * shape.bins), waveform);
  onProgress?.(1);
  return waveform;
}

/**
 * Columns of the picture, the last one twice. Frames stand on multiples of the hop, so `frames` of them span one hop
 * less than the picture lasts; the missing one, centred on the end, shares nine tenths of its window with the last.
 */
function byFrame(melMagnitudes: Float32Array, frames: number, nMels: number): readonly Float32Array[] {
  const columns = Array.from({ length: frames }, () => new Float32Array(nMels));
  for (let band = 0; band < nMels; band++) {
    for (let frame = 0; frame < frames; frame++)
      columns[frame]![band] = melMagnitudes[band * frames + frame]!;
  }
  return [...columns, ...columns.slice(-1)];
}

function approached(inverse: MelInverse, mel: Float32Array): Float32Array {
  const linear = new Float32Array(inverse.bins);
  inverse.approach(linear, mel);
  return linear;
}

function integratedStart(linear: readonly Float32Array[], stft: Stft, random: () => number): Float32Array {
  const magnitudes = new Float32Array(stft.frames * stft.bins);
  for (const [frame, values] of linear.entries()) magnitudes.set(values, frame * stft.bins);
  const phases = integratePhase(magnitudes, stft.frames, stft, random);
  const spectrum = new Float32Array(2 * magnitudes.length);
  for (let i = 0; i < magnitudes.length; i++) {
    spectrum[2 * i] = magnitudes[i]! * Math.cos(phases[i]!);
    spectrum[2 * i + 1] = magnitudes[i]! * Math.sin(phases[i]!);
  }
  return spectrum;
}

/** torchaudio's random start: real and imaginary part uniform in [0, 1), neither of modulus 1 nor of every angle. */
function randomStart(linear: readonly Float32Array[], random: () => number): Float32Array {
  const bins = linear[0]!.length;
  const spectrum = new Float32Array(2 * linear.length * bins);
  for (let i = 0; i < spectrum.length; i++) {
    const value = i >> 1;
    spectrum[i] = linear[Math.floor(value / bins)]![value % bins]! * random();
  }
  return spectrum;
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

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError();
}
