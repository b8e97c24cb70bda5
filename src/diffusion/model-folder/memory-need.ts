import { RiffError } from '../../errors.ts';
import type { MachineMemory } from '../../openvino/available-memory.ts';
import type { IrWeights } from './ir-file.ts';

/** The memory of a model: its weights, and the activations of its largest part at the picture's size. */
export interface MemoryNeed {
  readonly weights: readonly IrWeights[];
  /** Of the picture. */
  readonly width: number;
  readonly height: number;
  /** Of the level of the VAE decoder that works at the picture's full size. */
  readonly channels: number;
}

/** Runtime, kernels and the process itself. */
const BASE_BYTES = 256 * 1024 ** 2;
/**
 * 32-bit tensors of the picture's size that are alive at once in a VAE decoder. With this number a model of Stable
 * Diffusion's size is estimated at 4.9 GB in 16 bits and at 2.0 GB in 8; 4.9 and 2.2 were measured (OpenVINO 2026.4, AVX2).
 */
const TENSORS_AT_FULL_SIZE = 4;

/** A low estimate: with less memory than this the model certainly fails. */
export function neededBytes({ weights, width, height, channels }: MemoryNeed, keepsHalf: boolean): number {
  const weightBytes = weights.reduce(
    (total, { bytes, halfBytes }) => total + bytes + (keepsHalf ? 0 : halfBytes),
    0,
  );
  return BASE_BYTES + weightBytes + TENSORS_AT_FULL_SIZE * 4 * channels * width * height;
}

/** Throws RiffError('out_of_memory') if the model would not fit; call it before compiling. */
export function checkMemory(
  name: string,
  need: MemoryNeed,
  { availableBytes, keepsHalf }: MachineMemory,
): void {
  const bytes = neededBytes(need, keepsHalf);
  if (availableBytes === null || bytes <= availableBytes) return;
  const widened = need.weights.some(({ halfBytes }) => halfBytes > 0) && !keepsHalf;
  throw new RiffError(
    'out_of_memory',
    `memory: expected at least ${inGigabytes(bytes)} free for ${name} at ${need.width} × ${need.height} pixels` +
      `${widened ? ', since this CPU widens 16-bit weights to 32' : ''}, got ${inGigabytes(availableBytes)}; ` +
      'free memory, raise the limit of the container, or use the model with int8 weights or a smaller one',
  );
}

function inGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
