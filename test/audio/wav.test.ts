import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import wavefile from 'wavefile';
import { decodeWav, encodeWav } from '../../src/audio/wav.ts';
import type { InputFault } from '../../src/messages/input-faults.ts';
import type { SoundFinding } from '../../src/messages/sound-findings.ts';
import { tones } from '../golden/audio/golden.ts';

const waveform = tones(4410);
const info = {
  title: 'джаз für zwei 🎵',
  software: 'Riff',
  recipe: JSON.stringify({ prompt: 'Gänsehaut "1"\n🎵', seed: 7 }),
};

describe('encodeWav', () => {
  test('sound and recipe survive the WAV', () => {
    const decoded = decodeWav(encodeWav([waveform], 44_100, info), 44_100);
    assert.ok(decoded.waveform.every((value, i) => Math.abs(value - waveform[i]!) < 1 / 32_000));
    assert.deepEqual(JSON.parse(decoded.recipe ?? ''), JSON.parse(info.recipe));
  });

  test('the file is 16-bit PCM, and the same input gives the same bytes', () => {
    const bytes = encodeWav([waveform], 44_100, info);
    assert.deepEqual(encodeWav([waveform], 44_100, info), bytes);
    const { fmt, bitDepth } = new wavefile.WaveFile(bytes);
    const { audioFormat, numChannels, sampleRate } = fmt as Record<string, number>;
    assert.deepEqual([audioFormat, numChannels, sampleRate, bitDepth], [1, 1, 44_100, '16']);
    assert.equal(bytes.readUInt32LE(4), bytes.length - 8);
  });

  test('two channels are interleaved', () => {
    const wav = encodeWav([Float32Array.of(1, 0), Float32Array.of(0, -1)], 44_100);
    assert.deepEqual([wav.readUInt16LE(22), wav.readUInt16LE(32)], [2, 4]);
    assert.deepEqual(
      [44, 46, 48, 50].map((at) => wav.readInt16LE(at)),
      [32_767, 0, 0, -32_767],
    );
  });

  test('the title is UTF-8 for players, without what would break a line or end it; the recipe is ASCII', () => {
    const bytes = encodeWav([waveform], 44_100, { ...info, title: `${info.title}\0\nx` });
    assert.ok(bytes.includes(Buffer.from(`INAM\x1a\0\0\0${info.title} x\0`)), bytes.toString('latin1', 8864));
    assert.ok(bytes.includes('G\\u00e4nsehaut'));
  });

  test('values beyond full scale are clipped, not wrapped', () => {
    const { waveform: decoded } = decodeWav(encodeWav([Float32Array.of(2, -2, 1, -1, 0)], 44_100), 44_100);
    assert.ok(decoded[0]! > 0.99 && decoded[1]! < -0.99);
    assert.equal(decoded[4], 0);
  });
});

/** Made by libsndfile: test/golden/audio/make_wavs.py. */
const golden = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../golden/audio/wav/${name}.wav`, import.meta.url)));
const goldenMean = Float32Array.from({ length: 64 }, (_, i) => {
  const angle = (2 * Math.PI * i) / 44_100;
  return (0.5 * Math.sin(440 * angle) + 0.25 * Math.cos(660 * angle)) / 2;
});

const QUANTISATION: Readonly<Record<string, number>> = {
  u8: 2 ** -7,
  int16: 2 ** -15,
  int24: 2 ** -23,
  int32: 1e-7,
  float32: 1e-7,
  float64: 1e-7,
};

describe('decodeWav reads the mean of the channels of', () => {
  const kinds = Object.keys(QUANTISATION);
  const containers = {
    '': kinds,
    'extensible-': kinds,
    'rf64-': ['int16', 'float32'],
    'rifx-': ['int16', 'int24', 'float32', 'float64'],
  };
  for (const [container, held] of Object.entries(containers)) {
    for (const kind of held) {
      test(`${container}${kind}`, () => {
        assertGolden(golden(`${container}${kind}`), QUANTISATION[kind] ?? 0);
      });
    }
  }

  const int16 = golden('int16');
  const samples16 = Array.from({ length: 128 }, (_, i) => int16.readInt16LE(44 + 2 * i));
  const written = (bytes: number, shift: number, bits = 8 * bytes, tag = 1) =>
    wav({ tag, bits, bytes, data: Buffer.concat(samples16.map((v) => integer(v * 2 ** shift, bytes))) });
  const ODD_ONES: Readonly<Record<string, Uint8Array>> = {
    '24 bits in 4 bytes': written(4, 16, 24),
    '20 bits in 3 bytes': written(3, 8, 20),
    '12 bits in 2 bytes': written(2, 0, 12),
    '24 valid bits of 32': wav({
      tag: 0xfffe,
      bits: 32,
      validBits: 24,
      bytes: 4,
      data: written(4, 16).subarray(44),
    }),
    'ids in capitals': replaced(replaced(int16, 'fmt ', 'FMT '), 'data', 'DATA'),
    BW64: replaced(golden('rf64-int16'), 'RF64', 'BW64'),
    'data of size 0, never filled in': sized(int16, 0),
    'data of unknown size': sized(int16, 0xffff_ffff),
    'data that claim more than there is': sized(int16, 0x7fff_ff00),
    'an odd chunk with its pad': inserted(int16, 'LIST\x05\0\0\0INFOx\0'),
    'an odd chunk without its pad': inserted(int16, 'LIST\x05\0\0\0INFOx'),
    'chunks before and behind': Buffer.concat([
      inserted(int16, 'bext\x04\0\0\0abcd'),
      Buffer.from('cue \x04\0\0\0\0\0\0\0'),
    ]),
  };
  for (const [title, bytes] of Object.entries(ODD_ONES)) {
    test(title, () => assertGolden(bytes, 2 ** -15));
  }

  test('another rate', () => {
    const bytes = encodeWav([tones(4800, 48_000)], 48_000);
    const decoded = decodeWav(bytes, 44_100).waveform;
    assert.equal(decoded.length, 4410);
    const middle = decoded.subarray(1000, 3400);
    assert.ok(middle.every((value, i) => Math.abs(value - waveform[1000 + i]!) < 1e-2));
  });
});

describe('decodeWav refuses', () => {
  const whole = encodeWav([waveform], 44_100);
  const noNumbers = { kind: 'noNumbers' } as const;
  const codec = (name: string) => ({ kind: 'codec', codec: name }) as const;
  const REFUSED: readonly (readonly [what: string, bytes: Uint8Array, found: SoundFinding])[] = [
    ['text', Buffer.from('not a wav at all'), { kind: 'noWav' }],
    ['nothing', Buffer.alloc(0), { kind: 'noWav' }],
    ['a header without sound', whole.subarray(0, 36), { kind: 'noData' }],
    ['no samples', encodeWav([new Float32Array(0)], 44_100), { kind: 'noSamples' }],
    ['no samples, but texts after', encodeWav([new Float32Array(0)], 44_100, info), { kind: 'noSamples' }],
    ['a rate of 1 Hz', patched(whole, 24, [1, 0, 0, 0]), { kind: 'rate', rateHz: 1 }],
    ['no channels', patched(whole, 22, [0, 0]), { kind: 'channels', channels: 0 }],
    ['floats that are no numbers', float32([0, Number.NaN, 0]), noNumbers],
    ['infinite floats', float32([0, Number.POSITIVE_INFINITY]), noNumbers],
    ['bits that are no floats', float32([0, 3e38]), noNumbers],
    ['an unknown format', patched(whole, 20, [99, 0]), { kind: 'unknownFormat', tag: 99 }],
    ['MP3 in a WAV', patched(whole, 20, [85, 0]), codec('MP3')],
    ['16-bit floats', patched(whole, 20, [3, 0]), { kind: 'floats', bits: 16 }],
    ['A-law', golden('a-law'), codec('A-law')],
    ['µ-law', golden('mu-law'), codec('µ-law')],
    ['extensible A-law', golden('extensible-a-law'), codec('A-law')],
    ['extensible µ-law', golden('extensible-mu-law'), codec('µ-law')],
    ['IMA ADPCM', golden('ima-adpcm'), codec('IMA ADPCM')],
    ['Microsoft ADPCM', golden('microsoft-adpcm'), codec('Microsoft ADPCM')],
    [
      'an unknown sub-format',
      patched(golden('extensible-int16'), 50, [1]),
      { kind: 'unknownSubFormat', hex: '0100000000000100800000aa00389b71' },
    ],
  ];
  for (const [what, bytes, finding] of REFUSED) {
    test(what, () => assertRefused(() => decodeWav(bytes, 44_100), { kind: 'unreadableWav', finding }));
  }

  test('a sound that is too long, before anything is made of it', () => {
    assertRefused(() => decodeWav(whole, 44_100, 99.9), { kind: 'soundTooLong', mostSeconds: 0.0999 });
    assert.equal(decodeWav(whole, 44_100, 100).waveform.length, 4410);
  });

  test('a file of nothing but empty chunks, without memory for each', () => {
    const bomb = Buffer.from(`RIFF\0\0\0\0WAVE${'junk\0\0\0\0'.repeat(1_000_000)}`, 'latin1');
    const before = process.memoryUsage().heapUsed;
    assertRefused(() => decodeWav(bomb, 44_100), { kind: 'unreadableWav', finding: { kind: 'noFormat' } });
    assert.ok(process.memoryUsage().heapUsed - before < 50e6);
  });

  test('a truncated WAV is read as far as it goes or refused', () => {
    for (const file of [whole, golden('extensible-float32'), golden('rf64-int16'), golden('rifx-int24')]) {
      for (let length = 0; length < Math.min(file.length, 200); length++) {
        try {
          assert.ok(decodeWav(file.subarray(0, length), 44_100).waveform.length <= waveform.length);
        } catch (thrown) {
          assert.equal((thrown as { code?: string }).code, 'invalid_input', String(thrown));
        }
      }
    }
  });
});

function assertRefused(decode: () => unknown, fault: InputFault): void {
  assert.throws(decode, { code: 'invalid_input', faults: [fault] });
}

function assertGolden(bytes: Uint8Array, tolerance: number): void {
  const { waveform } = decodeWav(bytes, 44_100);
  assert.equal(waveform.length, 64);
  for (const [i, value] of waveform.entries()) {
    assert.ok(Math.abs(value - goldenMean[i]!) <= tolerance, `sample ${i}: ${value}, ${goldenMean[i]}`);
  }
}

interface Written {
  readonly tag: number;
  readonly bits: number;
  /** Of one sample. */
  readonly bytes: number;
  readonly channels?: number;
  readonly validBits?: number;
  readonly data: Buffer;
}

/** A little-endian WAV at 44.1 kHz; with validBits an extensible one of PCM. */
function wav({ tag, bits, bytes, channels = 2, validBits, data }: Written): Buffer {
  const extension = Buffer.from('1600000000000000010000000000100080 0000aa00389b71'.replace(' ', ''), 'hex');
  if (validBits !== undefined) extension.writeUInt16LE(validBits, 2);
  const format = Buffer.alloc(16);
  format.writeUInt16LE(tag, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(44_100, 4);
  format.writeUInt16LE(channels * bytes, 12);
  format.writeUInt16LE(bits, 14);
  const body = validBits === undefined ? format : Buffer.concat([format, extension]);
  return Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), chunk('fmt ', body), chunk('data', data)]);
}

function chunk(id: string, body: Buffer): Buffer {
  const head = Buffer.from(`${id}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}

function integer(value: number, bytes: number): Buffer {
  const out = Buffer.alloc(bytes);
  out.writeIntLE(value, 0, bytes);
  return out;
}

function float32(values: readonly number[]): Buffer {
  return wav({
    tag: 3,
    bits: 32,
    bytes: 4,
    channels: 1,
    data: Buffer.from(Float32Array.from(values).buffer),
  });
}

function patched(bytes: Buffer, at: number, values: readonly number[]): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(values, at);
  return copy;
}

function replaced(bytes: Buffer, id: string, other: string): Buffer {
  return patched(bytes, bytes.indexOf(id), [...Buffer.from(other)]);
}

/** With another size of the data chunk. */
function sized(bytes: Buffer, size: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt32LE(size, copy.indexOf('data') + 4);
  return copy;
}

/** With a chunk before the data. */
function inserted(bytes: Buffer, added: string): Buffer {
  const at = bytes.indexOf('data');
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(added, 'latin1'), bytes.subarray(at)]);
}

test('a loop says so from its first to its last sample, and other sounds do not', () => {
  const read = (isLoop: boolean) => {
    const wav = new wavefile.WaveFile();
    wav.fromBuffer(encodeWav([waveform], 44_100, { ...info, isLoop }));
    return wav.smpl as { dwNumSampleLoops: number; loops: { dwStart: number; dwEnd: number }[] };
  };
  const [loop] = read(true).loops;
  assert.deepEqual([loop?.dwStart, loop?.dwEnd], [0, waveform.length - 1]);
  assert.equal(read(false).dwNumSampleLoops, 0);
});
