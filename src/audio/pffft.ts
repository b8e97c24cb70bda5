import loadScalar from '@echogarden/pffft-wasm';
import loadSimd from '@echogarden/pffft-wasm/simd';

export const FORWARD = 0;
export const BACKWARD = 1;
const REAL = 0;
export const COMPLEX = 1;

/** pffft 0.4.2 in WebAssembly; the scalar build, whose last bits differ, where WASM SIMD is missing. */
export const pffft = await loadSimd().catch(() => loadScalar());

const FLOAT_BYTES = 4;

/** An array in the memory of the WASM module, never freed: plans live as long as the process. */
export class WasmFloats {
  readonly pointer: number;
  readonly #length: number;
  #view: Float32Array;

  constructor(length: number) {
    this.#length = length;
    this.pointer = pffft._pffft_aligned_malloc(length * FLOAT_BYTES);
    if (this.pointer === 0) throw new RangeError(`no WASM memory for ${length} floats`);
    this.#view = this.#look();
    this.#view.fill(0);
  }

  /** Fetch it once per pass: a new plan may grow the memory, which invalidates the view. */
  get floats(): Float32Array {
    if (this.#view.buffer !== pffft.HEAPF32.buffer) this.#view = this.#look();
    return this.#view;
  }

  #look(): Float32Array {
    return new Float32Array(pffft.HEAPF32.buffer, this.pointer, this.#length);
  }
}

/** The smallest size ≥ `atLeast` that pffft transforms fast: 2^a, 3·2^a or 9·2^a, a ≥ 5. */
export function fastFftSize(atLeast: number): number {
  const sizes = [1, 3, 9].map((odd) => odd * 2 ** Math.max(5, Math.ceil(Math.log2(atLeast / odd))));
  return Math.min(...sizes);
}

/** Whether pffft transforms a real input of this size: 2^a 3^b 5^c, a ≥ 5. */
export function isPffftSize(size: number): boolean {
  if (size % 32 !== 0) return false;
  let rest = size;
  for (const prime of [2, 3, 5]) while (rest % prime === 0) rest /= prime;
  return rest === 1;
}

export interface FrameShape {
  /** Length of the DFT, even. */
  readonly nFft: number;
  /** Length of the window in the middle of the frame, even; all samples outside it are zero. */
  readonly winLength: number;
  /** Lowest bins kept, at most nFft / 2 + 1. */
  readonly bins: number;
}

/**
 * The DFT of windowed real frames, cut to the lowest bins, and its adjoint. Sample j of `frame` is at position
 * (nFft − winLength) / 2 + j of the DFT, as torch.stft centres a short window.
 * Both transforms work on two arrays that all users of one shape share: do not await between filling an array and
 * reading the result.
 */
export interface FrameTransform {
  /** [winLength]. Fetch once per pass. */
  readonly frame: Float32Array;
  /** [bins, 2] real and imaginary. Fetch once per pass. */
  readonly spectrum: Float32Array;
  /** frame → spectrum, unscaled. The frame is kept. */
  forward(): void;
  /**
   * spectrum → frame, nFft times too large. Bins above the kept ones count as zero; the imaginary parts at 0 Hz and
   * Nyquist are ignored. Destroys the spectrum.
   */
  backward(): void;
}

/** The frame transform for sizes that isPffftSize accepts. */
export function createPffftTransform({ nFft, winLength, bins }: FrameShape): FrameTransform {
  const setup = pffft._pffft_new_setup(nFft, REAL);
  const time = new WasmFloats(nFft);
  const frequency = new WasmFloats(nFft + 2);
  const work = new WasmFloats(nFft);
  const start = (nFft - winLength) / 2;
  const hasNyquist = bins === nFft / 2 + 1;
  return {
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

/** pffft stores the real Nyquist bin in the slot of the imaginary part at 0 Hz, which is always 0. */
function unpackNyquist(spectrum: Float32Array, nFft: number): void {
  spectrum[nFft] = spectrum[1]!;
  spectrum[nFft + 1] = 0;
  spectrum[1] = 0;
}
