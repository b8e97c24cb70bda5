import { sincFilter } from './resample.ts';

const TARGET_LUFS = -16;
const TRUE_PEAK_LIMIT_DB = -1;

export interface LevelledSound {
  /** Each in [−1, 1]. */
  readonly channels: readonly Float32Array[];
  readonly gainDb: number;
  /** Integrated loudness after the gain; −Infinity for silence. */
  readonly loudnessLufs: number;
  /** After the gain, relative to full scale. */
  readonly truePeakDb: number;
}

/**
 * Applies one gain to all channels: up or down to −16 LUFS, or less if the true peak would exceed −1 dBTP. No limiter,
 * no clipping. Silence is returned unchanged; a sound shorter than one 400 ms block is scaled to −1 dBTP.
 */
export function levelLoudness(channels: readonly Float32Array[], sampleRate: number): LevelledSound {
  const peak = Math.max(...channels.map(truePeak));
  if (peak === 0) return { channels, gainDb: 0, loudnessLufs: -Infinity, truePeakDb: -Infinity };
  // Measured at full scale, because the absolute gate would otherwise make the result depend on the input's level.
  const fullScale = channels.map((waveform) => scaled(waveform, 1 / peak));
  const atFullScale = integratedLoudness(fullScale, sampleRate);
  const truePeakDb = Math.min(TRUE_PEAK_LIMIT_DB, TARGET_LUFS - atFullScale);
  const gain = 10 ** (truePeakDb / 20) / peak;
  return {
    channels: channels.map((waveform) => scaled(waveform, gain)),
    gainDb: 20 * Math.log10(gain),
    loudnessLufs: atFullScale + truePeakDb,
    truePeakDb,
  };
}

function scaled(waveform: Float32Array, gain: number): Float32Array {
  const out = new Float32Array(waveform.length);
  for (let i = 0; i < out.length; i++) out[i] = waveform[i]! * gain;
  return out;
}

/** Blocks of 400 ms, three quarters overlapping. */
const BLOCK_S = 0.4;
const BLOCKS_PER_LENGTH = 4;
const ABSOLUTE_GATE_LUFS = -70;
const RELATIVE_GATE_LU = -10;

/**
 * Integrated loudness in LUFS of one or two channels of equal length; their powers add up. −Infinity when every block is
 * below −70 LUFS or the sound is shorter than one block.
 * ITU-R BS.1770-4, annex 1, K-weighting at any rate.
 */
export function integratedLoudness(channels: readonly Float32Array[], sampleRate: number): number {
  const [first = [], ...others] = channels.map((waveform) =>
    blockPowers(kWeighted(waveform, sampleRate), sampleRate),
  );
  const powers = first.map((power, i) => others.reduce((total, other) => total + other[i]!, power));
  const audible = powers.filter((power) => lufs(power) > ABSOLUTE_GATE_LUFS);
  const gate = lufs(mean(audible)) + RELATIVE_GATE_LU;
  return lufs(mean(audible.filter((power) => lufs(power) > gate)));
}

function blockPowers(weighted: Float64Array, sampleRate: number): number[] {
  const length = Math.round(BLOCK_S * sampleRate);
  const step = Math.round(length / BLOCKS_PER_LENGTH);
  const powers: number[] = [];
  for (let start = 0; start + length <= weighted.length; start += step) {
    let sum = 0;
    for (let i = start; i < start + length; i++) sum += weighted[i]! * weighted[i]!;
    powers.push(sum / length);
  }
  return powers;
}

function lufs(power: number): number {
  return -0.691 + 10 * Math.log10(power);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

interface Biquad {
  readonly b: readonly [number, number, number];
  readonly a: readonly [number, number];
}

function kWeighted(waveform: Float32Array, sampleRate: number): Float64Array {
  return filter(filter(Float64Array.from(waveform), highShelf(sampleRate)), highPass(sampleRate));
}

/**
 * The two stages of the K-weighting as analogue prototypes under the bilinear transform, with the constants that give
 * BS.1770's table at 48 kHz to its printed digits (the constants of libebur128 1.2).
 */
function highShelf(sampleRate: number): Biquad {
  const k = Math.tan((Math.PI * 1681.974450955533) / sampleRate);
  const q = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20);
  const middle = high ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return {
    b: [
      (high + (middle * k) / q + k * k) / a0,
      (2 * (k * k - high)) / a0,
      (high - (middle * k) / q + k * k) / a0,
    ],
    a: [(2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0],
  };
}

function highPass(sampleRate: number): Biquad {
  const k = Math.tan((Math.PI * 38.13547087602444) / sampleRate);
  const q = 0.5003270373238773;
  const a0 = 1 + k / q + k * k;
  return { b: [1, -2, 1], a: [(2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0] };
}

/** Transposed direct form II, in place. */
function filter(signal: Float64Array, { b, a }: Biquad): Float64Array {
  let first = 0;
  let second = 0;
  for (let i = 0; i < signal.length; i++) {
    const x = signal[i]!;
    const y = b[0] * x + first;
    first = b[1] * x - a[0] * y + second;
    second = b[2] * x - a[1] * y;
    signal[i] = y;
  }
  return signal;
}

const OVERSAMPLING = 4;
/** Samples on either side of a point between samples. */
const PEAK_REACH = 12;
/** Points that are skipped together when no sample near them is large enough to exceed the peak so far. */
const PEAK_BLOCK = 64;

/** The largest magnitude of the waveform, oversampled four times (BS.1770-4, annex 2, with a longer filter). */
export function truePeak(waveform: Float32Array): number {
  const filters = Array.from({ length: OVERSAMPLING - 1 }, (_, i) =>
    sincFilter((i + 1) / OVERSAMPLING, 1, PEAK_REACH),
  );
  const padded = new Float32Array(waveform.length + 2 * PEAK_REACH);
  padded.set(waveform, PEAK_REACH);
  let peak = loudest(waveform, 0, waveform.length);
  for (const weights of filters) {
    const mostGain = weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
    const starts = padded.length - weights.length + 1;
    for (let block = 1; block < starts; block += PEAK_BLOCK) {
      const end = Math.min(block + PEAK_BLOCK, starts);
      if (loudest(padded, block, end + weights.length - 1) * mostGain <= peak) continue;
      for (let start = block; start < end; start++) {
        let sum = 0;
        for (let j = 0; j < weights.length; j++) sum += weights[j]! * padded[start + j]!;
        peak = Math.max(peak, Math.abs(sum));
      }
    }
  }
  return peak;
}

function loudest(values: Float32Array, from: number, to: number): number {
  let most = 0;
  for (let i = from; i < to; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}
