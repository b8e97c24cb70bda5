import { UserError } from '../errors.ts';
import type { SoundFinding } from '../messages/sound-findings.ts';
import { decodeOggOpus, OPUS_RATE } from './ogg-opus.ts';
import { resample } from './resample.ts';
import { type CodecName, DECODED_RATE } from './sound-format.ts';

/** A few bytes of FLAC can decode to 65535 samples of 8 channels, so the total is checked after each small chunk. */
const CHUNK_BYTES = 1024;
const MOST_CHANNELS = 8;
const LOWEST_RATE = 8000;
const HIGHEST_RATE = 96_000;
/** Ten minutes at the highest rate need half of this. */
const MOST_MEMORY_BYTES = 1024 ** 3;
/** Some broken frames are skipped, as players do; a file with more is refused. */
const MOST_BROKEN_FRAMES = 1000;

/** More seconds or memory than a sound may have. */
export class TooMuchSound extends Error {}

interface Decoded {
  readonly channelData: readonly Float32Array[];
  readonly samplesDecoded: number;
  readonly sampleRate: number;
}

interface Decoder {
  readonly ready: Promise<void>;
  decode(bytes: Uint8Array): Decoded | Promise<Decoded>;
  /** Absent for MP3, whose decoder buffers nothing. */
  flush?(): Promise<Decoded>;
}

/** Each process decodes one file, and to load a decoder takes longer than most files. */
const DECODERS: Readonly<Record<Exclude<CodecName, 'opus'>, () => Promise<Decoder>>> = {
  mp3: async () => new (await import('mpg123-decoder')).MPEGDecoder(),
  flac: async () => new (await import('@wasm-audio-decoders/flac')).FLACDecoder(),
  vorbis: async () => new (await import('@wasm-audio-decoders/ogg-vorbis')).OggVorbisDecoder(),
};

/**
 * MP3, FLAC, Ogg Vorbis or Ogg Opus → mono (mean of the channels) at 44.1 kHz. Throws TooMuchSound as soon as more than
 * `mostSeconds` are decoded, an Error if nothing can be. Call it in a child process only: hostile files can crash or
 * block it, and it replaces console.error.
 */
export async function decodeCompressed(
  bytes: Uint8Array,
  codec: CodecName,
  mostSeconds: number,
): Promise<Float32Array> {
  limitBrokenFrames();
  const parts: Float32Array[] = [];
  let samples = 0;
  let sampleRate = 0;
  for await (const decoded of codec === 'opus' ? opusChunks(bytes) : decodedChunks(bytes, codec)) {
    if (sampleRate !== 0 && decoded.sampleRate !== sampleRate) throw new Error('its sample rate changes');
    sampleRate = decoded.sampleRate;
    const part = monoOf(decoded);
    parts.push(part);
    samples += part.length;
    if (samples > mostSeconds * sampleRate) throw new TooMuchSound();
  }
  if (samples === 0) throw new Error('it has no samples');
  return resample(joined(parts, samples), sampleRate, DECODED_RATE);
}

function* opusChunks(bytes: Uint8Array): Generator<Decoded> {
  for (const mono of decodeOggOpus(bytes))
    yield { channelData: [mono], samplesDecoded: mono.length, sampleRate: OPUS_RATE };
}

async function* decodedChunks(bytes: Uint8Array, codec: Exclude<CodecName, 'opus'>): AsyncGenerator<Decoded> {
  const decoder = await DECODERS[codec]();
  await decoder.ready;
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    const decoded = await decoder.decode(bytes.subarray(at, at + CHUNK_BYTES));
    if (process.memoryUsage.rss() > MOST_MEMORY_BYTES) throw new TooMuchSound();
    if (decoded.samplesDecoded > 0) yield decoded;
  }
  const last = await decoder.flush?.();
  if (last && last.samplesDecoded > 0) yield last;
}

function monoOf({ channelData, samplesDecoded, sampleRate }: Decoded): Float32Array {
  const channels = channelData.length;
  if (channels < 1 || channels > MOST_CHANNELS) throw unreadable({ kind: 'channels', channels });
  if (!(sampleRate >= LOWEST_RATE && sampleRate <= HIGHEST_RATE))
    throw unreadable({ kind: 'rate', rateHz: sampleRate });
  const mono = new Float32Array(samplesDecoded);
  for (const channel of channelData) {
    for (let i = 0; i < samplesDecoded; i++) mono[i]! += (channel[i] ?? 0) / channels;
  }
  return mono;
}

function unreadable(finding: SoundFinding): UserError {
  return new UserError([{ kind: 'unreadableSound', finding }]);
}

function joined(parts: readonly Float32Array[], samples: number): Float32Array {
  const whole = new Float32Array(samples);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The decoders call console.error for every broken frame, and the one for MP3 may retry the same frame for ever. */
function limitBrokenFrames(): void {
  let broken = 0;
  console.error = () => {
    broken += 1;
    if (broken > MOST_BROKEN_FRAMES) throw new Error('it has too many broken frames');
  };
}
