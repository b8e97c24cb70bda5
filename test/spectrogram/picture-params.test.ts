import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readExif, writeExif } from '../../src/spectrogram/exif.ts';
import { RIFFUSION_PARAMS } from '../../src/spectrogram/params.ts';
import { exifOfParams, paramsOfExif } from '../../src/spectrogram/picture-params.ts';

test('parameters that are written are read back', () => {
  const tags = readExif(writeExif(exifOfParams(RIFFUSION_PARAMS)));
  assert.deepEqual(paramsOfExif(tags), {
    params: { ...RIFFUSION_PARAMS },
    stereo: false,
  });
});

test('numbers of every kind survive', () => {
  const tags = new Map([
    [1, 0],
    [2, 4_294_967_295],
    [3, 0.1],
    [4, -2],
    [5, 1e300],
  ]);
  assert.deepEqual(readExif(writeExif(tags)), tags);
});

test('a damaged block gives what is whole in it, never a fault', () => {
  const whole = writeExif(exifOfParams(RIFFUSION_PARAMS));
  for (let length = 0; length < whole.length; length++) {
    assert.ok(readExif(whole.subarray(0, length)).size <= 10);
  }
  for (let at = 0; at < whole.length; at++) {
    const spoilt = Buffer.from(whole);
    spoilt[at] = 0xff;
    readExif(spoilt);
  }
});

test('hops and windows are cut to whole samples, windows to an even number', () => {
  const { params } = paramsOfExif(new Map([[11_000, 22_050]]));
  assert.deepEqual([params.hopLength, params.winLength, params.nFft], [220, 2206, 8820]);
});

test('tags that are absent are Riffusion’s, others are not looked at', () => {
  assert.deepEqual(paramsOfExif(new Map([[274, 6]])), { params: RIFFUSION_PARAMS, stereo: undefined });
  assert.deepEqual(paramsOfExif(new Map([[11_005, 1]])), { params: RIFFUSION_PARAMS, stereo: true });
  assert.equal(paramsOfExif(new Map([[11_080, 5]])).params, RIFFUSION_PARAMS);
});

const IMPOSSIBLE: readonly { readonly tags: readonly [number, number][]; readonly says: RegExp }[] = [
  { tags: [[11_000, 0]], says: /4000 to 192000 Hz in EXIF tag 11000 \(sampleRate\), got 0/ },
  { tags: [[11_000, 1e9]], says: /11000/ },
  { tags: [[11_000, 44_100.5]], says: /a rate of 44100\.5 Hz, which is no whole number/ },
  { tags: [[11_010, 0]], says: /11010 \(hopMs\), got 0/ },
  { tags: [[11_010, Number.NaN]], says: /11010 \(hopMs\), got NaN/ },
  { tags: [[11_010, 60]], says: /leaves gaps/ },
  { tags: [[11_020, 500]], says: /longer than its padded form/ },
  { tags: [[11_030, 1e6]], says: /11030/ },
  { tags: [[11_040, 0]], says: /11040 \(nMels\), got 0/ },
  { tags: [[11_040, 10.5]], says: /10\.5 mel bands/ },
  { tags: [[11_050, -5]], says: /11050/ },
  { tags: [[11_050, 12_000]], says: /not below the highest/ },
  {
    tags: [
      [11_000, 8000],
      [11_050, 5000],
    ],
    says: /cannot hold/,
  },
  { tags: [[11_060, 0]], says: /11060/ },
  { tags: [[11_060, 100]], says: /512 mel bands between 0 and 100 Hz.* tell 40 frequencies apart/ },
  { tags: [[11_070, 0]], says: /0\.05 to 4 in EXIF tag 11070 \(imagePower\), got 0/ },
  { tags: [[11_007, 1]], says: /one mel band a row, got three/ },
];
for (const { tags, says } of IMPOSSIBLE) {
  test(`${JSON.stringify(tags)} is refused in a sentence`, () => {
    assert.throws(() => paramsOfExif(new Map(tags)), { code: 'invalid_input', message: says });
  });
}
