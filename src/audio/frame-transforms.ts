import { createChirpTransform } from './chirp-transform.ts';
import type { FrameShape, FrameTransform } from './frame-transform.ts';
import { BACKWARD, FORWARD, isPffftSize, pffft, REAL, WasmFloats } from './pffft.ts';

const transforms = new Map<string, FrameTransform>();

/** The transform for a shape; each is created once per process. */
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

/** pffft stores the real Nyquist bin in the slot of the imaginary part at 0 Hz, which is always 0. */
function unpackNyquist(spectrum: Float32Array, nFft: number): void {
  spectrum[nFft] = spectrum[1]!;
  spectrum[nFft + 1] = 0;
  spectrum[1] = 0;
}
