import { performance } from 'node:perf_hooks';
import { readModelFolder } from '../../diffusion/model-folder/model-folder.ts';
import { openTextEncoder } from '../../diffusion/text/text-encoder.ts';
import { unetSlot } from '../../diffusion/unet.ts';
import type { DeviceOptions } from '../../openvino/device-options.ts';
import type { Port, Runtime, Shape } from '../../openvino/runtime.ts';
import { median } from './median.ts';

const WARM_UP_RUNS = 3;
const RUNS = 15;
/** Both sides of guidance in one run. */
const BATCH = 2;

export interface UnetStep {
  readonly msPerStep: number;
  /** What a reference needs to do the very same. */
  readonly model: {
    readonly unetXml: string;
    readonly device: string;
    readonly shapes: Readonly<Record<string, Shape>>;
    readonly properties: Readonly<Record<string, string>>;
  };
}

/** Median milliseconds of one guided run of the U-Net alone, on noise. */
export async function measureUnetStep(
  runtime: Runtime,
  modelFolder: string,
  options: DeviceOptions,
): Promise<UnetStep> {
  const folder = await readModelFolder(runtime, modelFolder);
  const text = await openTextEncoder(runtime, folder, options);
  const { height, width, channels } = folder.latents;
  const { latents, timestep, embeddings, xmlPath } = folder.unet;
  const slot = unetSlot(runtime, folder, { ...options, height, width, textWidth: text.width });
  try {
    const unet = await slot.ofBatch(BATCH);
    const shapes = {
      [latents.name]: filled(latents, [BATCH, channels, height, width]),
      [timestep.name]: filled(timestep, [1]),
      [embeddings.name]: filled(embeddings, [BATCH, folder.textLength, text.width]),
    };
    unet.latents.forEach((_, i, all) => {
      all[i] = Math.sin(i);
    });
    const tookMs = await timeRuns(() => unet.run(500, undefined));
    return { msPerStep: median(tookMs), model: { unetXml: xmlPath, ...options, shapes } };
  } finally {
    await slot.dispose();
    await text.dispose();
  }
}

async function timeRuns(run: () => Promise<void>): Promise<number[]> {
  const tookMs: number[] = [];
  for (let index = 0; index < WARM_UP_RUNS + RUNS; index++) {
    const startedMs = performance.now();
    await run();
    if (index >= WARM_UP_RUNS) tookMs.push(performance.now() - startedMs);
  }
  return tookMs;
}

function filled(port: Port, wanted: Shape): Shape {
  return port.shape.map((size, axis) => (size >= 0 ? size : (wanted[axis] ?? 1)));
}
