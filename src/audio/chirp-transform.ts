import {
  BACKWARD,
  COMPLEX,
  FORWARD,
  type FrameShape,
  type FrameTransform,
  fastFftSize,
  pffft,
  WasmFloats,
} from './pffft.ts';

/**
 * The frame transform for sizes with factors other than 2, 3 and 5, Riffusion's 17640 among them.
 * Bluestein's algorithm (1970): with jk = (j² + k² − (k − j)²) / 2 the DFT becomes a convolution with the chirp
 * c(m) = e^(−πi m² / nFft). The convolution need only hold winLength samples and the kept bins.
 */
export function createChirpTransform({ nFft, winLength, bins }: FrameShape): FrameTransform {
  const size = fastFftSize(winLength + bins - 1);
  const convolver = createConvolver(size);
  const forwardChirp = convolver.filter((at) => chirp(at, nFft, -1), winLength, bins);
  const backwardChirp = convolver.filter((at) => chirp(at, nFft, 1), bins, winLength);
  const start = (nFft - winLength) / 2;
  const samples = complexTable(winLength, (j) => chirp(j, nFft, 1));
  const binShift = complexTable(bins, (k) => chirp(k, nFft, 1) - (2 * Math.PI * ((k * start) % nFft)) / nFft);
  const frame = new Float32Array(winLength);
  const spectrum = new Float32Array(2 * bins);
  return {
    frame,
    spectrum,
    forward() {
      const signal = convolver.signal;
      for (let j = 0; j < winLength; j++) {
        signal[2 * j] = frame[j]! * samples[2 * j]!;
        signal[2 * j + 1] = frame[j]! * samples[2 * j + 1]!;
      }
      convolver.convolve(forwardChirp, winLength);
      for (let k = 0; k < 2 * bins; k += 2) {
        const [re, im, a, b] = [signal[k]!, signal[k + 1]!, binShift[k]!, binShift[k + 1]!];
        spectrum[k] = re * a - im * b;
        spectrum[k + 1] = re * b + im * a;
      }
    },
    backward() {
      const signal = convolver.signal;
      for (let k = 0; k < bins; k++) {
        const weight = k === 0 || 2 * k === nFft ? 1 : 2;
        const re = weight * spectrum[2 * k]!;
        const im = weight === 1 ? 0 : weight * spectrum[2 * k + 1]!;
        signal[2 * k] = re * binShift[2 * k]! + im * binShift[2 * k + 1]!;
        signal[2 * k + 1] = im * binShift[2 * k]! - re * binShift[2 * k + 1]!;
      }
      convolver.convolve(backwardChirp, bins);
      for (let j = 0; j < winLength; j++) {
        frame[j] = signal[2 * j]! * samples[2 * j]! + signal[2 * j + 1]! * samples[2 * j + 1]!;
      }
    },
  };
}

/** Angle of c(m), or of its conjugate for sign −1; m² is reduced first so that large m stay exact. */
function chirp(m: number, nFft: number, sign: number): number {
  return (-sign * Math.PI * ((m * m) % (2 * nFft))) / nFft;
}

/** [length, 2] real and imaginary part of e^(i · angle). */
function complexTable(length: number, angleAt: (index: number) => number): Float64Array {
  const table = new Float64Array(2 * length);
  for (let i = 0; i < length; i++) {
    table[2 * i] = Math.cos(angleAt(i));
    table[2 * i + 1] = Math.sin(angleAt(i));
  }
  return table;
}

interface Convolver {
  /** [size, 2]: the input, overwritten with the result. */
  readonly signal: Float32Array;
  filter(angleAt: (index: number) => number, inputs: number, outputs: number): WasmFloats;
  /** All but the first `inputs` values of the signal count as zero. */
  convolve(filter: WasmFloats, inputs: number): void;
}

/** Circular convolution of complex signals, in pffft's own bin order: products do not depend on it. */
function createConvolver(size: number): Convolver {
  const setup = pffft._pffft_new_setup(size, COMPLEX);
  const [signal, product, work] = [2 * size, 2 * size, 2 * size].map((length) => new WasmFloats(length)) as [
    WasmFloats,
    WasmFloats,
    WasmFloats,
  ];
  const transform = (from: WasmFloats, to: WasmFloats, direction: 0 | 1): void =>
    pffft._pffft_transform(setup, from.pointer, to.pointer, work.pointer, direction);
  return {
    get signal() {
      return signal.floats;
    },
    filter(angleAt, inputs, outputs) {
      const filter = new WasmFloats(2 * size);
      const values = filter.floats;
      for (let at = 1 - inputs; at < outputs; at++) {
        const index = 2 * ((at + size) % size);
        values[index] = Math.cos(angleAt(at));
        values[index + 1] = Math.sin(angleAt(at));
      }
      transform(filter, filter, FORWARD);
      return filter;
    },
    convolve(filter, inputs) {
      signal.floats.fill(0, 2 * inputs);
      transform(signal, signal, FORWARD);
      product.floats.fill(0);
      pffft._pffft_zconvolve_accumulate(setup, signal.pointer, filter.pointer, product.pointer, 1 / size);
      transform(product, signal, BACKWARD);
    },
  };
}
