import type { SoundFinding } from '../messages/sound-findings.ts';
import { uint16, uint32 } from './wav-chunks.ts';

/** How the samples of a WAV are stored; interleaved, frame by frame. */
export interface WavFormat {
  readonly channels: number;
  readonly sampleRate: number;
  readonly encoding: 'unsigned' | 'signed' | 'float';
  /** Size of one sample in the file; if fewer bits are valid, they are the upper ones. */
  readonly bytesPerSample: number;
}

/** Headers beyond these limits are taken for damaged. */
const RATES_HZ = { min: 4000, max: 384_000 };
const MOST_CHANNELS = 32;

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
const EXTENSIBLE_BYTES = 40;
/** The last eight bytes of the GUID tttttttt-0000-0010-8000-00AA00389B71, in which t is the tag. */
const SUBFORMAT_END = '800000aa00389b71';

/** The registered names of common tags. */
const OTHER_FORMATS: Readonly<Record<number, string>> = {
  2: 'Microsoft ADPCM',
  6: 'A-law',
  7: 'µ-law',
  17: 'IMA ADPCM',
  49: 'GSM 6.10',
  80: 'MPEG audio',
  85: 'MP3',
  255: 'AAC',
  353: 'Windows Media Audio',
  61868: 'FLAC',
};

/**
 * Reads the body of a "fmt " chunk; with the tag WAVE_FORMAT_EXTENSIBLE, the sub-format counts.
 * Returns a SoundFinding if samples of this format cannot be read.
 */
export function parseFormat(bytes: Buffer, bigEndian: boolean): WavFormat | SoundFinding {
  if (bytes.length < 16) return { kind: 'shortFormat', bytes: bytes.length };
  const chunk = { bytes, bigEndian };
  const channels = uint16(chunk, 2);
  const sampleRate = uint32(chunk, 4);
  if (channels < 1 || channels > MOST_CHANNELS) return { kind: 'channels', channels };
  if (sampleRate < RATES_HZ.min || sampleRate > RATES_HZ.max) return { kind: 'rate', rateHz: sampleRate };
  const tag = uint16(chunk, 0) === EXTENSIBLE ? subFormat(bytes, bigEndian) : uint16(chunk, 0);
  if (typeof tag !== 'number') return tag;
  const bits = uint16(chunk, 14);
  const bytesPerSample = containerBytes(uint16(chunk, 12) / channels, bits);
  const encoding = encodingOf(tag, bits, bytesPerSample);
  if (encoding === undefined) return findingOf(tag, bits);
  return { channels, sampleRate, encoding, bytesPerSample };
}

function subFormat(bytes: Buffer, bigEndian: boolean): number | SoundFinding {
  if (bytes.length < EXTENSIBLE_BYTES) return { kind: 'noSubFormat' };
  const chunk = { bytes, bigEndian };
  const tag = uint32(chunk, 24);
  const isKnown =
    tag <= 0xffff &&
    uint16(chunk, 28) === 0 &&
    uint16(chunk, 30) === 0x10 &&
    bytes.toString('hex', 32, EXTENSIBLE_BYTES) === SUBFORMAT_END;
  return isKnown ? tag : { kind: 'unknownSubFormat', hex: bytes.toString('hex', 24, EXTENSIBLE_BYTES) };
}

/** Bytes per sample follow from the frame's size (24 bits may take 4 bytes), or from the bits if that is impossible. */
function containerBytes(ofFrame: number, bits: number): number {
  const least = Math.ceil(bits / 8);
  return Number.isInteger(ofFrame) && ofFrame >= least && ofFrame <= 8 ? ofFrame : least;
}

function encodingOf(tag: number, bits: number, bytesPerSample: number): WavFormat['encoding'] | undefined {
  if (tag === FLOAT) return bits === 8 * bytesPerSample && bits >= 32 ? 'float' : undefined;
  if (tag !== PCM || bits < 1 || bytesPerSample > 4) return undefined;
  return bytesPerSample === 1 ? 'unsigned' : 'signed';
}

function findingOf(tag: number, bits: number): SoundFinding {
  if (tag === PCM) return { kind: 'pcm', bits };
  if (tag === FLOAT) return { kind: 'floats', bits };
  const codec = OTHER_FORMATS[tag];
  return codec ? { kind: 'codec', codec } : { kind: 'unknownFormat', tag };
}
