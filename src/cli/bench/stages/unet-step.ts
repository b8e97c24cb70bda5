import { performance } from 'node:perf_hooks';
import { readModelFolder } from '../../../diffusion/model-folder/model-folder.ts';
import { openTextEncoder } from '../../../diffusion/text-encoder.ts';
import { type Unet, unetSlot } from '../../../diffusion/unet.ts';
import type { DeviceOptions } from '../../../openvino/device-options.ts';
import type { Port, Runtime, Shape } from '../../../openvino/runtime.ts';
import { median } from '../median.ts';
import { openvinoSteps, orAbsent, type Reference } from '../references/python-references.ts';

/** Rounds go on for so long, between these bounds: a step takes from tenths of a second to half a minute. */
const ROUNDS = { min: 3, max: 15, enoughMs: 20_000 };

/** What a reference needs to do the very same. */
export interface UnetModel {
  readonly unetXml: string;
  readonly device: string;
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly properties: Readonly<Record<string, string>>;
  /** Of a guided step. */
  readonly calls: 1 | 2;
}

export interface UnetStep {
  /** Median milliseconds of a guided step by calls of the U-Net: one with both sides in it, or one for each side. */
  readonly oneCallMs: number;
  readonly twoCallsMs: number;
  /** Ours and Python's in the form that `calls` names, one after the other in every round. */
  readonly calls: 1 | 2;
  readonly msPerStep: number;
  readonly python: Reference<{ readonly msPerStep: number; readonly version: string }>;
}

/** The U-Net alone, on noise. A large U-Net is compiled for one batch at a time, and held against Python in two calls. */
export async function measureUnetStep(
  runtime: Runtime,
  modelFolder: string,
  options: DeviceOptions,
  python: string,
): Promise<UnetStep> {
  const folder = await readModelFolder(runtime, modelFolder);
  const text = await openTextEncoder(runtime, folder, options);
  const textWidth = text.width;
  await text.dispose();
  const { height, width, channels } = folder.latents;
  const { latents, timestep, embeddings, xmlPath } = folder.unet;
  const slot = unetSlot(runtime, folder, { ...options, height, width, textWidth });
  const calls = slot.holdsBoth ? 1 : 2;
  const batch = calls === 1 ? 2 : 1;
  const shapes = {
    [latents.name]: filled(latents, [batch, channels, height, width]),
    [timestep.name]: filled(timestep, [1]),
    [embeddings.name]: filled(embeddings, [batch, folder.textLength, textWidth]),
  };
  try {
    const ours = stepOf(await slot.ofBatch(batch));
    const against = await besidePython(python, { unetXml: xmlPath, ...options, shapes, calls }, ours);
    // Where both are held they take turns, too.
    const again = slot.holdsBoth ? ours : null;
    const other = stepOf(await slot.ofBatch(batch === 1 ? 2 : 1));
    const [otherMs, oursMs = against.msPerStep] = await inTurns(again ? [other, again] : [other]);
    const [oneCallMs, twoCallsMs] = calls === 1 ? [oursMs, otherMs!] : [otherMs!, oursMs];
    return { oneCallMs, twoCallsMs, calls, ...against };
  } finally {
    await slot.dispose();
  }
}

async function besidePython(
  python: string,
  model: UnetModel,
  ours: () => Promise<number>,
): Promise<Pick<UnetStep, 'msPerStep' | 'python'>> {
  const reference = openvinoSteps(python, model);
  try {
    const first = await orAbsent(() => reference.ask());
    if (first.kind === 'absent') {
      const [msPerStep = Number.NaN] = await inTurns([ours]);
      return { msPerStep, python: first };
    }
    const [msPerStep = Number.NaN, pythonMs = Number.NaN] = await inTurns([
      ours,
      async () => (await reference.ask()).msPerStep,
    ]);
    const { version } = first.value;
    return { msPerStep, python: { kind: 'measured', value: { msPerStep: pythonMs, version } } };
  } finally {
    await reference.close();
  }
}

/** The median of each; what else the machine does falls upon all of them. */
async function inTurns(measured: readonly (() => Promise<number>)[]): Promise<number[]> {
  const tookMs = measured.map((): number[] => []);
  for (const measure of measured) await measure();
  const beganMs = performance.now();
  for (let round = 0; round < ROUNDS.max; round++) {
    if (round >= ROUNDS.min && performance.now() - beganMs > ROUNDS.enoughMs) break;
    for (const [index, measure] of measured.entries()) tookMs[index]!.push(await measure());
  }
  return tookMs.map(median);
}

/** A guided step, timed. */
function stepOf(unet: Unet): () => Promise<number> {
  unet.latents.forEach((_, i, all) => {
    all[i] = Math.sin(i);
  });
  return async () => {
    const startedMs = performance.now();
    for (let sides = 0; sides < 2; sides += unet.batch) await unet.run(500, undefined);
    return performance.now() - startedMs;
  };
}

function filled(port: Port, wanted: Shape): Shape {
  return port.shape.map((size, axis) => (size >= 0 ? size : (wanted[axis] ?? 1)));
}
