import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeWav } from '../../src/audio/wav.ts';
import type { Painted, PictureRequest } from '../../src/diffusion/generation.ts';
import type { PipelineDescription } from '../../src/diffusion/pipeline.ts';
import { RiffError } from '../../src/errors.ts';
import type { DeviceChoices } from '../../src/openvino/device-options.ts';
import { PROFILES } from '../../src/render/profiles.ts';
import { renderRiff } from '../../src/render/render-riff.ts';
import { createRenderer, SOFTWARE } from '../../src/render/renderer.ts';
import type { RenderProgress, RenderStage } from '../../src/riff/engine.ts';
import { type RiffRequest, SCHEDULER_NAMES } from '../../src/riff/request.ts';
import { readPictureFile } from '../../src/spectrogram/picture-file.ts';

const NOTE = { kind: 'negativeHasNoEffect' } as const;

const WIDTH = 64;
const HEIGHT = 512;
const SAMPLE_RATE = 44_100;

const DESCRIPTION: PipelineDescription = {
  name: 'stripes',
  version: '1.2',
  device: 'CPU',
  defaults: { steps: 3, guidanceScale: 4, scheduler: 'ddim' },
  schedulers: SCHEDULER_NAMES,
  width: WIDTH,
  height: HEIGHT,
  latentShape: [1, 4, 8, 8],
  textLength: 77,
  spectrogram: undefined,
  tempi: { tempi: [], tempiOfWords: {}, beatsPerBar: 4 },
  hasEncoder: false,
};

const REQUEST: RiffRequest = {
  prompt: 'jazz, “smoky” 🎷',
  negativePrompt: 'drums',
  seed: 7,
  steps: 3,
  guidanceScale: 4,
  scheduler: 'ddim',
  profile: 'balanced',
};

/** Dark lines on white, whose height depends on the seed. */
function stripes(seed: number): Float32Array {
  const plane = Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
    const row = Math.floor(i / WIDTH);
    return (row + seed) % 64 < 3 ? 0.1 : 0.95;
  });
  return Float32Array.from([...plane, ...plane, ...plane]);
}

type Draw = (request: PictureRequest, exact: boolean) => Float32Array;

/** A renderer on a pipeline that draws one clip at once; `loads` lists how it was compiled. */
async function rendererOf(draw: Draw, description: Partial<PipelineDescription> = {}) {
  const loads: boolean[] = [];
  const asked: { readonly forecast: unknown; readonly decoder: unknown }[] = [];
  const renderer = await createRenderer(async ({ exact = false }) => {
    loads.push(exact);
    let planes = new Float32Array();
    return {
      describe: { ...DESCRIPTION, ...description },
      paint: async (request, { columns }, { onStep, forecast } = {}): Promise<Painted> => {
        asked.push({ forecast, decoder: undefined });
        const latents = new Float32Array(4 * 8 * columns);
        // As PNDM does: one call more than there are steps.
        const calls = request.scheduler === 'pndm' ? request.steps + 1 : request.steps;
        for (let stepIndex = 1; stepIndex <= calls; stepIndex++) {
          onStep?.({ stepIndex, steps: calls, latents });
        }
        planes = Float32Array.from(draw(request, exact));
        return { latents, warnings: [NOTE], timings: { text: 1, denoise: 2 } };
      },
      decode: async (_latents, { decoder } = {}) => {
        asked.push({ forecast: undefined, decoder });
        return { planes, width: WIDTH, height: HEIGHT };
      },
      encodePicture: () => Promise.reject(new Error('nobody asked for latents')),
      dispose: async () => {},
    };
  });
  return { renderer, loads, asked };
}

const drawSeed: Draw = ({ seed }) => stripes(seed);

function options(onProgress: (progress: RenderProgress) => void = () => {}) {
  return { onProgress, signal: new AbortController().signal };
}

test('the recipe stands in both files and in the result', async () => {
  const { renderer } = await rendererOf(drawSeed);

  const { png, wav, recipe, warnings } = await renderRiff(renderer, REQUEST, options());

  const expected = {
    ...REQUEST,
    model: 'stripes',
    modelVersion: '1.2',
    device: 'CPU',
    generator: SOFTWARE,
  };
  assert.deepEqual(recipe, expected);
  assert.deepEqual(JSON.parse((await readPictureFile(png)).recipe ?? ''), expected);
  assert.deepEqual(JSON.parse(decodeWav(wav, SAMPLE_RATE).recipe ?? ''), expected);
  assert.deepEqual(warnings, [NOTE]);
});

test('the profile says which steps are forecast and which decoder runs', async () => {
  for (const [change, forecast, decoder] of [
    [{ profile: 'fast' }, PROFILES.fast.forecast, 'small'],
    [{ profile: 'fast', scheduler: 'lcm' }, null, 'small'],
    [{ profile: 'balanced' }, PROFILES.balanced.forecast, 'small'],
    [{ profile: 'classic' }, null, 'exact'],
  ] as const) {
    const { renderer, asked } = await rendererOf(drawSeed);
    await renderRiff(renderer, { ...REQUEST, ...change }, options());
    assert.deepEqual(asked, [
      { forecast, decoder: undefined },
      { forecast: undefined, decoder },
    ]);
  }
});

test('the sound lasts as long as the picture is wide', async () => {
  const { renderer } = await rendererOf(drawSeed);
  const { wav, durationMs } = await renderRiff(renderer, REQUEST, options());
  assert.equal(decodeWav(wav, SAMPLE_RATE).waveform.length, WIDTH * 441);
  assert.equal(durationMs.sound, WIDTH * 10);
});

test('the same request gives the same bytes, another seed others', async () => {
  const { renderer } = await rendererOf(drawSeed);
  const one = await renderRiff(renderer, REQUEST, options());
  const two = await renderRiff(renderer, REQUEST, options());
  const other = await renderRiff(renderer, { ...REQUEST, seed: 8 }, options());

  assert.deepEqual([Buffer.compare(one.png, two.png), Buffer.compare(one.wav, two.wav)], [0, 0]);
  assert.notEqual(Buffer.compare(one.wav, other.wav), 0);
});

test('progress walks through the stages and counts the steps', async () => {
  const { renderer } = await rendererOf(drawSeed);
  const seen: string[] = [];
  await renderRiff(
    renderer,
    REQUEST,
    options(({ stage, stepIndex, steps }) => seen.push(`${stage} ${stepIndex}/${steps}`)),
  );
  const steps = ['text 0/3', 'denoise 1/3', 'denoise 2/3', 'denoise 3/3'];
  const changes = seen.filter((beat, index) => beat !== seen[index - 1]);
  assert.deepEqual(changes, [...steps, 'decode 3/3', 'audio 3/3', 'files 3/3']);
});

test('PNDM, which takes a call more, counts the steps that were asked for', async () => {
  const { renderer } = await rendererOf(drawSeed);
  const seen: RenderProgress[] = [];
  const request = { ...REQUEST, steps: 100, scheduler: 'pndm' } as const;
  await renderRiff(
    renderer,
    request,
    options((progress) => seen.push(progress)),
  );
  assert.ok(seen.every(({ steps }) => steps === 100));
  const counts = seen.map(({ stepIndex }) => stepIndex);
  assert.deepEqual(
    counts,
    counts.toSorted((a, b) => a - b),
  );
  assert.equal(new Set(counts).size, 101, '0 to 100');
  assert.equal(counts.at(-1), 100);
});

test('every iteration of the phase recovery is a beat, in every profile', async () => {
  const { renderer } = await rendererOf(drawSeed);
  for (const [profile, iterations] of [
    ['classic', 32],
    ['balanced', 12],
    ['fast', 4],
  ] as const) {
    let beats = 0;
    const count = ({ stage }: RenderProgress) => {
      if (stage === 'audio') beats++;
    };
    await renderRiff(renderer, { ...REQUEST, profile }, options(count));
    assert.ok(beats > iterations, `${beats} beats`);
  }
});

for (const stage of ['text', 'decode', 'audio'] satisfies RenderStage[]) {
  test(`a cancel during "${stage}" ends the render`, async () => {
    const { renderer } = await rendererOf(drawSeed);
    const abort = new AbortController();
    const onProgress = (progress: RenderProgress) => {
      if (progress.stage === stage) abort.abort();
    };
    await assert.rejects(renderRiff(renderer, REQUEST, { onProgress, signal: abort.signal }), {
      code: 'cancelled',
    });
  });
}

const FLAT = new Float32Array(3 * WIDTH * HEIGHT).fill(0.5);

test('a flat picture is drawn again in 32 bits, with a warning, and later ones are too', async () => {
  const { renderer, loads } = await rendererOf((request, exact) => (exact ? drawSeed(request, exact) : FLAT));

  const first = await renderRiff(renderer, REQUEST, options());
  const second = await renderRiff(renderer, REQUEST, options());

  assert.deepEqual(loads, [false, true]);
  assert.equal(first.warnings.length, 2);
  assert.deepEqual(first.warnings[1], { kind: 'exactPrecision' });
  assert.deepEqual(second.warnings, [NOTE]);
});

test('values that are no numbers are a reason for 32-bit precision too', async () => {
  const { renderer } = await rendererOf((request, exact) => {
    if (!exact) throw new RiffError('openvino_failed', 'expected finite numbers');
    return drawSeed(request, exact);
  });
  assert.ok(await renderRiff(renderer, REQUEST, options()));
});

test('a picture that stays flat is a fault that says so', async () => {
  const { renderer, loads } = await rendererOf(() => FLAT);
  const fault = { code: 'engine_failed', message: /expected a picture with contrast/ };
  await assert.rejects(renderRiff(renderer, REQUEST, options()), fault);
  await assert.rejects(renderRiff(renderer, REQUEST, options()), fault);
  assert.deepEqual(loads, [false, true]);
});

test('a model whose pictures have not a row per mel band is refused by name', async () => {
  await assert.rejects(rendererOf(drawSeed, { height: 64 }), {
    code: 'invalid_model',
    message: /expected stripes to draw 512 rows/,
  });
});

test('a model that does not fit in 32 bits is loaded in the precision of the CPU, and a fault is left alone', async () => {
  const loads: DeviceChoices[] = [];
  const loading = (code: 'out_of_memory' | 'invalid_model', fits: boolean) =>
    createRenderer(async (choices) => {
      loads.push(choices);
      if (fits && choices.cpuExact === false) {
        const nothing = () => Promise.reject(new Error('nobody asked for a picture'));
        const painter = { paint: nothing, decode: nothing, encodePicture: nothing };
        return { describe: DESCRIPTION, ...painter, dispose: async () => {} };
      }
      throw new RiffError(code, 'expected more');
    });

  assert.equal((await loading('out_of_memory', true)).model, DESCRIPTION);
  await assert.rejects(loading('out_of_memory', false), { code: 'out_of_memory' });
  await assert.rejects(loading('invalid_model', true), { code: 'invalid_model' });
  assert.deepEqual(loads, [{}, { cpuExact: false }, {}, { cpuExact: false }, {}]);
});
