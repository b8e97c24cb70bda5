import wavefile from 'wavefile';
import { UserError } from '../errors.ts';
import type { SoundFinding } from '../messages/sound-findings.ts';
import { resample } from './resample.ts';
import { infoText, openWav, readChunks, type WavContainer } from './wav-chunks.ts';
import { parseFormat, type WavFormat } from './wav-format.ts';

/** Texts of the INFO chunk, empty where a file has none. */
export interface WavTexts {
  /** INAM: what players show. */
  readonly title: string;
  /** ISFT. */
  readonly software: string;
}

export interface WavInfo extends WavTexts {
  /** ICMT: the recipe as JSON. */
  readonly recipe?: string | undefined;
  /** Adds a smpl chunk with one loop, so that samplers and some players repeat the whole sound. */
  readonly isLoop?: boolean;
}

const FULL_SCALE_16 = 32_767;
/** Floats that were never scaled reach 2^31; sums of much larger ones would overflow later. */
const LOUDEST = 2 ** 40;

/**
 * Channels of equal length in [−1, 1] → 16-bit PCM WAV, rounded to nearest, values out of range clipped. Same input, same
 * bytes. Title and software are UTF-8, which ffmpeg and VLC expect. INFO specifies no encoding, so the recipe is ASCII with
 * \uXXXX escapes, which every JSON reader decodes.
 */
export function encodeWav(channels: readonly Float32Array[], sampleRate: number, info?: WavInfo): Buffer {
  const samples = pcm16(channels);
  const wav = new wavefile.WaveFile();
  wav.fromScratch(channels.length, sampleRate, '16', new Int16Array());
  // The library packs sample by sample, twenty times slower. Every machine that OpenVINO supports is little-endian.
  wav.data = {
    chunkId: 'data',
    chunkSize: samples.byteLength,
    samples: new Uint8Array(samples.buffer),
  };
  if (info) {
    wav.setTag('INAM', oneLine(info.title));
    wav.setTag('ISFT', oneLine(info.software));
    if (info.recipe !== undefined) wav.setTag('ICMT', ascii(info.recipe));
    if (info.isLoop) wav.smpl = wholeLoop(channels[0]?.length ?? 0, sampleRate);
  }
  const bytes = wav.toBuffer();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Multimedia Data Standards Update 1.0 (1994), "Sample Chunk": forward, for ever, from the first to the last sample. */
function wholeLoop(samples: number, sampleRate: number): object {
  const loop = { dwName: '', dwType: 0, dwStart: 0, dwEnd: samples - 1, dwFraction: 0, dwPlayCount: 0 };
  return {
    chunkId: 'smpl',
    chunkSize: 36 + 24,
    dwManufacturer: 0,
    dwProduct: 0,
    dwSamplePeriod: Math.round(1e9 / sampleRate),
    dwMIDIUnityNote: 60,
    dwMIDIPitchFraction: 0,
    dwSMPTEFormat: 0,
    dwSMPTEOffset: 0,
    dwNumSampleLoops: 1,
    dwSamplerData: 0,
    loops: [loop],
  };
}

/** Interleaved, rounded to nearest, values out of range clipped. */
export function pcm16(channels: readonly Float32Array[]): Int16Array {
  const samples = new Int16Array(channels.length * (channels[0]?.length ?? 0));
  for (const [c, waveform] of channels.entries()) {
    for (let i = 0; i < waveform.length; i++) {
      const clipped = Math.max(-1, Math.min(1, waveform[i]!));
      samples[i * channels.length + c] = Math.round(clipped * FULL_SCALE_16);
    }
  }
  return samples;
}

export interface DecodedWav {
  /** Mono (mean of the channels), in [−1, 1] unless the file's floats exceed it. */
  readonly waveform: Float32Array;
  /** ICMT of the INFO chunk, where encodeWav puts the recipe. */
  readonly recipe: string | undefined;
}

/** As readWav, but resampled to `sampleRate`. */
export function decodeWav(bytes: Uint8Array, sampleRate: number, maxMs?: number): DecodedWav {
  const { waveform, sampleRate: ownRate, recipe } = readWav(bytes, maxMs);
  return { waveform: resample(waveform, ownRate, sampleRate), recipe };
}

/**
 * Reads a WAV (RIFF, RIFX, RF64 or BW64) of 8 to 32-bit integers or 32 or 64-bit floats with up to 32 channels, at its own
 * sample rate. Throws UserError if the bytes are no such WAV, hold no sound, or last longer than maxMs.
 */
export function readWav(
  bytes: Uint8Array,
  maxMs = Number.POSITIVE_INFINITY,
): DecodedWav & WavTexts & { readonly sampleRate: number } {
  const container = openWav(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (!container) throw unreadable({ kind: 'noWav' });
  const { format: formatChunk, data, infos } = readChunks(container);
  if (!formatChunk) throw unreadable({ kind: 'noFormat' });
  const format = parseFormat(formatChunk, container.bigEndian);
  if ('kind' in format) throw unreadable(format);
  if (!data) throw unreadable({ kind: 'noData' });
  const frames = Math.floor(data.length / (format.channels * format.bytesPerSample));
  if (frames === 0) throw unreadable({ kind: 'noSamples' });
  const soundMs = (1000 * frames) / format.sampleRate;
  if (soundMs > maxMs) throw new UserError([{ kind: 'soundTooLong', mostSeconds: maxMs / 1000 }]);
  const mono = monoSamples({ ...container, bytes: data }, format, frames);
  if (!mono.every((sample) => Math.abs(sample) <= LOUDEST)) throw unreadable({ kind: 'noNumbers' });
  return {
    waveform: mono,
    sampleRate: format.sampleRate,
    recipe: infoText(container, infos, 'ICMT'),
    title: infoText(container, infos, 'INAM') ?? '',
    software: infoText(container, infos, 'ISFT') ?? '',
  };
}

/** The recipe alone, without decoding the samples; undefined if the bytes are not a WAV or hold no ICMT. */
export function recipeOfWav(bytes: Uint8Array): string | undefined {
  const container = openWav(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return container && infoText(container, readChunks(container).infos, 'ICMT');
}

function monoSamples(data: WavContainer, format: WavFormat, frames: number): Float32Array {
  const { channels, bytesPerSample } = format;
  const sampleAt = sampleReader(data, format);
  const mono = new Float32Array(frames);
  for (let frame = 0, at = 0; frame < frames; frame++) {
    let sum = 0;
    for (let c = 0; c < channels; c++, at += bytesPerSample) sum += sampleAt(at);
    mono[frame] = sum / channels;
  }
  return mono;
}

/** Reads the sample at a byte offset, scaled so that full scale is 1. */
function sampleReader({ bytes, bigEndian }: WavContainer, format: WavFormat): (at: number) => number {
  const { encoding, bytesPerSample } = format;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = !bigEndian;
  if (encoding === 'unsigned') return (at) => (bytes[at]! - 128) / 128;
  if (encoding === 'float') {
    return bytesPerSample === 4 ? (at) => view.getFloat32(at, little) : (at) => view.getFloat64(at, little);
  }
  switch (bytesPerSample) {
    case 2:
      return (at) => view.getInt16(at, little) / 2 ** 15;
    case 3:
      return (at) => (little ? bytes.readIntLE(at, 3) : bytes.readIntBE(at, 3)) / 2 ** 23;
    default:
      return (at) => view.getInt32(at, little) / 2 ** 31;
  }
}

function unreadable(finding: SoundFinding): UserError {
  return new UserError([{ kind: 'unreadableWav', finding }]);
}

/** Control characters become spaces: players show one line, and NUL would end the text. */
function oneLine(text: string): string {
  return text.toWellFormed().replace(/\p{Cc}+/gu, ' ');
}

function ascii(text: string): string {
  return text.replace(
    /[^\x20-\x7e]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
