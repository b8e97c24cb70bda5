import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { riffCacheFolder } from '../system/cache-folder.mjs';
import { conversionPython, plainPython } from './conversion-environment.ts';
import { assertDiskSpace } from './disk-space.ts';
import type { Fusion, LoraContext } from './lora.ts';
import type { TaskOptions } from './progress.ts';
import { filesBelow, sizesOf } from './read-through.ts';
import { runPython } from './run-python.ts';
import { readShapes } from './safetensors.ts';
import { assertNoSpecialFiles, assertOwnFiles, PART_FOLDERS } from './stray-links.ts';

export const WEIGHTS = ['fp16', 'int8', 'int8-hybrid'] as const;
export type Weights = (typeof WEIGHTS)[number];

export interface Conversion {
  readonly weights: Weights;
  /** Pixels; null: the checkpoint's own. */
  readonly width: number | null;
  /** Number of U-Net inputs for calibrating int8-hybrid. */
  readonly calibrationSamples: number;
}

const CONVERT_SCRIPT = fileURLToPath(new URL('../../models/convert.py', import.meta.url));

const resultSchema = z.object({ madeBy: z.record(z.string(), z.string()) });

/**
 * Checks a checkpoint, or its settings alone, before its weights are fetched or the packages of the conversion are installed.
 * Throws UserError for one that cannot be converted, CancelledError.
 */
export async function checkCheckpoint(
  env: NodeJS.ProcessEnv,
  folder: string,
  what: 'settings' | 'all',
  width: number | null,
  task: TaskOptions,
): Promise<void> {
  await assertNoSpecialFiles(folder);
  await assertOwnFiles(folder, [...PART_FOLDERS, ...(await filesBelow(folder))]);
  await runConverter(plainPython(env), env, [folder, '--check', what, ...widthArguments(width)], task);
}

/**
 * Converts a diffusers checkpoint into the layout of a model.
 * Throws UserError if it cannot be converted or the disk is too full, RiffError('invalid_model') if the conversion fails,
 * CancelledError.
 */
export async function convertCheckpoint(
  { env, say }: LoraContext,
  from: string,
  to: string,
  { weights, width, calibrationSamples }: Conversion,
  { loras, sampling }: Fusion,
  task: TaskOptions,
): Promise<z.infer<typeof resultSchema>> {
  await assertDiskSpace(to, await convertedBytes(from, weights), `the ${weights} model`);
  const args = [
    ...[from, to, '--weights', weights, '--calibration-samples', String(calibrationSamples)],
    ...['--sampling', JSON.stringify(sampling)],
    ...widthArguments(width),
    ...loras.flatMap(({ path, origin }) => ['--lora', path, String(origin.scale)]),
  ];
  return resultSchema.parse(await runConverter(conversionPython(env, say), env, args, task));
}

function runConverter(
  python: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[],
  task: TaskOptions,
): Promise<unknown> {
  const logFile = join(riffCacheFolder(env), 'conversion.log');
  return runPython({ python, script: CONVERT_SCRIPT, args: [...args, '--json'], logFile }, task);
}

function widthArguments(width: number | null): readonly string[] {
  return width === null ? [] : ['--width', String(width)];
}

/** An average: in the int8 forms the VAE keeps two bytes per weight. */
export function bytesPerWeight(weights: Weights): number {
  return weights === 'fp16' ? 2 : 1.2;
}

/** Of the model that it becomes, by the weights in its files. */
async function convertedBytes(checkpoint: string, weights: Weights): Promise<number> {
  const names = (await filesBelow(checkpoint)).filter((name) => /^(unet|vae|text_encoder)\//.test(name));
  const safetensors = onePrecision(names.filter((name) => name.endsWith('.safetensors')));
  const pickles = onePrecision(names.filter((name) => name.endsWith('.bin')));
  const counts =
    safetensors.length > 0
      ? await Promise.all(safetensors.map((name) => countWeights(join(checkpoint, name))))
      : [...(await sizesOf(checkpoint, pickles)).values()].map((bytes) => bytes / 4);
  return counts.reduce((total, count) => total + count, 0) * bytesPerWeight(weights);
}

/** Drops *.fp16.* files if there are others, since they hold the same weights. */
function onePrecision(names: readonly string[]): readonly string[] {
  const plain = names.filter((name) => !name.includes('.fp16'));
  return plain.length > 0 ? plain : names;
}

/** 0 for a file that is no safetensors file, which the conversion refuses. */
async function countWeights(path: string): Promise<number> {
  const shapes = [...((await readShapes(path))?.values() ?? [])];
  return shapes.reduce((total, shape) => total + shape.reduce((product, size) => product * size, 1), 0);
}
