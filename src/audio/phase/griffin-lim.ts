import type { Stft } from '../fourier/stft.ts';

/** torchaudio's and the Riffusion notebook's momentum. */
const MOMENTUM = 0.99;

export interface GriffinLimOptions {
  readonly iterations: number;
  /** Called before every iteration; may give way to other work, may throw to stop. */
  readonly beforeIteration?: (iteration: number) => Promise<void>;
}

/**
 * Fast Griffin-Lim: phases under which the magnitudes agree best with some waveform.
 * magnitudes [frames, bins]; spectrum [frames, bins, 2] holds the start and is overwritten by the result, whose
 * magnitudes are the given ones. With 0 iterations it stays as it is.
 *
 * Perraudin, Balazs, Søndergaard, "A fast Griffin-Lim algorithm", WASPAA 2013, in the form of
 * torchaudio.functional.griffinlim 2.9.1: the momentum enters as 0.99 / 1.99 of the previous rebuilt spectrum.
 */
export async function griffinLim(
  stft: Stft,
  magnitudes: Float32Array,
  spectrum: Float32Array,
  { iterations, beforeIteration }: GriffinLimOptions,
): Promise<void> {
  const waveform = new Float32Array(stft.length);
  const previous = new Float32Array(spectrum.length);
  const width = 2 * stft.bins;
  const supply = copyFrom(spectrum, width);
  const receive = (rebuilt: Float32Array, frame: number): void =>
    advance(rebuilt, previous, magnitudes, spectrum, frame * stft.bins);
  for (let iteration = 0; iteration < iterations; iteration++) {
    await beforeIteration?.(iteration);
    stft.synthesize(supply, waveform);
    stft.analyze(waveform, receive);
  }
}

/** Supplies the frames of a stored spectrum. */
export function copyFrom(
  spectrum: Float32Array,
  width: number,
): (target: Float32Array, frame: number) => void {
  return (target, frame) => {
    const start = frame * width;
    for (let i = 0; i < width; i++) target[i] = spectrum[start + i]!;
  };
}

/** One frame: the direction of rebuilt − momentum · previous, with the wanted magnitudes. */
function advance(
  rebuilt: Float32Array,
  previous: Float32Array,
  magnitudes: Float32Array,
  spectrum: Float32Array,
  firstBin: number,
): void {
  const momentum = MOMENTUM / (1 + MOMENTUM);
  for (let i = 0, at = 2 * firstBin; i < rebuilt.length; i += 2, at += 2) {
    const re = rebuilt[i]! - momentum * previous[at]!;
    const im = rebuilt[i + 1]! - momentum * previous[at + 1]!;
    const scale = magnitudes[at >> 1]! / (Math.sqrt(re * re + im * im) + 1e-16);
    spectrum[at] = re * scale;
    spectrum[at + 1] = im * scale;
    previous[at] = rebuilt[i]!;
    previous[at + 1] = rebuilt[i + 1]!;
  }
}
