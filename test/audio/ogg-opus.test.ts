import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import OpusScript from 'opusscript';
import { oggCrc, readOggPackets, writeOgg } from '../../src/audio/ogg.ts';
import { encodeOggOpus, recipeOfOggOpus } from '../../src/audio/ogg-opus.ts';
import { resample } from '../../src/audio/resample.ts';
import { soundFormatOf } from '../../src/audio/sound-format.ts';
import { tones } from '../golden/audio/golden.ts';
import { tone } from './sound-files.ts';

/** Written by ffmpeg and libopus. */
const foreign = tone('opus');
const info = { title: 'джаз 🎵', software: 'Riff', recipe: JSON.stringify({ prompt: 'ö\n"🎵"', seed: 7 }) };
const ALL = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

interface Page {
  readonly bytes: Buffer;
  readonly flags: number;
  readonly granule: bigint;
  readonly number: number;
}

function pagesOf(file: Buffer): readonly Page[] {
  const pages: Page[] = [];
  for (let at = 0; at < file.length; ) {
    assert.equal(file.toString('latin1', at, at + 4), 'OggS');
    const lengths = file.subarray(at + 27, at + 27 + file[at + 26]!);
    const size = 27 + lengths.length + lengths.reduce((sum, length) => sum + length, 0);
    const bytes = file.subarray(at, at + size);
    const [flags, granule] = [bytes[5]!, bytes.readBigUInt64LE(6)];
    pages.push({ bytes, flags, granule, number: bytes.readUInt32LE(18) });
    at += size;
  }
  return pages;
}

function crcOf(page: Buffer): number {
  const blank = Buffer.from(page);
  blank.writeUInt32LE(0, 22);
  return oggCrc(blank);
}

describe('Ogg pages', () => {
  test('the check sum is that of libogg, page by page', () => {
    const pages = pagesOf(foreign);
    assert.ok(pages.length > 2);
    for (const { bytes } of pages) assert.equal(crcOf(bytes), bytes.readUInt32LE(22));
  });

  for (const lengths of [[0], [1, 254], [255, 510, 0, 3], [70_000], Array.from({ length: 300 }, () => 300)]) {
    test(`packets of ${lengths.slice(0, 4)} bytes come back`, () => {
      const packets = lengths.map((length, index) => Buffer.alloc(length, index + 1));
      const file = writeOgg(
        packets.map((bytes, index) => ({ bytes, granule: 10 * (index + 1), endsPage: index === 0 })),
      );
      assert.deepEqual(readOggPackets(file, ...ALL), packets);
      const pages = pagesOf(file);
      assert.deepEqual(
        pages.map(({ number }) => number),
        pages.map((_, index) => index),
      );
      for (const { bytes } of pages) assert.equal(crcOf(bytes), bytes.readUInt32LE(22));
      assert.deepEqual([pages[0]!.flags & 2, pages.at(-1)!.flags & 4], [2, 4]);
      assert.equal(pages.at(-1)!.granule, BigInt(10 * lengths.length));
    });
  }

  test('a page in the midst of a packet says so, and has no granule', () => {
    const [first, second] = pagesOf(writeOgg([{ bytes: Buffer.alloc(70_000), granule: 9, endsPage: false }]));
    assert.deepEqual([first?.granule, first?.flags], [0xffff_ffff_ffff_ffffn, 2]);
    assert.deepEqual([second?.granule, second?.flags], [9n, 1 | 4]);
  });

  test('reading stops where the file is cut off, says too much or is too long', () => {
    const file = writeOgg([{ bytes: Buffer.alloc(1000), granule: 1, endsPage: false }]);
    for (let end = 0; end < file.length; end += 97)
      assert.deepEqual(readOggPackets(file.subarray(0, end), ...ALL), []);
    assert.deepEqual(readOggPackets(file, 1, 999), []);
    assert.deepEqual(readOggPackets(Buffer.from('OggS'), ...ALL), []);
  });
});

describe('encodeOggOpus', () => {
  const waveform = tones(44_100);
  const file = encodeOggOpus(waveform, 44_100, info);

  test('the sound comes back, as long as it was and not shifted', () => {
    const [head, , ...packets] = readOggPackets(file, ...ALL);
    const decoder = new OpusScript(48_000, 1);
    const pcm = Buffer.concat(packets.map((packet) => decoder.decode(packet)));
    decoder.delete();
    const wanted = resample(waveform, 44_100, 48_000);
    const skip = head!.readUInt16LE(10);
    assert.equal(Number(pagesOf(file).at(-1)!.granule) - skip, wanted.length);
    let [signal, noise] = [0, 0];
    for (const [i, value] of wanted.entries()) {
      signal += value ** 2;
      noise += (value - pcm.readInt16LE(2 * (i + skip)) / 32_768) ** 2;
    }
    assert.ok(10 * Math.log10(signal / noise) > 20, `${10 * Math.log10(signal / noise)} dB`);
  });

  test('the same sound gives the same bytes, a sixth of the WAV', () => {
    assert.deepEqual(encodeOggOpus(waveform, 44_100, info), file);
    assert.ok(6 * file.length < 2 * waveform.length, String(file.length));
  });

  test('it begins as Ogg Opus does, each header on pages of its own', () => {
    assert.deepEqual(soundFormatOf(file), soundFormatOf(foreign));
    const [first, second, third] = pagesOf(file);
    assert.ok(first!.bytes.includes('OpusHead') && second!.bytes.includes('OpusTags'));
    assert.deepEqual([first!.granule, second!.granule], [0n, 0n]);
    assert.ok(third!.granule > 0n);
  });

  test('the recipe comes back, a long one over several pages too', () => {
    assert.equal(recipeOfOggOpus(file), info.recipe);
    const long = JSON.stringify({ prompt: 'x'.repeat(150_000) });
    assert.equal(recipeOfOggOpus(encodeOggOpus(waveform, 44_100, { ...info, recipe: long })), long);
  });

  test('files from elsewhere have no recipe', () => {
    const vorbis = tone('ogg');
    for (const bytes of [foreign, vorbis, file.subarray(0, 60), Buffer.alloc(0)])
      assert.equal(recipeOfOggOpus(bytes), undefined);
  });
});
