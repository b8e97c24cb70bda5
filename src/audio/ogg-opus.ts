import OpusScript from 'opusscript';
import { type OggPacket, readOggPackets, writeOgg } from './ogg.ts';
import { resample } from './resample.ts';
import { pcm16 } from './wav.ts';

/** The comments of a file. */
export interface OggInfo {
  /** TITLE: what players show. */
  readonly title: string;
  /** ENCODER. */
  readonly software: string;
  /** RIFF_RECIPE: the recipe as JSON, where there is one. */
  readonly recipe?: string | undefined;
}

/** Sample rate in Hz, encoding and decoding. */
export const OPUS_RATE = 48_000;
/** 20 ms, for which Opus is tuned. */
const FRAME_SAMPLES = 960;
const FRAME_BYTES = 2 * FRAME_SAMPLES;
const BITS_PER_SECOND = 96_000;
/** libopus' OPUS_GET_LOOKAHEAD for music at 48 kHz: decoded samples before the sound begins. */
const PRE_SKIP = 312;
/** A second, the longest that RFC 7845 recommends. */
const PACKETS_PER_PAGE = 50;
/** For packets that are larger than the average, and for page headers. */
const SIZE_MARGIN = 1.15;
const HEADER_BYTES = 16 * 1024;
const RECIPE_COMMENT = 'RIFF_RECIPE';
/** Enough for the longest recipe. Other programs' files may have pictures in their comments. */
const MOST_COMMENT_BYTES = 4 * 1024 ** 2;

/** Mono waveform in [−1, 1] → Ogg Opus (RFC 7845) of 96 kbit/s. Same input, same bytes. */
export function encodeOggOpus(waveform: Float32Array, sampleRate: number, info: OggInfo): Buffer {
  const sound = resample(waveform, sampleRate, OPUS_RATE);
  const headers = [idHeader(sampleRate), commentHeader(info)];
  return writeOgg([
    ...headers.map((bytes) => ({ bytes, granule: 0, endsPage: true })),
    ...soundPackets(sound),
  ]);
}

/** An upper bound for the bytes of a sound with the recipe of an ordinary riff. */
export function oggBytesOf(soundMs: number): number {
  return HEADER_BYTES + (SIZE_MARGIN * BITS_PER_SECOND * soundMs) / 8000;
}

/** The last frame is filled up with silence, which the last packet's granule cuts off again. */
function soundPackets(sound: Float32Array): readonly OggPacket[] {
  const end = PRE_SKIP + sound.length;
  const count = Math.ceil(end / FRAME_SAMPLES);
  const samples = new Int16Array(count * FRAME_SAMPLES);
  samples.set(pcm16([sound]));
  const encoder = new OpusScript(OPUS_RATE, 1, OpusScript.Application.AUDIO);
  try {
    encoder.setBitrate(BITS_PER_SECOND);
    return Array.from({ length: count }, (_, index) => ({
      bytes: encoder.encode(Buffer.from(samples.buffer, index * FRAME_BYTES, FRAME_BYTES), FRAME_SAMPLES),
      granule: Math.min(end, (index + 1) * FRAME_SAMPLES),
      endsPage: (index + 1) % PACKETS_PER_PAGE === 0,
    }));
  } finally {
    encoder.delete();
  }
}

/** RFC 7845, section 5.1: version 1, one channel, no gain, channel mapping family 0. */
function idHeader(sampleRate: number): Buffer {
  const header = Buffer.alloc(19);
  header.write('OpusHead', 'latin1');
  header[8] = 1;
  header[9] = 1;
  header.writeUInt16LE(PRE_SKIP, 10);
  header.writeUInt32LE(sampleRate, 12);
  return header;
}

/** RFC 7845, section 5.2: texts in UTF-8, each after its length. */
function commentHeader({ title, software, recipe }: OggInfo): Buffer {
  const comments = [`TITLE=${title}`, `ENCODER=${software}`];
  if (recipe !== undefined) comments.push(`${RECIPE_COMMENT}=${recipe}`);
  return Buffer.concat([
    Buffer.from('OpusTags'),
    withLength(software),
    uint32(comments.length),
    ...comments.map(withLength),
  ]);
}

function withLength(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** From an ID header of channel mapping family 0, which has one or two channels (RFC 7845, section 5.1.1). */
interface OpusHead {
  readonly channels: number;
  readonly preSkip: number;
}

/** A file with more is refused. */
const MOST_BROKEN_PACKETS = 1000;

/**
 * Ogg Opus → mono at 48 kHz, packet by packet. Skips broken packets. Throws an Error if the file has no readable ID
 * header or more than MOST_BROKEN_PACKETS broken packets.
 */
export function* decodeOggOpus(file: Uint8Array): Generator<Float32Array> {
  const [head, , ...packets] = readOggPackets(file, Number.POSITIVE_INFINITY, file.length);
  const { channels, preSkip } = opusHead(head);
  const decoder = new OpusScript(OPUS_RATE, channels, OpusScript.Application.AUDIO);
  let skip = preSkip;
  let broken = 0;
  for (const packet of packets) {
    const mono = decodedPacket(decoder, packet, channels);
    if (mono === null && ++broken > MOST_BROKEN_PACKETS) throw new Error('it has too many broken packets');
    if (mono === null) continue;
    yield mono.subarray(Math.min(skip, mono.length));
    skip -= Math.min(skip, mono.length);
  }
}

function opusHead(head: Buffer | undefined): OpusHead {
  if (!head || head.length < 19 || head.toString('latin1', 0, 8) !== 'OpusHead')
    throw new Error('it has no Opus head');
  const channels = head[9]!;
  if (channels < 1 || channels > 2 || head[18] !== 0) throw new Error(`it has ${channels} channels`);
  return { channels, preSkip: head.readUInt16LE(10) };
}

function decodedPacket(decoder: OpusScript, packet: Buffer, channels: number): Float32Array | null {
  try {
    const pcm = decoder.decode(packet);
    return Float32Array.from({ length: Math.floor(pcm.length / 2 / channels) }, (_, i) => {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += pcm.readInt16LE(2 * (i * channels + c));
      return sum / channels / 2 ** 15;
    });
  } catch {
    return null;
  }
}

/** The recipe that was given to encodeOggOpus; undefined if the bytes are not Ogg Opus or hold none. */
export function recipeOfOggOpus(file: Uint8Array): string | undefined {
  const [, comments] = readOggPackets(file, 2, MOST_COMMENT_BYTES);
  if (comments?.toString('latin1', 0, 8) !== 'OpusTags') return undefined;
  const prefix = `${RECIPE_COMMENT}=`;
  const recipe = [...textsOf(comments)].find((text) => text.startsWith(prefix));
  return recipe?.slice(prefix.length);
}

/** The comments without the vendor string. Stops at a length that reaches beyond the header. */
function* textsOf(header: Buffer): Generator<string> {
  let at = 8;
  const next = (): Buffer | null => {
    if (at + 4 > header.length) return null;
    const end = at + 4 + header.readUInt32LE(at);
    const text = end > header.length ? null : header.subarray(at + 4, end);
    at = end;
    return text;
  };
  if (next() === null) return;
  at += 4;
  for (let text = next(); text !== null; text = next()) yield text.toString();
}
