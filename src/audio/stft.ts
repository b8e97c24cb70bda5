import { createChirpTransform } from './chirp-transform.ts';
import { createPffftTransform, type FrameShape, type FrameTransform, isPffftSize } from './pffft.ts';
import { greatestCommonDivisor } from './resample.ts';

export interface StftShape extends FrameShape {
  readonly hopLength: number;
  /** Samples of the waveform, more than winLength / 2. */
  readonly length: number;
  /** The samples before the first and after the last one: the waveform mirrored, or the waveform again (a loop). */
  readonly boundary?: 'reflect' | 'circular';
}

/** From the first index to the one after the last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Short-time Fourier transform with a periodic Hann window, frames centred on multiples of the hop.
 * With boundary 'reflect' it equals torch.stft(center=True, pad_mode='reflect', onesided=True, normalized=False)
 * and torch.istft of 2.9.1 with the same n_fft, hop_length and win_length, cut to the lowest bins.
 */
export interface Stft extends StftShape {
  /** 'reflect': 1 + ⌊length / hop⌋. 'circular': length / hop. */
  readonly frames: number;
  /** Calls `receive` with the spectrum [bins, 2] of each frame in `frames`; the view is reused for the next frame. */
  analyze(
    waveform: Float32Array,
    receive: (spectrum: Float32Array, frame: number) => void,
    frames?: Span,
  ): void;
  /**
   * Calls `supply` to fill the spectrum [bins, 2] of each frame, then overwrites `waveform` [length]. With `samples` only
   * these are written (with the same values), and only the frames that overlap them are supplied.
   */
  synthesize(
    supply: (spectrum: Float32Array, frame: number) => void,
    waveform: Float32Array,
    samples?: Span,
  ): void;
}

/** Throws RangeError when the shape is impossible. The returned object owns its work memory. */
export function createStft(shape: StftShape): Stft {
  const { winLength, hopLength, length, nFft, boundary = 'reflect' } = shape;
  const margin = winLength / 2;
  if (length <= margin) throw new RangeError(`expected more than ${margin} samples, got ${length}`);
  const circular = boundary === 'circular';
  if (circular && (length % hopLength !== 0 || length < winLength)) {
    throw new RangeError(`expected a loop of whole hops and at least one window, got ${length} samples`);
  }
  const frames = circular ? length / hopLength : 1 + Math.floor(length / hopLength);
  const transform = frameTransform(shape);
  const window = hann(winLength);
  const padded = new Float32Array(length + 2 * margin);
  const gather = circular ? gatherCircular : gatherReflect;
  const gain = synthesisGain(window, hopLength, frames, length, circular);
  return {
    ...shape,
    frames,
    analyze(waveform, receive, span = { from: 0, to: frames }) {
      gather(waveform, padded, margin);
      analyzeFrames(transform, padded, window, hopLength, span, receive);
    },
    synthesize(supply, waveform, { from, to } = { from: 0, to: length }) {
      padded.fill(0);
      // In a loop, frames that overhang one end also reach the samples at the other.
      const shifts = circular ? [0, length, -length] : [0];
      const reaches = (start: number): boolean =>
        shifts.some((shift) => start < margin + to + shift && start + winLength > margin + from + shift);
      overlapAdd(transform, padded, window, hopLength, frames, supply, reaches);
      if (circular) foldEnds(padded, margin, length);
      for (let i = from; i < to; i++) waveform[i] = padded[margin + i]! * (gain[i]! / nFft);
    },
  };
}

/**
 * The shape of the same frames at the lowest sample rate that still holds the bins, keeps all counts whole and has a
 * fast FFT; the shape itself if there is none. Bins keep their frequencies; magnitudes shrink by the ratio of the rates.
 */
export function decimated(shape: StftShape): StftShape {
  const { nFft, winLength, hopLength, length, bins } = shape;
  const parts = [winLength / 2, hopLength, length].reduce(greatestCommonDivisor, nFft / 2);
  const fitting = Array.from({ length: parts }, (_, i) => (i + 1) / parts).find(
    (ratio) => 2 * bins <= nFft * ratio && isPffftSize(Math.round(nFft * ratio)),
  );
  const at = (samples: number): number => Math.round(samples * (fitting ?? 1));
  return { ...shape, nFft: at(nFft), winLength: at(winLength), hopLength: at(hopLength), length: at(length) };
}

const transforms = new Map<string, FrameTransform>();

/** The transform for a shape; each is created once per process. */
export function frameTransform(shape: FrameShape): FrameTransform {
  const key = `${shape.nFft}/${shape.winLength}/${shape.bins}`;
  const create = isPffftSize(shape.nFft) ? createPffftTransform : createChirpTransform;
  const transform = transforms.get(key) ?? create(shape);
  transforms.set(key, transform);
  return transform;
}

function analyzeFrames(
  transform: FrameTransform,
  padded: Float32Array,
  window: Float32Array,
  hopLength: number,
  { from, to }: Span,
  receive: (spectrum: Float32Array, frame: number) => void,
): void {
  const { frame, spectrum } = transform;
  for (let index = from; index < to; index++) {
    const start = index * hopLength;
    for (let i = 0; i < window.length; i++) frame[i] = padded[start + i]! * window[i]!;
    transform.forward();
    receive(spectrum, index);
  }
}

function overlapAdd(
  transform: FrameTransform,
  padded: Float32Array,
  window: Float32Array,
  hopLength: number,
  frames: number,
  supply: (spectrum: Float32Array, frame: number) => void,
  reaches: (start: number) => boolean,
): void {
  const { frame, spectrum } = transform;
  for (let index = 0; index < frames; index++) {
    const start = index * hopLength;
    if (!reaches(start)) continue;
    supply(spectrum, index);
    transform.backward();
    for (let i = 0; i < window.length; i++) padded[start + i]! += frame[i]! * window[i]!;
  }
}

/** The periodic Hann window, torch.hann_window's default. */
function hann(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));
}

/** 1 / Σ window², over the frames that reach a sample. */
function synthesisGain(
  window: Float32Array,
  hopLength: number,
  frames: number,
  length: number,
  circular: boolean,
): Float32Array {
  const margin = window.length / 2;
  const envelope = new Float32Array(length + 2 * margin);
  const squares = window.map((value) => value * value);
  for (let index = 0; index < frames; index++) {
    const start = index * hopLength;
    for (let i = 0; i < squares.length; i++) envelope[start + i]! += squares[i]!;
  }
  if (circular) foldEnds(envelope, margin, length);
  const gain = new Float32Array(length);
  for (let i = 0; i < length; i++) gain[i] = envelope[margin + i]! > 1e-11 ? 1 / envelope[margin + i]! : 0;
  return gain;
}

function gatherReflect(waveform: Float32Array, padded: Float32Array, margin: number): void {
  const last = waveform.length - 1;
  padded.set(waveform, margin);
  for (let i = 1; i <= margin; i++) {
    padded[margin - i] = waveform[i]!;
    padded[margin + last + i] = waveform[last - i]!;
  }
}

function gatherCircular(waveform: Float32Array, padded: Float32Array, margin: number): void {
  padded.set(waveform.subarray(waveform.length - margin), 0);
  padded.set(waveform, margin);
  padded.set(waveform.subarray(0, margin), margin + waveform.length);
}

/** Adds what overhangs one end to the other end. */
function foldEnds(padded: Float32Array, margin: number, length: number): void {
  for (let i = 0; i < margin; i++) {
    padded[length + i]! += padded[i]!;
    padded[margin + i]! += padded[margin + length + i]!;
  }
}
