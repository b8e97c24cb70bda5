import loadScalar from '@echogarden/pffft-wasm';
import loadSimd from '@echogarden/pffft-wasm/simd';

export const FORWARD = 0;
export const BACKWARD = 1;
export const REAL = 0;
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
