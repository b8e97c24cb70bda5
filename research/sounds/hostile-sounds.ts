import { below, flipped } from '../../test/audio/sound-files.ts';

/** Small sounds of every format, one second each. */
export type Sounds = Readonly<Record<'wav' | 'mp3' | 'ogg' | 'flac' | 'opus' | 'm4a' | 'webm', Buffer>>;

/** Makes one hostile file. `random`: 0 … 1. */
type Make = (sounds: Sounds, random: () => number) => Buffer;

/** So much sound that nobody has uploaded it: the limits end it. */
const MANY_SAMPLES = 70 * 44_100;
/** Of a WAV: where its format and the sizes of its chunks stand. */
const FORMAT_AT = 20;
const CHANNELS_AT = 22;
const RATE_AT = 24;
const BITS_AT = 34;
const DATA_SIZE_AT = 40;
const WAV_HEAD_BYTES = 44;

export const HOSTILE_KINDS: Readonly<Record<string, Make>> = {
  'cut off anywhere': (sounds, random) => {
    const file = anyOf(sounds, random);
    return file.subarray(0, below(file.length, random));
  },
  'bits flipped in the head': (sounds, random) => flipped(anyOf(sounds, random), 200, random),
  'bits flipped anywhere': (sounds, random) =>
    flipped(anyOf(sounds, random), Number.POSITIVE_INFINITY, random),
  'a head of ones': (sounds, random) =>
    Buffer.from(anyOf(sounds, random)).fill(0xff, 4 + below(40, random), 60),
  'a head of noughts': (sounds, random) =>
    Buffer.from(anyOf(sounds, random)).fill(0, 4 + below(40, random), 80),
  'the head of one format before another': (sounds, random) =>
    Buffer.concat([anyOf(sounds, random).subarray(0, 64), anyOf(sounds, random)]),
  'the body swapped for noise': (sounds, random) => {
    const file = anyOf(sounds, random);
    return Buffer.concat([file.subarray(0, 120), noise(20_000, random)]);
  },
  'no sound at all': (_, random) => noise(below(5000, random), random),
  'text, a picture, a script, an archive': (_, random) =>
    Buffer.from(
      ['%PDF-1.7', '\x89PNG\r\n\x1a\n', '#!/bin/sh\nrm -rf /', 'PK\x03\x04'][below(4, random)]!,
      'latin1',
    ),
  'a WAV of no samples': ({ wav }) => withUint32(wav.subarray(0, WAV_HEAD_BYTES), DATA_SIZE_AT, 0),
  'a WAV that claims four gigabytes': ({ wav }) => withUint32(wav, DATA_SIZE_AT, 0xffff_fff0),
  'a WAV of another rate': ({ wav }, random) => withUint32(wav, RATE_AT, below(2 ** 32, random)),
  'a WAV of many channels': ({ wav }, random) => withUint16(wav, CHANNELS_AT, below(2 ** 16, random)),
  'a WAV of odd bits': ({ wav }, random) => withUint16(wav, BITS_AT, below(2 ** 16, random)),
  'a WAV of another codec': ({ wav }, random) => withUint16(wav, FORMAT_AT, below(2 ** 16, random)),
  'a WAV of numbers that are none': ({ wav }) => floats(wav, Number.NaN),
  'a WAV of endless loudness': ({ wav }) => floats(wav, Number.POSITIVE_INFINITY),
  'a WAV of silence': ({ wav }) => Buffer.concat([wav.subarray(0, WAV_HEAD_BYTES), Buffer.alloc(88_200)]),
  'a WAV longer than may be': ({ wav }) =>
    withUint32(
      Buffer.concat([wav.subarray(0, WAV_HEAD_BYTES), Buffer.alloc(2 * MANY_SAMPLES, 1)]),
      DATA_SIZE_AT,
      2 * MANY_SAMPLES,
    ),
  'a stream that goes on and on': (sounds, random) => {
    const file = [sounds.mp3, sounds.flac, sounds.ogg, sounds.opus][below(4, random)]!;
    return Buffer.concat(Array.from({ length: 90 }, () => file));
  },
  'small frames that unfold': ({ flac }, random) => unfolding(flac, random),
  'a comment of megabytes': ({ mp3 }) =>
    Buffer.concat([Buffer.from('ID3\x03\x00\x00\x7f\x7f\x7f\x7f', 'latin1'), Buffer.alloc(3_000_000), mp3]),
  'an Ogg whose pages repeat a number': ({ ogg, opus }, random) => {
    const file = random() < 0.5 ? ogg : opus;
    return Buffer.concat([file, file.subarray(0, below(file.length, random)), file]);
  },
  'an MP4 or WebM that names other files': ({ m4a, webm }, random) =>
    Buffer.concat([
      (random() < 0.5 ? m4a : webm).subarray(0, 40),
      Buffer.from('file:///etc/passwd concat:http://127.0.0.1/'),
    ]),
};

function anyOf(sounds: Sounds, random: () => number): Buffer {
  const all = Object.values(sounds);
  return all[below(all.length, random)]!;
}

function noise(length: number, random: () => number): Buffer {
  return Buffer.from(Array.from({ length }, () => below(256, random)));
}

function withUint32(file: Buffer, at: number, value: number): Buffer {
  const bytes = Buffer.from(file);
  bytes.writeUInt32LE(value, at);
  return bytes;
}

function withUint16(file: Buffer, at: number, value: number): Buffer {
  const bytes = Buffer.from(file);
  bytes.writeUInt16LE(value, at);
  return bytes;
}

/** A second of 32-bit floats with one of this value among them. */
function floats(wav: Buffer, value: number): Buffer {
  const samples = new Float32Array(44_100).fill(0.1);
  samples[1000] = value;
  const head = withUint16(withUint16(wav.subarray(0, WAV_HEAD_BYTES), FORMAT_AT, 3), BITS_AT, 32);
  head.writeUInt16LE(4, 32);
  return withUint32(Buffer.concat([head, Buffer.from(samples.buffer)]), DATA_SIZE_AT, samples.byteLength);
}

/** FLAC whose stream head claims more samples of more channels than its few frames have. */
function unfolding(flac: Buffer, random: () => number): Buffer {
  const bytes = Buffer.from(flac);
  // STREAMINFO: the largest block at 10, then rate, channels and the number of samples from 18 on.
  bytes.writeUInt16BE(0xffff, 10);
  bytes[20] = 0x0e | below(2, random);
  bytes.fill(0xff, 21, 26);
  return bytes;
}
