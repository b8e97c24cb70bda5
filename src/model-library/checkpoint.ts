import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { assertDiskSpace } from './disk-space.ts';
import type { Fusion } from './lora.ts';
import type { TaskOptions } from './progress.ts';
import { filesBelow, sizesOf } from './read-through.ts';
import { runPython } from './run-python.ts';

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
export type Converted = z.infer<typeof resultSchema>;

/**
 * Converts a diffusers checkpoint into the layout of a model.
 * Throws UserError if it cannot be converted or the disk is too full, RiffError('invalid_model') if the conversion fails,
 * CancelledError.
 */
export async function convertCheckpoint(
  python: string,
  from: string,
  to: string,
  { weights, width, calibrationSamples }: Conversion,
  { loras, sampling }: Fusion,
  logFile: string,
  task: TaskOptions,
): Promise<Converted> {
  await assertDiskSpace(to, await convertedBytes(from, weights), `the ${weights} model`);
  const args = [
    from,
    to,
    '--weights',
    weights,
    '--calibration-samples',
    String(calibrationSamples),
    '--sampling',
    JSON.stringify(sampling),
    '--json',
    ...(width === null ? [] : ['--width', String(width)]),
    ...loras.flatMap(({ path, origin }) => ['--lora', path, String(origin.scale)]),
  ];
  const result = await runPython({ python, script: CONVERT_SCRIPT, args, logFile }, task);
  return resultSchema.parse(result);
}

/** An average: in the int8 forms the VAE keeps two bytes per weight. */
export function bytesPerWeight(weights: Weights): number {
  return weights === 'fp16' ? 2 : 1.2;
}

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

const tensorSchema = z.object({ shape: z.array(z.int().min(0)) });

/** Reads the header: eight bytes of length, then JSON with the shape of every tensor. 0 for any other file. */
async function countWeights(path: string): Promise<number> {
  const file = await open(path);
  try {
    const length = (await file.read(Buffer.alloc(8), 0, 8, 0)).buffer.readBigUInt64LE();
    if (length > 100_000_000n) return 0;
    const { buffer } = await file.read(Buffer.alloc(Number(length)), 0, Number(length), 8);
    const { __metadata__: _, ...tensors } = JSON.parse(buffer.toString('utf8'));
    return z
      .array(tensorSchema)
      .parse(Object.values(tensors))
      .reduce((total, { shape }) => total + shape.reduce((product, size) => product * size, 1), 0);
  } catch {
    return 0;
  } finally {
    await file.close();
  }
}
