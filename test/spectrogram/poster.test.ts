import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { multiply } from '../../src/spectrogram/band-matrix.ts';
import { createMelFilters } from '../../src/spectrogram/mel.ts';
import { RIFFUSION_PARAMS } from '../../src/spectrogram/params.ts';
import { pitchTicks, timeTicks } from '../../src/spectrogram/poster-axes.ts';

// As on a machine without fonts; read when the first text is drawn.
process.env.FONTCONFIG_FILE = fileURLToPath(
  new URL('../../src/spectrogram/font/fonts.conf', import.meta.url),
);
const { drawText } = await import('../../src/spectrogram/poster-text.ts');
const { encodePoster, magmaTable } = await import('../../src/spectrogram/poster.ts');

/** `matplotlib.colormaps['magma'](level)` of 3.11.2, in 255ths. */
const MAGMA: readonly (readonly [level: number, ...colour: number[]])[] = [
  [0, 0, 0, 4],
  [40, 41, 17, 90],
  [77, 101, 26, 128],
  [100, 137, 40, 129],
  [128, 183, 55, 121],
  [150, 217, 70, 107],
  [200, 253, 152, 105],
  [231, 254, 209, 148],
  [255, 252, 253, 191],
];
const TEXTS = { title: 'jazz & <piano>', caption: 'seed 7' };

test('the colours are those of magma, within 3 of 255', () => {
  const table = magmaTable();
  for (const [level, ...colour] of MAGMA) {
    for (const [channel, value] of colour.entries())
      assert.ok(Math.abs(table[3 * level + channel]! - value) <= 3, `${level}: ${channel}`);
  }
  assert.deepEqual([...table.subarray(0, 3), ...table.subarray(-3)], [0, 0, 4, 252, 253, 191]);
});

describe('the axes', () => {
  test('a note stands at the band that it sounds in', () => {
    const { nMels, sampleRate, nFft } = RIFFUSION_PARAMS;
    const filters = createMelFilters(RIFFUSION_PARAMS);
    const ticks = new Map(pitchTicks(RIFFUSION_PARAMS, 0.04).map(({ label, at }) => [label, at]));
    for (const [note, hz] of [
      ['C4', 261.626],
      ['C6', 1046.502],
      ['C9', 8372.018],
    ] as const) {
      const spectrum = new Float32Array(filters.columns);
      spectrum[Math.round((hz * nFft) / sampleRate)] = 1;
      const mel = new Float64Array(nMels);
      multiply(filters, spectrum, mel);
      const band = mel.indexOf(Math.max(...mel));
      assert.ok(Math.abs(ticks.get(note)! - (band + 0.5) / nMels) < 1.5 / nMels, note);
    }
  });

  test('labels keep their distance, from one another and from the ends', () => {
    const ticks = pitchTicks(RIFFUSION_PARAMS, 0.1);
    assert.deepEqual(
      ticks.map(({ label }) => label),
      ['C9', 'C8', 'C7', 'C6', 'C5', 'C3'],
    );
    assert.deepEqual(pitchTicks({ fMin: 5000, fMax: 8000, nMels: 64 }, 0.1), []);
  });

  test('whole seconds, fewer of them where there are many', () => {
    assert.deepEqual(
      timeTicks(0, 5.12).map(({ label }) => label),
      ['0 s', '1 s', '2 s', '3 s', '4 s', '5 s'],
    );
    assert.deepEqual(timeTicks(10.24, 20.48)[0], { label: '12 s', at: (12 - 10.24) / 10.24 });
  });
});

describe('the poster', () => {
  const picture = (width: number) => {
    const pixels = new Uint8Array(512 * width).fill(255);
    // The lower half of the second half is loud.
    for (let row = 256; row < 512; row++) pixels.fill(100, row * width + width / 2, (row + 1) * width);
    return { width, height: 512, pixels };
  };

  test('is a JPEG of one width, and bright where it is loud', async () => {
    const bytes = await encodePoster(picture(512), RIFFUSION_PARAMS, TEXTS);
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.channels], [760, 3]);
    const greenAt = (x: number, y: number) => data[3 * (Math.round(y * info.height) * info.width + x) + 1]!;
    assert.ok(greenAt(640, 0.7) > 220 && greenAt(200, 0.7) < 60 && greenAt(640, 0.25) < 60);
  });

  test('wraps a long sound into rows', async () => {
    const heights = await Promise.all(
      [512, 2048, 6000].map(async (width) => {
        const poster = await encodePoster(picture(width), RIFFUSION_PARAMS, TEXTS);
        return (await sharp(poster).metadata()).height;
      }),
    );
    assert.ok(heights[0]! < heights[1]! && heights[1]! < heights[2]!, String(heights));
  });

  test('is drawn in letters where no font is installed, and leaves out what they cannot say', async () => {
    const style = { size: 30, colour: '#ffffff' };
    const [narrow, wide] = [await drawText('iiii', style), await drawText('mmmm', style)];
    assert.ok(wide!.width > 2 * narrow!.width, 'boxes instead of letters');
    assert.equal(await drawText('漢字🎵', style), null);
    await encodePoster(picture(64), RIFFUSION_PARAMS, { title: '漢字🎵', caption: '' });
  });

  test('of silence and of a single column', async () => {
    const silent = { width: 1, height: 512, pixels: new Uint8Array(512).fill(255) };
    assert.ok((await encodePoster(silent, RIFFUSION_PARAMS, TEXTS)).length > 0);
  });
});
