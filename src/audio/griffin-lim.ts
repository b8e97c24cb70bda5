import type { Span, Stft } from './stft.ts';

/** torchaudio's and the Riffusion notebook's momentum. */
const MOMENTUM = 0.99;

/** Overwrites the current magnitudes of a frame [bins] with the wanted ones. */
export type WantedMagnitudes = (magnitudes: Float32Array, frame: number) => void;

export interface GriffinLimMemory {
  /** [frames, bins, 2]: the first guess, overwritten with a better one by every iteration. */
  readonly spectrum: Float32Array;
  /** [frames, bins, 2]: the rebuilt spectrum of the iteration before; zeros at first. */
  readonly previous: Float32Array;
  /** [length]. */
  readonly waveform: Float32Array;
}

/**
 * The two halves of an iteration of fast Griffin-Lim, which finds phases for which the wanted magnitudes come closest to
 * those of a real waveform. Both work in the memory, for all samples or frames or a span of them.
 *
 * Perraudin, Balazs, Søndergaard, "A fast Griffin-Lim algorithm", WASPAA 2013, in the form of
 * torchaudio.functional.griffinlim 2.9.1: the momentum enters as 0.99 / 1.99 of the previous rebuilt spectrum.
 * With constant wanted magnitudes it equals that function.
 */
export function griffinLimStep(
  stft: Stft,
  { spectrum, previous, waveform }: GriffinLimMemory,
  wanted: WantedMagnitudes,
): { readonly toWaveform: (samples?: Span) => void; readonly toSpectrum: (frames?: Span) => void } {
  const magnitudes = new Float32Array(stft.bins);
  const supply = copyFrom(spectrum, 2 * stft.bins);
  const receive = (rebuilt: Float32Array, frame: number): void => {
    measure(rebuilt, magnitudes);
    wanted(magnitudes, frame);
    advance(rebuilt, previous, magnitudes, spectrum, 2 * frame * stft.bins);
  };
  return {
    toWaveform: (samples) => stft.synthesize(supply, waveform, samples),
    toSpectrum: (frames) => stft.analyze(waveform, receive, frames),
  };
}

/** Returns a function that copies a frame of a spectrum [frames, width] into `target` [width]. */
export function copyFrom(
  spectrum: Float32Array,
  width: number,
): (target: Float32Array, frame: number) => void {
  return (target, frame) => {
    const start = frame * width;
    for (let i = 0; i < width; i++) target[i] = spectrum[start + i]!;
  };
}

function measure(spectrum: Float32Array, magnitudes: Float32Array): void {
  for (let bin = 0; bin < magnitudes.length; bin++) {
    const re = spectrum[2 * bin]!;
    const im = spectrum[2 * bin + 1]!;
    magnitudes[bin] = Math.sqrt(re * re + im * im);
  }
}

/** Rewrites the frame that begins at `start`: the phase of rebuilt − momentum · previous, with these magnitudes. */
function advance(
  rebuilt: Float32Array,
  previous: Float32Array,
  magnitudes: Float32Array,
  spectrum: Float32Array,
  start: number,
): void {
  const momentum = MOMENTUM / (1 + MOMENTUM);
  for (let bin = 0, at = start; bin < magnitudes.length; bin++, at += 2) {
    const re = rebuilt[2 * bin]! - momentum * previous[at]!;
    const im = rebuilt[2 * bin + 1]! - momentum * previous[at + 1]!;
    const scale = magnitudes[bin]! / (Math.sqrt(re * re + im * im) + 1e-16);
    spectrum[at] = re * scale;
    spectrum[at + 1] = im * scale;
    previous[at] = rebuilt[2 * bin]!;
    previous[at + 1] = rebuilt[2 * bin + 1]!;
  }
}
