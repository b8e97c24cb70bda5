import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Painting, type Parts, paint } from '../../src/diffusion/generation.ts';
import { torchNoise } from '../../src/diffusion/noise.ts';
import { schedulerConfigSchema } from '../../src/diffusion/schedulers/scheduler-config.ts';
import { fillNoise, slerp } from '../../src/diffusion/slerp.ts';
import { CancelledError } from '../../src/errors.ts';

const golden = JSON.parse(readFileSync(new URL('../golden/diffusion/img2img.json', import.meta.url), 'utf8'));
const [CHANNELS, HEIGHT, WIDTH] = golden.shape as readonly [number, number, number];
const SIZE = CHANNELS * HEIGHT * WIDTH;
const RAMP = Float32Array.from({ length: SIZE }, (_, i) => (i / SIZE - 0.3) * 3);
const WORDS = { prompt: 'a', negativePrompt: '' };
const ONE: Painting = {
  columns: WIDTH,
  windows: [{ column: 0, words: WORDS }],
  strength: 1,
  given: null,
  held: null,
};

/** diffusers' dummy model, latents · t / (t + 1), `WIDTH` columns at once; `texts` collects what it was told. */
function partsOf(config: object, texts: number[] = []): Parts {
  const latents = new Float32Array(SIZE);
  const predicted = new Float32Array(SIZE);
  const unet = {
    batch: 1,
    latents,
    texts: new Float32Array(2),
    predicted,
    async run(timestep: number) {
      texts.push(unet.texts[0]!);
      for (let i = 0; i < SIZE; i++) predicted[i] = latents[i]! * (timestep / (timestep + 1));
    },
    dispose: async () => {},
  };
  const tokens = { ids: [], cutText: '', correctedWords: [], unknownWords: [], knowsNone: false };
  return {
    folder: { latents: { channels: CHANNELS, height: HEIGHT, width: WIDTH } },
    denoiser: {
      unet: {},
      unets: { ofBatch: async () => unet },
      scheduler: schedulerConfigSchema.parse({ _class_name: 'PNDMScheduler', ...config }),
      proposed: 'ddim',
    },
    size: { height: HEIGHT, width: WIDTH },
    text: {
      width: 2,
      // The embedding of a word is its letter.
      encode: async (text: string) => ({
        ...tokens,
        embeddings: new Float32Array(2).fill(text.charCodeAt(0)),
      }),
      rest: async () => {},
      dispose: async () => {},
    },
    guidanceBatch: 1,
  } as unknown as Parts;
}

function requestOf(scheduler: string) {
  return { ...WORDS, seed: golden.seed, steps: golden.steps, guidanceScale: 1, scheduler } as Parameters<
    typeof paint
  >[1];
}

for (const { scheduler, config, strength, img2img, inpaint } of golden.cases) {
  test(`${scheduler} ${config.prediction_type ?? 'epsilon'} at ${strength} paints what diffusers' pipelines do`, async () => {
    const again = await paint(partsOf(config), requestOf(scheduler), { ...ONE, strength, given: RAMP }, {});
    assertClose(again.latents, img2img);
    const held = Float32Array.from({ length: WIDTH }, (_, x) => (x < WIDTH / 2 ? 1 : 0));
    const kept = await paint(
      partsOf(config),
      requestOf(scheduler),
      { ...ONE, strength, given: RAMP, held },
      {},
    );
    assertClose(kept.latents, inpaint);
  });
}

test('strength 0 gives the latents back', async () => {
  const { latents } = await paint(
    partsOf({}),
    requestOf('dpmpp_2m'),
    { ...ONE, strength: 0, given: RAMP },
    {},
  );
  assert.deepEqual(latents, RAMP);
});

test('a strip of windows that agree is what one wide model would paint', async () => {
  // The dummy model looks at each value alone, so windows cannot disagree.
  const columns = 20;
  const windows = [0, 6, 12].map((column) => ({ column, words: WORDS }));
  const strip = await paint(partsOf({}), requestOf('ddim'), { ...ONE, columns, windows }, {});
  const noise = new Float32Array((SIZE / WIDTH) * columns);
  torchNoise(golden.seed).fill(noise);
  const whole = await paint(partsOf({}), requestOf('ddim'), { ...ONE, given: null }, {});
  const [first] = whole.latents;
  const ratio = first! / firstNoise();
  for (let i = 0; i < noise.length; i++) assert.ok(Math.abs(strip.latents[i]! - ratio * noise[i]!) < 1e-4);
});

test('words are mixed by windows', async () => {
  const texts: number[] = [];
  const windows = [0, 0.25, 1].map((amount, i) => ({
    column: 4 * i,
    words: WORDS,
    mix: { words: { ...WORDS, prompt: 'e' }, amount },
  }));
  await paint(partsOf({}, texts), { ...requestOf('ddim'), steps: 1 }, { ...ONE, columns: 16, windows }, {});
  assert.deepEqual(
    texts,
    [0, 0.25, 1].map((amount) => 97 + 4 * amount),
  );
});

test('every window of every step is reported, and between two of them a strip is cancelled', async () => {
  const windows = [0, 4].map((column) => ({ column, words: WORDS }));
  const painting = { ...ONE, columns: 12, windows };
  const seen: number[] = [];
  const onStep = ({ stepIndex, steps }: { stepIndex: number; steps: number }) =>
    void seen.push(stepIndex / steps);
  await paint(partsOf({}), { ...requestOf('ddim'), steps: 2 }, painting, { onStep });
  assert.deepEqual(seen, [0.25, 0.5, 0.75, 1]);
  const abort = new AbortController();
  const running = paint(partsOf({}), { ...requestOf('ddim'), steps: 50 }, painting, {
    onStep: ({ stepIndex }) => stepIndex === 3 && abort.abort(),
    signal: abort.signal,
  });
  await assert.rejects(running, CancelledError);
});

test('slerp equals its reference', () => {
  const { a, b, cases } = golden.slerp;
  for (const { amount, values } of cases) {
    const between = Float32Array.from(a as number[]);
    slerp(between, Float32Array.from(b as number[]), amount);
    const worst = Math.max(...between.map((value, i) => Math.abs(value - values[i])));
    assert.ok(worst <= 1e-6, `${amount}: off by ${worst}`);
  }
  const same = Float32Array.of(1, 2, 3);
  slerp(same, Float32Array.of(1, 2, 3), 0.5);
  assert.deepEqual(same, Float32Array.of(1, 2, 3));
});

test('variations are blended into the noise one after another', () => {
  const blended = new Float32Array(64);
  fillNoise(blended, 3, [
    { seed: 4, amount: 0.1 },
    { seed: 5, amount: 0.2 },
  ]);
  const [expected, four, five] = [3, 4, 5].map((seed) => {
    const noise = new Float32Array(64);
    torchNoise(seed).fill(noise);
    return noise;
  }) as [Float32Array, Float32Array, Float32Array];
  slerp(expected, four, 0.1);
  slerp(expected, five, 0.2);
  assert.deepEqual(blended, expected);
});

function firstNoise(): number {
  const noise = new Float32Array(SIZE);
  torchNoise(golden.seed).fill(noise);
  return noise[0]!;
}

function assertClose(actual: Float32Array, expected: readonly number[]): void {
  const largest = Math.max(1, ...expected.map(Math.abs));
  const worst = Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN))));
  assert.ok(worst <= golden.tolerance * largest, `off by ${worst}, largest value ${largest}`);
}
