import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { PictureRequest } from '../../src/diffusion/generation.ts';
import { type DiffusionPipeline, type LoadOptions, loadPipeline } from '../../src/diffusion/pipeline.ts';
import { CancelledError, RiffError, UserError } from '../../src/errors.ts';
import { noticeText } from '../../src/messages/notices.ts';
import type { Runtime } from '../../src/openvino/runtime.ts';
import { withCompile, withInfer } from '../../src/openvino/wrap-runtime.ts';
import { generate } from './generate.ts';

const GOLDEN = new URL('../golden/diffusion/', import.meta.url);
const PROPERTIES = { INFERENCE_NUM_THREADS: '1', INFERENCE_PRECISION_HINT: 'f32' };
const REQUEST: PictureRequest = {
  prompt: 'the string is a list',
  negativePrompt: '',
  seed: 3,
  steps: 3,
  guidanceScale: 4,
  scheduler: 'dpmpp_2m',
};

/** Requests, cancelling, sizes and faults on a binding. */
export function testLife(runtime: Runtime): void {
  const title = (text: string): string => `${runtime.binding}: ${text}`;
  const load = (model = 'tiny-variant', options: Partial<LoadOptions> = {}): Promise<DiffusionPipeline> =>
    loadPipeline(runtime, fileURLToPath(new URL(model, GOLDEN)), {
      device: 'CPU',
      properties: PROPERTIES,
      ...options,
    });
  const shared = load();
  after(async () => (await shared).dispose());

  test(title('every part of the request changes the picture, and nothing else does'), async () => {
    const pipeline = await shared;
    const first = await generate(pipeline, REQUEST);
    const again = await generate(pipeline, REQUEST);
    assert.deepEqual(again.planes, first.planes);
    const changes: readonly Partial<PictureRequest>[] = [
      { prompt: 'the string is no list' },
      { negativePrompt: 'function' },
      { seed: 4 },
      { steps: 4 },
      { guidanceScale: 5 },
      { scheduler: 'unipc' },
    ];
    for (const change of changes) {
      const other = await generate(pipeline, { ...REQUEST, ...change });
      assert.notDeepEqual(other.planes, first.planes, JSON.stringify(change));
    }
  });

  test(title('cancelling after any step stops there, and the next picture is whole'), async () => {
    const pipeline = await shared;
    const whole = await generate(pipeline, REQUEST);
    for (let stopAt = 1; stopAt <= REQUEST.steps; stopAt++) {
      const controller = new AbortController();
      const seen: number[] = [];
      const onStep = ({ stepIndex }: { stepIndex: number }): void => {
        seen.push(stepIndex);
        if (stepIndex === stopAt) controller.abort();
      };
      await assert.rejects(
        generate(pipeline, REQUEST, { onStep, signal: controller.signal }),
        CancelledError,
      );
      assert.deepEqual(seen, [1, 2, 3].slice(0, stopAt));
      assert.deepEqual((await generate(pipeline, REQUEST)).planes, whole.planes);
    }
  });

  test(
    title('cancelling before the first step, or while the model runs, leaves no step behind'),
    async () => {
      const pipeline = await shared;
      await assert.rejects(generate(pipeline, REQUEST, { signal: AbortSignal.abort() }), CancelledError);
      const controller = new AbortController();
      const generating = generate(
        pipeline,
        { ...REQUEST, steps: 100 },
        { signal: controller.signal, onStep: ({ stepIndex }) => stepIndex === 1 && setImmediate(abort) },
      );
      const abort = (): void => controller.abort();
      await assert.rejects(generating, CancelledError);
    },
  );

  test(title('a second picture at the same time is refused, and the first goes on'), async () => {
    const pipeline = await shared;
    const first = generate(pipeline, REQUEST);
    await assert.rejects(
      generate(pipeline, REQUEST),
      (error) => error instanceof RiffError && /one picture/.test(error.message),
    );
    await first;
  });

  test(
    title('guidance 1 says that it leaves the negative prompt out, and guided pictures follow'),
    async () => {
      const pipeline = await shared;
      const guided = await generate(pipeline, REQUEST);
      const unguided = { ...REQUEST, guidanceScale: 1 };
      const plain = await generate(pipeline, unguided);
      const told = await generate(pipeline, { ...unguided, negativePrompt: 'list' });
      assert.deepEqual(told.planes, plain.planes);
      assert.deepEqual(told.warnings, [...plain.warnings, { kind: 'negativeHasNoEffect' }]);
      assert.deepEqual((await generate(pipeline, REQUEST)).planes, guided.planes);
    },
  );

  test(title('words that are cut off or unknown are reported for both texts'), async () => {
    const pipeline = await shared;
    const request = { ...REQUEST, prompt: 'the '.repeat(30), negativePrompt: 'the xylophone' };
    const { warnings } = await generate(pipeline, request);
    assert.equal(warnings.length, 2);
    assert.match(noticeText(warnings[0] ?? '', 'en'), /prompt is longer than the 24 tokens .*“the the the/);
    assert.match(noticeText(warnings[1] ?? '', 'en'), /words of the negative prompt: “xylophone”/);
  });

  test(title('another size than the folder has is compiled, and an impossible one refused'), async () => {
    const pipeline = await load('tiny-variant', { width: 128, height: 32 });
    after(() => pipeline.dispose());
    const { width, height, latentShape } = pipeline.describe;
    assert.deepEqual([width, height, latentShape], [128, 32, [1, 3, 8, 32]]);
    const drawn = await generate(pipeline, REQUEST);
    assert.equal(drawn.planes.length, 3 * 32 * 128);
    await assert.rejects(
      load('tiny-variant', { width: 130 }),
      (error) => error instanceof UserError && /multiple of 4 pixels, got 130/.test(error.message),
    );
  });

  test(title('a picture encodes to the latents that diffusers gives'), async () => {
    const { encoded } = JSON.parse(readFileSync(new URL('pictures.json', GOLDEN), 'utf8'));
    const pipeline = await load('tiny-model');
    after(() => pipeline.dispose());
    const picture = Float32Array.from({ length: 3 * 64 * 64 }, (_, i) => 0.5 + 0.5 * Math.sin(i * 0.001));
    const latents = await pipeline.encodePicture(picture);
    assert.equal(latents.length, 4 * 32 * 32);
    for (const [i, value] of encoded.first.entries()) assert.ok(Math.abs((latents[i] ?? 0) - value) < 1e-4);
    const sum = latents.reduce((total, value) => total + value, 0);
    assert.ok(Math.abs(sum - encoded.sum) < 1e-3 * Math.abs(encoded.sum), `${sum} instead of ${encoded.sum}`);
    await assert.rejects(pipeline.encodePicture(picture.subarray(1)), UserError);
  });

  test(title('a folder without an encoder says so'), async () => {
    const pipeline = await shared;
    const blank = new Float32Array(3 * pipeline.describe.width * pipeline.describe.height);
    await assert.rejects(
      pipeline.encodePicture(blank),
      (error) =>
        error instanceof RiffError && error.code === 'invalid_model' && /vae_encoder/.test(error.message),
    );
  });

  for (const { part, named } of [
    { part: 'unet', named: 'the U-Net' },
    { part: 'vae_decoder', named: 'the VAE decoder' },
    { part: 'text_encoder', named: 'the text encoder' },
  ]) {
    test(title(`not-a-number from ${named} is an error, not a picture`), async () => {
      const folder = fileURLToPath(new URL('tiny-variant', GOLDEN));
      const broken = await loadPipeline(spoiled(runtime, part), folder, {
        device: 'CPU',
        properties: PROPERTIES,
      });
      after(() => broken.dispose());
      await assert.rejects(generate(broken, REQUEST), (error) => {
        assert.ok(error instanceof RiffError && error.code === 'openvino_failed');
        return error.message.startsWith(`${named}: expected finite numbers`);
      });
    });
  }

  test(title('what was compiled before a part fails is given back'), async () => {
    const compiled: string[] = [];
    const disposed: string[] = [];
    const failing: Runtime = {
      ...namesOf(runtime),
      async compile(xmlPath, options) {
        if (xmlPath.includes('unet')) throw new RiffError('openvino_failed', 'no memory');
        const model = await runtime.compile(xmlPath, options);
        compiled.push(xmlPath);
        return {
          inputs: model.inputs,
          outputs: model.outputs,
          createRequest: () => model.createRequest(),
          property: (key) => model.property(key),
          async dispose() {
            disposed.push(xmlPath);
            await model.dispose();
          },
        };
      },
    };
    const folder = fileURLToPath(new URL('tiny-variant', GOLDEN));
    await assert.rejects(loadPipeline(failing, folder, { device: 'CPU', properties: {} }), /no memory/);
    assert.equal(compiled.length, 2);
    assert.deepEqual(disposed.toSorted(), compiled.toSorted());
  });

  test(title('200 pictures leave no memory behind'), async () => {
    const pipeline = await shared;
    const draw = async (count: number, firstSeed: number): Promise<NodeJS.MemoryUsage> => {
      for (let seed = firstSeed; seed < firstSeed + count; seed++) {
        await generate(pipeline, { ...REQUEST, prompt: `the list ${seed}`, steps: 1, seed });
      }
      return memoryAfterCollection();
    };
    const before = await draw(50, 0);
    const afterwards = await draw(150, 50);
    const grownBytes = afterwards.arrayBuffers - before.arrayBuffers;
    const grownRssBytes = afterwards.rss - before.rss;
    // One picture is 74 kB: 150 kept ones would be 11 MB.
    assert.ok(grownBytes < 2e6, `array buffers grew by ${grownBytes} bytes`);
    assert.ok(grownRssBytes < 60e6, `the process grew by ${grownRssBytes} bytes`);
  });
}

/** Without the power to dispose of the runtime, which other tests use, too. */
function namesOf(
  runtime: Runtime,
  compile: Runtime['compile'] = (xmlPath, options) => runtime.compile(xmlPath, options),
): Runtime {
  return { ...withCompile(runtime, compile), dispose: async () => {} };
}

/** The same runtime, but one part answers with a value that is not a number. */
function spoiled(runtime: Runtime, part: string): Runtime {
  return namesOf(runtime, async (xmlPath, options) => {
    const model = await runtime.compile(xmlPath, options);
    if (!xmlPath.includes(part)) return model;
    return withInfer(model, async (request) => {
      await request.infer();
      const { data } = request.output(0);
      if (data instanceof Float32Array) data[data.length - 1] = Number.NaN;
    });
  });
}

/** Memory after eight collections: V8 counts freed buffers on a thread of its own, some time after a collection. */
async function memoryAfterCollection(): Promise<NodeJS.MemoryUsage> {
  setFlagsFromString('--expose-gc');
  const collect: (options: object) => Promise<void> = runInNewContext('gc');
  for (let round = 0; round < 8; round++) await collect({ type: 'major', execution: 'async' });
  return process.memoryUsage();
}
