import type { MelInverse } from '../spectrogram/mel-inverse.ts';
import type { SpectrogramParams } from '../spectrogram/params.ts';
import { copyFrom, griffinLimStep } from './griffin-lim.ts';
import { ANY_PHASE, integratePhase, logGridSize, writeLogs } from './pghi.ts';
import { createRandom } from './random.ts';
import { createStft, decimated, type Span, type Stft, type StftShape } from './stft.ts';

/**
 * `pghi`: integrates phases from the magnitudes, then refines them by a few Griffin-Lim iterations that fix only the mel
 * magnitudes. Uses the shortest FFT that holds the window, at the lowest sample rate that holds the highest band.
 * `classic`: what the Riffusion notebook does. Griffin-Lim from random phases towards fixed linear magnitudes, on the
 * picture's own FFT.
 */
export type ReconstructionMethod = 'pghi' | 'classic';

export interface FollowOptions {
  /** Called with the finished part, 0 … 1. */
  readonly onProgress?: (finished: number) => void;
  /** Checked before every iteration. */
  readonly signal?: AbortSignal;
}

/** The input and all arrays of a recovery. Shared arrays remain shared when the task is posted to a worker thread. */
export interface PhaseTask {
  readonly params: SpectrogramParams;
  /** Of the result. */
  readonly shape: StftShape;
  readonly method: ReconstructionMethod;
  readonly seed: number;
  readonly iterations: number;
  readonly frames: number;
  /** [frames, nMels]. */
  readonly mel: Float32Array;
  /** [frames, bins]. */
  readonly linear: Float32Array;
  /** Logarithms of `linear` with a border (see writeLogs); empty with `classic`. */
  readonly logs: Float32Array;
  /** [frames, bins, 2]. */
  readonly spectrum: Float32Array;
  /** [frames, bins, 2]: the rebuilt spectrum of the previous iteration. */
  readonly previous: Float32Array;
  /** At the sample rate of the iterations. */
  readonly waveform: Float32Array;
  /** [shape.length]. */
  readonly result: Float32Array;
}

/**
 * The steps of a recovery, in order. All but `firstPhases` can be divided: any split into spans, on any number of threads,
 * gives the same bytes, as long as every span finishes a step before the next step begins.
 */
export interface PhaseRecovery {
  /** mel → linear and its logarithms, for frames. */
  invertMel(frames: Span): void;
  /** Writes the first phases as the real parts of the spectrum; `classic` writes the whole spectrum. */
  firstPhases(): void;
  /** First phases → spectrum, for frames. Draws at random those that integratePhase leaves open. */
  applyPhases(frames: Span): void;
  /** The first half of an iteration: spectrum → waveform, for its samples. */
  toWaveform(samples: Span): void;
  /** The second half: waveform → spectrum, for frames. */
  toSpectrum(frames: Span): void;
  /** spectrum → result, for its samples. */
  toResult(samples: Span): void;
}

type PhaseSettings = Pick<PhaseTask, 'params' | 'shape' | 'method' | 'seed' | 'iterations' | 'frames'>;

/**
 * Allocates a task for melMagnitudes [nMels, columns], on SharedArrayBuffers if `isShared`. Frames beyond the last column
 * repeat it: the one that is centred on the end shares nine tenths of its window. All arrays but `mel` are zero.
 */
export function phaseTask(
  settings: PhaseSettings,
  melMagnitudes: Float32Array,
  isShared: boolean,
): PhaseTask {
  const { shape, params, frames, method } = settings;
  const floats = (length: number): Float32Array =>
    isShared ? new Float32Array(new SharedArrayBuffer(4 * length)) : new Float32Array(length);
  const mel = floats(frames * params.nMels);
  const columns = melMagnitudes.length / params.nMels;
  for (let frame = 0; frame < frames; frame++) {
    const column = Math.min(frame, columns - 1);
    for (let band = 0; band < params.nMels; band++)
      mel[frame * params.nMels + band] = melMagnitudes[band * columns + column]!;
  }
  return {
    ...settings,
    mel,
    linear: floats(frames * shape.bins),
    logs: floats(method === 'pghi' ? logGridSize(frames, shape.bins) : 0),
    spectrum: floats(2 * frames * shape.bins),
    previous: floats(2 * frames * shape.bins),
    waveform: floats(iterated(settings).length),
    result: floats(shape.length),
  };
}

/** Call it once per thread: the returned object works on the task's arrays with temporary memory of its own. */
export function phaseRecovery(task: PhaseTask, inverse: MelInverse): PhaseRecovery {
  const { shape, mel, linear, logs, spectrum, previous, method, params } = task;
  const { bins } = shape;
  const melOf = (frame: number) => mel.subarray(frame * params.nMels, (frame + 1) * params.nMels);
  const linearOf = (frame: number) => linear.subarray(frame * bins, (frame + 1) * bins);
  const stft = stftOf(iterated(task));
  const step = griffinLimStep(stft, { spectrum, previous, waveform: task.waveform }, (magnitudes, frame) => {
    if (method === 'pghi') inverse.project(magnitudes, melOf(frame));
    else magnitudes.set(linearOf(frame));
  });
  return {
    invertMel(frames) {
      for (let frame = frames.from; frame < frames.to; frame++)
        inverse.project(linearOf(frame), melOf(frame));
      if (method === 'pghi') writeLogs(linear, logs, bins, frames);
    },
    firstPhases() {
      if (method === 'classic') return randomStart(linear, spectrum, createRandom(task.seed));
      const phases = integratePhase(logs, task.frames, stft);
      for (let i = 0; i < phases.length; i++) spectrum[2 * i] = phases[i]!;
    },
    applyPhases({ from, to }) {
      if (method === 'classic') return;
      const seeds = seedsOfFrames(task);
      for (let frame = from; frame < to; frame++) {
        const random = createRandom(seeds[frame]!);
        for (let i = frame * bins; i < (frame + 1) * bins; i++) {
          const known = spectrum[2 * i]!;
          const phase = known === ANY_PHASE ? 2 * Math.PI * random() : known;
          spectrum[2 * i] = linear[i]! * Math.cos(phase);
          spectrum[2 * i + 1] = linear[i]! * Math.sin(phase);
        }
      }
    },
    ...step,
    toResult(samples) {
      // The iterations keep the magnitudes of `shape`, also when they run on a decimated one.
      stftOf(shape).synthesize(copyFrom(spectrum, 2 * bins), task.result, samples);
    },
  };
}

const stfts = new Map<string, Stft>();
const KEPT_STFTS = 4;

/** Cached, since riffs of a model mostly have one shape. Sharing its memory is safe: no call yields while it uses it. */
function stftOf(shape: StftShape): Stft {
  const key = JSON.stringify(shape);
  const stft = stfts.get(key) ?? createStft(shape);
  stfts.delete(key);
  stfts.set(key, stft);
  const oldest = stfts.keys().next();
  if (stfts.size > KEPT_STFTS && !oldest.done) stfts.delete(oldest.value);
  return stft;
}

function iterated({ method, shape }: Pick<PhaseTask, 'method' | 'shape'>): StftShape {
  return method === 'pghi' ? decimated(shape) : shape;
}

/** Each frame draws from a seed of its own, so that it does not matter which thread has it. */
function seedsOfFrames({ seed, frames }: PhaseTask): readonly number[] {
  const random = createRandom(seed);
  return Array.from({ length: frames }, () => Math.floor(random() * 2 ** 32));
}

/** torchaudio's random start: real and imaginary parts uniform in [0, 1), so neither modulus 1 nor all angles. */
function randomStart(linear: Float32Array, spectrum: Float32Array, random: () => number): void {
  for (let i = 0; i < spectrum.length; i++) spectrum[i] = linear[i >> 1]! * random();
}
