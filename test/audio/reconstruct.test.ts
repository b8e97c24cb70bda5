import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReconstructor } from '../../src/audio/reconstruct.ts';
import { createSpectrogramParams, RIFFUSION_PARAMS } from '../../src/spectrogram/params.ts';
import { CLIP_NAMES, golden } from '../golden/audio/golden.ts';
import { clipTarget, melConvergenceDb } from './mel-convergence.ts';

const reconstructor = createReconstructor(RIFFUSION_PARAMS);
const short = await clipTarget('jazz', 32);

test("on the mean of three clips the default method is 1.5 dB nearer to the picture than torchaudio's 32 random-phase steps", async () => {
  const gains: number[] = [];
  for (const name of CLIP_NAMES) {
    const target = await clipTarget(name);
    const waveform = await reconstructor.waveform(target.melMagnitudes, target.frames, {
      method: 'pghi',
      seed: 1,
    });
    assert.equal(waveform.length, 225_792);
    gains.push(golden.torchaudioDecode.clips[name].full.melSC - melConvergenceDb(waveform, target));
  }
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  assert.ok(mean > 1.5, `${gains.map((gain) => gain.toFixed(2))} dB`);
});

test('classic reaches what torchaudio reaches within 0.5 dB', async () => {
  const target = await clipTarget('techno', golden.torchaudioDecode.cropColumns);
  const waveform = await reconstructor.waveform(target.melMagnitudes, target.frames, {
    method: 'classic',
    seed: 1,
  });
  const gain = golden.torchaudioDecode.clips.techno.crop.melSC - melConvergenceDb(waveform, target);
  assert.ok(gain > -0.5, `${gain} dB`);
});

for (const method of ['pghi', 'classic'] as const) {
  test(`the same picture and seed give the same bytes, another seed does not (${method})`, async () => {
    const render = (seed: number): Promise<Float32Array> =>
      reconstructor.waveform(short.melMagnitudes, short.frames, { method, seed, iterations: 1 });
    const first = await render(5);
    assert.deepEqual(await render(5), first);
    assert.notDeepEqual(await render(6), first);
  });
}

test('two clips at a time do not disturb each other', async () => {
  const options = { method: 'pghi', seed: 1, iterations: 3 } as const;
  const other = await clipTarget('techno', 40);
  const alone = await reconstructor.waveform(short.melMagnitudes, short.frames, options);
  const [together] = await Promise.all([
    reconstructor.waveform(short.melMagnitudes, short.frames, options),
    reconstructor.waveform(other.melMagnitudes, other.frames, options),
  ]);
  assert.deepEqual(together, alone);
});

test('silence gives silence', async () => {
  const waveform = await reconstructor.waveform(new Float32Array(512 * 8), 8, { method: 'pghi', seed: 1 });
  assert.ok(waveform.every((value) => value === 0));
});

test('progress rises to 1', async () => {
  const seen: number[] = [];
  await reconstructor.waveform(short.melMagnitudes, short.frames, {
    method: 'pghi',
    seed: 1,
    iterations: 4,
    onProgress: (finished) => seen.push(finished),
  });
  assert.deepEqual(seen, [0, 0.25, 0.5, 0.75, 1]);
});

test('a cancel takes effect before the next iteration', async () => {
  const controller = new AbortController();
  let last = 0;
  const work = reconstructor.waveform(short.melMagnitudes, short.frames, {
    method: 'pghi',
    seed: 1,
    iterations: 100,
    signal: controller.signal,
    onProgress: (finished) => {
      last = finished;
      if (finished >= 0.02) controller.abort();
    },
  });
  await assert.rejects(work, { code: 'cancelled' });
  assert.equal(last, 0.02);
});

test('the event loop turns between iterations', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  await reconstructor.waveform(short.melMagnitudes, short.frames, {
    method: 'pghi',
    seed: 1,
    iterations: 20,
  });
  clearInterval(timer);
  assert.ok(turns > 0);
});

test('magnitudes that do not fit the frames, and clips below half a window, are refused', async () => {
  const options = { method: 'pghi', seed: 1 } as const;
  for (const [values, frames] of [
    [512 * 8, 9],
    [512 * 5, 5],
    [0, 0],
  ] as const) {
    await assert.rejects(reconstructor.waveform(new Float32Array(values), frames, options), {
      code: 'invalid_input',
      message: /expected 512 rows of at least 6 columns/,
    });
  }
});

test('a picture whose windows would need too much memory is refused before any work', async () => {
  const longest = 32_768;
  const params = createSpectrogramParams({ nMels: 2, windowMs: 2000, paddedMs: 2000 });
  await assert.rejects(
    createReconstructor(params).waveform(new Float32Array(2 * longest), longest, { method: 'pghi', seed: 1 }),
    /picture: expected fewer than \d+ columns of \d+ frequencies, got 32768/,
  );
});

test('a ring closes: the step from its end to its beginning is one of those inside it', async () => {
  for (const method of ['pghi', 'classic'] as const) {
    const jump = async (isRing: boolean): Promise<number> => {
      const waveform = await reconstructor.waveform(short.melMagnitudes, short.frames, {
        method,
        seed: 0,
        isRing,
      });
      const steps = waveform.map((value, i) => Math.abs(value - waveform.at(i - 1)!));
      return steps[0]! / steps.toSorted()[Math.floor(steps.length / 2)]!;
    };
    const [ring, line] = [await jump(true), await jump(false)];
    assert.ok(ring <= 4, `${method}: ${ring} median steps`);
    assert.ok(ring < line, method);
  }
});
