import { Command } from 'commander';
import { z } from 'zod';
import { type LineProcess, openLineProcess } from '../src/cli/bench/line-process.ts';
import { median } from '../src/cli/bench/percentile.ts';
import { DEFAULTS } from '../src/config.ts';
import { type ModelFolder, readModelFolder } from '../src/diffusion/model-folder/model-folder.ts';
import { openTextEncoder } from '../src/diffusion/text-encoder.ts';
import { openUnet, type Unet, type UnetOptions } from '../src/diffusion/unet.ts';
import { messageOf } from '../src/errors.ts';
import { locateModel } from '../src/model-library/locate-model.ts';
import { type DeviceOptions, deviceOptions } from '../src/openvino/device-options.ts';
import { openRuntime } from '../src/openvino/open-runtime.ts';
import type { Port, Runtime, Shape } from '../src/openvino/runtime.ts';

/** Rounds go on for so long, between these bounds: a step takes from tenths of a second to half a minute. */
const ROUNDS = { min: 3, max: 15, enoughMs: 20_000 };

const answerSchema = z.object({ msPerStep: z.number().positive(), version: z.string(), threads: z.string() });
type Answer = z.infer<typeof answerSchema>;

export interface UnetCallFigures {
  /** Median milliseconds of a guided step by the calls of the U-Net: one with both predictions, or one for each. */
  readonly oneCallMs: number;
  readonly twoCallsMs: number;
  /** A guided step in two calls, ours and Python's one after the other in every round. */
  readonly againstPython:
    | {
        readonly kind: 'measured';
        readonly oursMs: number;
        readonly pythonMs: number;
        readonly version: string;
      }
    | { readonly kind: 'absent'; readonly reason: string };
}

/** The U-Net alone, on noise, compiled for one batch at a time. */
export async function measureUnetCall(
  runtime: Runtime,
  modelFolder: string,
  device: DeviceOptions,
  python: string,
): Promise<UnetCallFigures> {
  const folder = await readModelFolder(runtime, modelFolder);
  const text = await openTextEncoder(runtime, folder, device);
  const options: UnetOptions = { ...device, ...folder.latents, textWidth: text.width };
  await text.dispose();
  const [oneCallMs = Number.NaN] = await withUnet(runtime, folder, options, 2, (unet) =>
    inTurns([stepOf(unet)]),
  );
  return await withUnet(runtime, folder, options, 1, async (unet) => {
    const reference = unetSteps(python, specOf(folder, options));
    try {
      const [twoCallsMs = Number.NaN] = await inTurns([stepOf(unet)]);
      return { oneCallMs, twoCallsMs, againstPython: await besidePython(reference, stepOf(unet)) };
    } finally {
      await reference.close();
    }
  });
}

/** Python's OpenVINO on the same U-Net; each answer is one guided step in two calls. */
export function unetSteps(python: string, spec: UnetSpec): LineProcess<Answer> {
  const script = `${import.meta.dirname}/unet_steps.py`;
  return openLineProcess(python, ['-W', 'ignore', script, JSON.stringify(spec)], answerSchema);
}

export interface UnetSpec {
  readonly unetXml: string;
  readonly device: string;
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly properties: Readonly<Record<string, string>>;
  readonly calls: 1 | 2;
}

function specOf({ unet, latents, textLength }: ModelFolder, options: UnetOptions): UnetSpec {
  const { height, width, textWidth, device, properties = {} } = options;
  const shapes = {
    [unet.latents.name]: filled(unet.latents, [1, latents.channels, height, width]),
    [unet.timestep.name]: filled(unet.timestep, [1]),
    [unet.embeddings.name]: filled(unet.embeddings, [1, textLength, textWidth]),
  };
  return { unetXml: unet.xmlPath, device, properties, shapes, calls: 2 };
}

function filled(port: Port, wanted: Shape): Shape {
  return port.shape.map((size, axis) => (size >= 0 ? size : (wanted[axis] ?? 1)));
}

async function withUnet<T>(
  runtime: Runtime,
  folder: ModelFolder,
  options: UnetOptions,
  batch: 1 | 2,
  work: (unet: Unet) => Promise<T>,
): Promise<T> {
  const unet = await openUnet(runtime, folder, options, batch);
  try {
    return await work(unet);
  } finally {
    await unet.dispose();
  }
}

async function besidePython(
  reference: LineProcess<Answer>,
  ours: () => Promise<number>,
): Promise<UnetCallFigures['againstPython']> {
  try {
    const { version } = await reference.ask();
    const [oursMs = Number.NaN, pythonMs = Number.NaN] = await inTurns([
      ours,
      async () => (await reference.ask()).msPerStep,
    ]);
    return { kind: 'measured', oursMs, pythonMs, version };
  } catch (thrown) {
    return { kind: 'absent', reason: messageOf(thrown) };
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
    for (let predictions = 0; predictions < 2; predictions += unet.batch) await unet.run(500, undefined);
    return performance.now() - startedMs;
  };
}

async function main({ model, device, python }: Record<'model' | 'device' | 'python', string>): Promise<void> {
  const runtime = await openRuntime();
  try {
    const { folder } = locateModel(model, process.cwd());
    console.log(
      JSON.stringify(await measureUnetCall(runtime, folder, deviceOptions(device), python), null, 2),
    );
  } finally {
    await runtime.dispose();
  }
}

if (import.meta.main) {
  await new Command()
    .description("a guided step of the U-Net in one call and in two, and beside Python's OpenVINO")
    .option('--model <name>', 'a folder under models/ or a path', DEFAULTS.model)
    .option('--device <name>', 'OpenVINO device', DEFAULTS.device)
    .option('--python <path>', 'a Python with openvino', 'python3')
    .action(main)
    .parseAsync();
}
