import { z } from 'zod';
import type { PipelineDescription } from '../diffusion/pipeline.ts';
import type { StripFacts } from '../riff/strip.ts';

/** The latents [C, h, columns] of a riff with the facts that planning needs. */
export interface LatentStrip extends StripFacts {
  readonly latents: Float32Array;
}

const headerSchema = z.object({
  model: z.string(),
  modelVersion: z.string(),
  columns: z.int().min(1),
  soundMs: z.number().positive(),
  tempo: z
    .object({ bpm: z.number().positive(), paintedBpm: z.number().positive(), barColumns: z.int().min(1) })
    .nullable(),
});

type Model = Pick<PipelineDescription, 'name' | 'version' | 'latentShape'>;

/** One line of JSON, then the latents as half floats. Same strip, same bytes. */
export function encodeLatents(strip: LatentStrip, { name, version }: Model): Buffer {
  const { latents, columns, soundMs, tempo } = strip;
  const header = { model: name, modelVersion: version, columns, soundMs, tempo };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), toHalfFloats(latents)]);
}

/** Null when the bytes are not such a file, or belong to another model. */
export function decodeLatents(bytes: Uint8Array, { name, version, latentShape }: Model): LatentStrip | null {
  const end = bytes.indexOf('\n'.charCodeAt(0));
  const header = headerSchema.safeParse(parsed(Buffer.from(bytes.subarray(0, Math.max(0, end))).toString()));
  if (!header.success) return null;
  const { model, modelVersion, ...facts } = header.data;
  const latents = fromHalfFloats(bytes.subarray(end + 1));
  const isWhole = latents.length === rowsOf(latentShape) * facts.columns && latents.every(Number.isFinite);
  return model === name && modelVersion === version && isWhole ? { ...facts, latents } : null;
}

/** Rounds the latents to half floats, as writing and reading them does. */
export function throughHalfFloats<S extends { readonly latents: Float32Array }>(strip: S): S {
  return { ...strip, latents: fromHalfFloats(toHalfFloats(strip.latents)) };
}

/** The number of values in one latent column. */
export function rowsOf([, channels = 1, height = 1]: PipelineDescription['latentShape']): number {
  return channels * height;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Half floats in the machine's byte order, which is little-endian wherever OpenVINO runs. */
export function toHalfFloats(values: Float32Array): Uint8Array {
  const halves = Float16Array.from(values);
  return new Uint8Array(halves.buffer);
}

/** Reads half floats; an odd last byte is ignored. */
export function fromHalfFloats(bytes: Uint8Array): Float32Array {
  // Copied, because the bytes may begin at any address. A Buffer's slice would not copy.
  const aligned = new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  const halves = new Float16Array(aligned.buffer);
  return Float32Array.from(halves);
}
