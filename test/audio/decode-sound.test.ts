import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { cutSound, decodeSound } from '../../src/audio/decode-sound.ts';
import { createRandom } from '../../src/audio/random.ts';
import { soundFormatOf } from '../../src/audio/sound-format.ts';
import type { PartOptions } from '../../src/audio/sound-part.ts';
import { decodeWav, encodeWav } from '../../src/audio/wav.ts';
import type { InputFault } from '../../src/messages/input-faults.ts';
import type { SoundFinding } from '../../src/messages/sound-findings.ts';
import { below, flipped, tone } from './sound-files.ts';

const HAS_FFMPEG = spawnSync('ffmpeg', ['-version']).status === 0;
const LIMITS = { seconds: 600, timeoutMs: 60_000 };

const waveformOf = async (bytes: Uint8Array) => decodeWav(await decodeSound(bytes), 44_100).waveform;

describe('decodeSound reads one second of a tone from', () => {
  for (const extension of ['mp3', 'ogg', 'flac', 'opus']) {
    test(extension, async () => assertTone(await waveformOf(tone(extension))));
  }
  for (const extension of ['m4a', 'webm']) {
    test(`${extension}, where ffmpeg is installed`, { skip: !HAS_FFMPEG }, async () =>
      assertTone(await waveformOf(tone(extension))),
    );
  }
});

test('a rate beyond those that are read is told, not called damage', async () => {
  // FLAC: 4096 equal samples at 192 kHz.
  const flac = 'ZkxhQ4AAACIQABAAAAAAAAAALuAA8AAAEAAAAAAAAAAAAAAAAAAAAAAA//jDCAASAAPoT1E=';
  await assert.rejects(decodeSound(Buffer.from(flac, 'base64')), {
    faults: [{ kind: 'unreadableSound', finding: { kind: 'rate', rateHz: 192_000 } }],
  });
});

test('a WAV stays as it is', async () => {
  const wav = encodeWav([new Float32Array(10)], 44_100);
  assert.equal(await decodeSound(wav), wav);
});

test('a format is found by the first bytes', () => {
  const kinds = ['mp3', 'ogg', 'flac', 'm4a', 'opus', 'webm'].map((name) => soundFormatOf(tone(name))?.kind);
  assert.deepEqual(kinds, ['mp3', 'vorbis', 'flac', 'ffmpeg', 'opus', 'ffmpeg']);
  // A frame without an ID3 tag; AAC has another layer.
  assert.deepEqual(soundFormatOf(Buffer.from('fffb9064', 'hex')), { kind: 'mp3' });
  for (const hex of ['', 'ff', 'fff15080', 'fffbf064', '25504446', '89504e470d0a1a0a']) {
    assert.equal(soundFormatOf(Buffer.from(hex, 'hex')), null, hex);
  }
});

describe('cutSound keeps the part that a remix uses', () => {
  const second = new Float32Array(44_100);
  const loud = second.map((_, i) => 0.3 * Math.sin((i * 2 * Math.PI * (2 + Math.floor(i / 5512))) / 100));
  const wav = encodeWav([Float32Array.from([...second, ...second, ...loud, ...second])], 44_100);

  test('where the most happens, and says where that was', async () => {
    const { startSeconds, wav: cut } = await cutSound(wav, { clipSeconds: 1, startSeconds: undefined });
    assert.ok(Math.abs(startSeconds - 2) < 0.2, `${startSeconds}`);
    assert.equal(decodeWav(cut, 44_100).waveform.length, Math.round(1.25 * 44_100));
  });

  test('where it is told to', async () => {
    const { startSeconds } = await cutSound(tone('opus'), { clipSeconds: 0.5, startSeconds: 0.25 });
    assert.equal(startSeconds, 0.25);
  });

  const refused: readonly (readonly [PartOptions, InputFault])[] = [
    [
      { clipSeconds: 5, startSeconds: undefined },
      { kind: 'soundTooShort', leastSeconds: 5, seconds: 4 },
    ],
    [
      { clipSeconds: 1, startSeconds: 3.5 },
      { kind: 'startTooLate', mostSeconds: 3, seconds: 3.5 },
    ],
    [{ clipSeconds: 1, startSeconds: 0 }, { kind: 'silence' }],
  ];
  for (const [part, fault] of refused) {
    test(`or refuses with the fault ${fault.kind}, for any language`, () =>
      assert.rejects(cutSound(wav, part), { code: 'invalid_input', faults: [fault] }));
  }
});

describe('decodeSound refuses', () => {
  test('bytes of no sound', () => assertUnreadable(Buffer.from('%PDF-1.7'), { kind: 'unknownFile' }));

  test('more seconds than it may have, as soon as they came out', async () => {
    const limits = { ...LIMITS, seconds: 0.5 };
    for (const extension of ['mp3', 'ogg', 'flac', 'opus'])
      await assertRefused(tone(extension), { kind: 'soundTooLong', mostSeconds: 0.5 }, limits);
  });

  test('what takes too long', async () => {
    const finding = { kind: 'tooSlow', format: 'flac', seconds: 0.001 } as const;
    await assertUnreadable(tone('flac'), finding, { ...LIMITS, timeoutMs: 1 });
  });

  test('more bytes than a compressed sound has', async () => {
    const bytes = Buffer.alloc(128 * 1024 ** 2 + 1);
    tone('flac').copy(bytes);
    const mostBytes = 128 * 1024 ** 2;
    await assertRefused(bytes, { kind: 'tooManyBytes', bytes: bytes.length, mostBytes });
  });

  test('a head without a sound behind it', async () => {
    for (const [extension, format] of [
      ['mp3', 'mp3'],
      ['ogg', 'vorbis'],
      ['flac', 'flac'],
      ['opus', 'opus'],
    ] as const)
      await assertUnreadable(tone(extension).subarray(0, 48), { kind: 'damaged', format });
  });

  test('MP4 and WebM where no ffmpeg is', async () => {
    const { PATH } = process.env;
    process.env.PATH = '';
    try {
      for (const [extension, format] of [
        ['m4a', 'MP4 (m4a)'],
        ['webm', 'WebM'],
      ] as const)
        await assertRefused(tone(extension), { kind: 'needsFfmpeg', format });
    } finally {
      process.env.PATH = PATH;
    }
  });
});

describe('damaged files end as a sound of bounded length or in one sentence', () => {
  for (const extension of ['mp3', 'ogg', 'flac', 'opus']) {
    test(`8 of ${extension}`, async () => {
      const random = createRandom(7);
      for (let i = 0; i < 8; i++) await assertBounded(damaged(tone(extension), i, random));
    });
  }
});

function assertTone(waveform: Float32Array): void {
  // Codecs add a frame or two of padding at the ends.
  assert.ok(Math.abs(waveform.length - 44_100) < 5000, `${waveform.length} samples`);
  const middle = waveform.subarray(10_000, 34_100);
  const rms = Math.sqrt(middle.reduce((sum, sample) => sum + sample ** 2, 0) / middle.length);
  // LAME turns the sound down by 5 % at low bit rates.
  assert.ok(Math.abs(rms - 0.4 / Math.SQRT2) < 0.02, `rms ${rms}`);
  let rises = 0;
  for (let i = 1; i < middle.length; i++) if (middle[i - 1]! < 0 && middle[i]! >= 0) rises += 1;
  assert.ok(Math.abs(rises - (440 * middle.length) / 44_100) < 2, `${rises} periods`);
}

async function assertRefused(bytes: Uint8Array, fault: InputFault, limits = LIMITS): Promise<void> {
  await assert.rejects(decodeSound(bytes, limits), { code: 'invalid_input', faults: [fault] });
}

function assertUnreadable(bytes: Uint8Array, finding: SoundFinding, limits = LIMITS): Promise<void> {
  return assertRefused(bytes, { kind: 'unreadableSound', finding }, limits);
}

/** The head is damaged more often than the rest: lengths, rates and channels stand there. */
function damaged(file: Buffer, turn: number, random: () => number): Buffer {
  const bytes = Buffer.from(file);
  if (turn % 4 === 0) return bytes.subarray(0, below(bytes.length, random));
  if (turn % 4 === 1) return Buffer.concat([bytes, bytes.fill(0xff, 4 + below(40, random), 60)]);
  return flipped(file, turn % 4 === 2 ? 200 : bytes.length, random);
}

async function assertBounded(bytes: Uint8Array): Promise<void> {
  try {
    const { waveform } = decodeWav(await decodeSound(bytes), 44_100);
    assert.ok(waveform.length <= LIMITS.seconds * 44_100);
  } catch (thrown) {
    const { code, message } = thrown as { readonly code?: unknown; readonly message: string };
    assert.equal(code, 'invalid_input', message);
    assert.match(message, /^sound: expected [^\n]+, got [^\n]+; [^\n]+$/);
  }
}
