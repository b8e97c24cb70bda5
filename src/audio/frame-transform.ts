import { createChirpTransform } from './chirp-transform.ts';
import { BACKWARD, FORWARD, isPffftSize, pffft, REAL, WasmFloats } from './pffft.ts';

export interface FrameShape {
  /** Length of the DFT, even. */
  readonly nFft: number;
  /** Samples in the middle of the nFft that can be other than zero, even. */
  readonly winLength: number;
  /** Lowest bins kept, at most nFft / 2 + 1. */
  readonly bins: number;
}

/**
 * The DFT of real frames that are zero outside their middle, cut to the lowest bins; and its adjoint.
 * Sample j of `frame` stands at position (nFft − winLength) / 2 + j, as torch.stft centres a short window.
 * Work is done in place on the two arrays, which all users of a shape share: fill, transform and read without
 * giving way in between.
 */
export interface FrameTransform extends FrameShape {
  /** [winLength]. Fetch once per pass. */
  readonly frame: Float32Array;
  /** [bins, 2] real and imaginary. Fetch once per pass. */
  readonly spectrum: Float32Array;
  /** frame → spectrum, unscaled. The frame is kept. */
  forward(): void;
  /** spectrum (other bins taken as zero) → frame, nFft times too large. The spectrum's imaginary parts at 0 Hz
   * and Nyquist are ignored. The spectrum is lost. */
  backward(): void;
}

const transforms = new Map<string, FrameTransform>();

/** The transform of that shape, made once per process. */
export function frameTransform(shape: FrameShape): FrameTransform {
  const key = `${shape.nFft}/${shape.winLength}/${shape.bins}`;
  const known = transforms.get(key);
  if (known) return known;
  const made = isPffftSize(shape.nFft) ? createPffftTransform(shape) : createChirpTransform(shape);
  transforms.set(key, made);
  return made;
}

function createPffftTransform(shape: FrameShape): FrameTransform {
  const { nFft, winLength, bins } = shape;
  const setup = pffft._pffft_new_setup(nFft, REAL);
  const time = new WasmFloats(nFft);
  const frequency = new WasmFloats(nFft + 2);
  const work = new WasmFloats(nFft);
  const start = (nFft - winLength) / 2;
  const hasNyquist = bins === nFft / 2 + 1;
  return {
    ...shape,
    get frame() {
      return time.floats.subarray(start, start + winLength);
    },
    get spectrum() {
      return frequency.floats.subarray(0, 2 * bins);
    },
    forward() {
      time.floats.fill(0, 0, start).fill(0, start + winLength);
      pffft._pffft_transform_ordered(setup, time.pointer, frequency.pointer, work.pointer, FORWARD);
      unpackNyquist(frequency.floats, nFft);
    },
    backward() {
      const packed = frequency.floats;
      packed[1] = hasNyquist ? packed[nFft]! : 0;
      packed.fill(0, 2 * bins);
      pffft._pffft_transform_ordered(setup, frequency.pointer, time.pointer, work.pointer, BACKWARD);
    },
  };
}

/** pffft keeps the real Nyquist bin in the place of the imaginary part at 0 Hz, which is always 0. */
function unpackNyquist(spectrum: Float32Array, nFft: number): void {
  spectrum[nFft] = spectrum[1]!;
  spectrum[nFft + 1] = 0;
  spectrum[1] = 0;
}
