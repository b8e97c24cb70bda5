import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { PictureRequest } from '../../src/diffusion/generation.ts';
import { type DiffusionPipeline, loadPipeline } from '../../src/diffusion/pipeline.ts';
import type { Runtime } from '../../src/openvino/runtime.ts';
import type { SchedulerName } from '../../src/riff/request.ts';
import { generate } from './generate.ts';

interface Golden {
  readonly guidanceScale: number;
  readonly stride: number;
  readonly models: Readonly<Record<string, GoldenModel>>;
  readonly encoded: { readonly first: readonly number[]; readonly sum: number };
}

interface GoldenModel {
  readonly height: number;
  readonly width: number;
  readonly cases: readonly {
    readonly prompt: string;
    readonly negativePrompt: string;
    readonly seed: number;
    readonly steps: number;
    readonly scheduler: SchedulerName;
    readonly picture: string;
  }[];
}

const GOLDEN = new URL('../golden/diffusion/', import.meta.url);
const golden: Golden = JSON.parse(readFileSync(new URL('pictures.json', GOLDEN), 'utf8'));
const PROPERTIES = { INFERENCE_NUM_THREADS: '1', INFERENCE_PRECISION_HINT: 'f32' };

/** Every golden picture, drawn on a binding. */
export function testPictures(runtime: Runtime): void {
  for (const model of Object.keys(golden.models)) {
    compareWithDiffusers(runtime, model, 2, golden.models[model]?.cases ?? []);
    compareWithDiffusers(runtime, model, 1, golden.models[model]?.cases.slice(0, 1) ?? []);
  }
}

function compareWithDiffusers(
  runtime: Runtime,
  model: string,
  guidanceBatch: 1 | 2,
  cases: GoldenModel['cases'],
): void {
  const { height, width } = golden.models[model] ?? {};
  let pipeline: DiffusionPipeline | undefined;
  after(() => pipeline?.dispose());
  for (const { picture: expected, ...wanted } of cases) {
    const title = `${runtime.binding}, ${model}, guidance batch ${guidanceBatch}: ${wanted.scheduler}, ${wanted.steps} steps, seed ${wanted.seed}`;
    test(`${title} draws what diffusers draws`, async (context) => {
      const folder = fileURLToPath(new URL(model, GOLDEN));
      pipeline ??= await loadPipeline(runtime, folder, {
        device: 'CPU',
        properties: PROPERTIES,
        guidanceBatch,
      });
      const request: PictureRequest = { ...wanted, guidanceScale: golden.guidanceScale };
      const drawn = await generate(pipeline, request);
      assert.deepEqual([drawn.height, drawn.width], [height, width]);
      const psnrDb = psnr(drawn.planes, Buffer.from(expected, 'base64'));
      context.diagnostic(`PSNR ${psnrDb.toFixed(1)} dB`);
      assert.ok(psnrDb >= 50, `PSNR is ${psnrDb.toFixed(1)} dB`);
    });
  }
}

/** Between a picture in [0, 1] and every third of its bytes. */
function psnr(picture: Float32Array, bytes: Uint8Array): number {
  let squares = 0;
  for (const [index, byte] of bytes.entries())
    squares += ((picture[index * golden.stride] ?? 0) * 255 - byte) ** 2;
  return 10 * Math.log10(255 ** 2 / (squares / bytes.length));
}
