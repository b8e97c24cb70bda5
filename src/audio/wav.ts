import wavefile from 'wavefile';
import { messageOf, UserError } from '../errors.ts';
import { resample } from './resample.ts';

/** Texts of the INFO chunk. */
export interface WavInfo {
  /** INAM: what players show. */
  readonly title: string;
  /** ISFT. */
  readonly software: string;
  /** ICMT: the recipe as JSON. */
  readonly recipe: string;
}

const FULL_SCALE_16 = 32_767;

/**
 * waveform in [−1, 1] → 16-bit PCM mono WAV, rounded to nearest, values beyond clipped. Same input, same bytes.
 * The texts become ASCII, other letters as \uXXXX, which JSON readers undo: INFO chunks name no encoding.
 */
export function encodeWav(waveform: Float32Array, sampleRate: number, info?: WavInfo): Buffer {
  const samples = new Int16Array(waveform.length);
  for (let i = 0; i < samples.length; i++) {
    samples[i] = Math.round(Math.max(-1, Math.min(1, waveform[i]!)) * FULL_SCALE_16);
  }
  const wav = new wavefile.WaveFile();
  wav.fromScratch(1, sampleRate, '16', new Int16Array());
  // The library packs sample by sample, twenty times as slowly. Every machine that OpenVINO runs on is little-endian.
  wav.data = {
    chunkId: 'data',
    chunkSize: samples.byteLength,
    samples: new Uint8Array(samples.buffer),
  };
  if (info) {
    wav.setTag('INAM', ascii(info.title));
    wav.setTag('ISFT', ascii(info.software));
    wav.setTag('ICMT', ascii(info.recipe));
  }
  const bytes = wav.toBuffer();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export interface DecodedWav {
  /** Mono (mean of the channels), at the rate asked for, in [−1, 1] where the file keeps to it. */
  readonly waveform: Float32Array;
  /** ICMT of the INFO chunk, what encodeWav was given as recipe. */
  readonly recipe: string | undefined;
}

/** Beyond these a header is broken rather than unusual. */
const RATES_HZ = { min: 4000, max: 384_000 };
const MOST_CHANNELS = 32;

/** Bits per sample as wavefile names them → value of full scale. */
const FULL_SCALES: Readonly<Record<string, number>> = {
  '8': 2 ** 7,
  '16': 2 ** 15,
  '24': 2 ** 23,
  '32': 2 ** 31,
  '32f': 1,
  '64': 1,
};

/**
 * Reads a WAV of 8, 16, 24 or 32-bit integers or 32 or 64-bit floats, any number of channels, any rate.
 * Throws UserError where the bytes are no such WAV or hold no sound.
 */
export function decodeWav(bytes: Uint8Array, sampleRate: number): DecodedWav {
  const wav = readWav(bytes);
  const { numChannels, sampleRate: fileRate } = wav.fmt as { numChannels: number; sampleRate: number };
  if (!(numChannels >= 1 && numChannels <= MOST_CHANNELS))
    throw unreadable(`it claims ${numChannels} channels`);
  if (!(fileRate >= RATES_HZ.min && fileRate <= RATES_HZ.max))
    throw unreadable(`it claims a rate of ${fileRate} Hz`);
  const fullScale = FULL_SCALES[wav.bitDepth];
  if (fullScale === undefined) throw unreadable(`its samples are of kind "${wav.bitDepth}"`);
  const interleaved: Float64Array = wav.getSamples(true);
  const frames = Math.floor(interleaved.length / numChannels);
  if (frames === 0) throw unreadable('it holds no samples');
  const offset = wav.bitDepth === '8' ? fullScale : 0;
  const mono = new Float32Array(frames);
  for (let i = 0; i < frames; i++) {
    let sum = 0;
    for (let c = 0; c < numChannels; c++) sum += interleaved[i * numChannels + c]! - offset;
    mono[i] = sum / (numChannels * fullScale);
  }
  if (!mono.every(Number.isFinite)) throw unreadable('some of its samples are no numbers');
  return { waveform: resample(mono, fileRate, sampleRate), recipe: wav.getTag('ICMT') ?? undefined };
}

function readWav(bytes: Uint8Array): wavefile.WaveFile {
  try {
    return new wavefile.WaveFile(bytes);
  } catch (thrown) {
    throw unreadable(messageOf(thrown), thrown);
  }
}

function unreadable(why: string, cause?: unknown): UserError {
  return new UserError(
    `The sound file: expected a WAV of 8 to 32-bit PCM or float samples, but it cannot be read: ${why}.`,
    { cause },
  );
}

function ascii(text: string): string {
  return text.replace(
    /[^\x20-\x7e]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
