import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findBeat } from '../../src/spectrogram/beat.ts';
import type { Picture } from '../../src/spectrogram/picture.ts';
import { stretchColumns } from '../../src/spectrogram/stretch.ts';

/** A dark line that fades wherever a beat begins, and a lighter one between. */
function beats(bpm: number, width = 512): Picture {
  const period = 6000 / bpm;
  const pixels = new Uint8Array(width * 8).fill(255);
  for (let x = 0; x < width; x++) {
    const place = (x % period) / period;
    const loud = place < 0.5 ? 200 * (1 - 2 * place) : 80 * (2 - 2 * place);
    for (let row = 0; row < 8; row++) pixels[row * width + x] = 255 - loud;
  }
  return { pixels, width, height: 8 };
}

for (const bpm of [75, 100, 125, 133.3, 150]) {
  test(`${bpm} beats a minute are found to half a percent`, () => {
    const found = findBeat(beats(bpm), 10);
    assert.ok(found, 'no beat');
    const octaves = Math.log2(found.bpm / bpm);
    assert.ok(Math.abs(octaves - Math.round(octaves)) < Math.log2(1.005), `${found.bpm}`);
  });
}

test('a syncopated bar is heard in beats of four sixteenths, not of three: only bars repeat it whole', () => {
  const sixteenth = 16;
  const accents = new Set([0, 4, 7, 10, 12].map((place) => place * sixteenth));
  const pixels = new Uint8Array(512 * 8).fill(255);
  for (let x = 0; x < 512; x++) {
    const loud = accents.has(x % (16 * sixteenth)) ? 200 : 20 * Number(x % sixteenth === 0);
    for (let row = 0; row < 8; row++) pixels[row * 512 + x] = 255 - loud;
  }
  const { bpm = 0 } = findBeat({ pixels, width: 512, height: 8 }, 10) ?? {};
  assert.ok(Math.abs(bpm - 93.75) < 1, `${bpm}`);
});

test('noise, silence and snippets have no beat', () => {
  let seed = 1;
  const noise = Uint8Array.from({ length: 512 * 8 }, () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed % 256;
  });
  assert.equal(findBeat({ pixels: noise, width: 512, height: 8 }, 10), null);
  assert.equal(findBeat({ pixels: new Uint8Array(512 * 8).fill(255), width: 512, height: 8 }, 10), null);
  assert.equal(findBeat(beats(125, 40), 10), null);
});

test('a picture in another time keeps its rows, and a ring goes round', () => {
  const picture = { planes: Float32Array.of(0, 1, 2, 3), width: 4, height: 1 };
  const plain = { width: 4, speed: 1, isRing: false };
  assert.deepEqual(stretchColumns(picture, plain), picture);
  assert.deepEqual([...stretchColumns(picture, { width: 2, speed: 2, isRing: false }).planes], [0.5, 2.5]);
  assert.deepEqual(
    [...stretchColumns(picture, { width: 8, speed: 0.5, isRing: true }).planes],
    [0.75, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 2.25],
  );
  assert.deepEqual([...stretchColumns(picture, { ...plain, width: 6 }).planes], [0, 1, 2, 3, 3, 3]);
});
