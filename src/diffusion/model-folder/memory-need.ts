import { RiffError } from '../../errors.ts';
import type { IrWeights } from './ir-file.ts';

export interface MemoryRoom {
  /** What the process may still take; null where nobody knows. */
  readonly availableBytes: number | null;
  /** The device holds 16-bit weights as they are instead of widening them. */
  readonly keepsHalf: boolean;
}

/** What a model takes: its weights, and what flows through the largest part at the picture's size. */
export interface MemoryNeed {
  readonly weights: readonly IrWeights[];
  /** Of the picture. */
  readonly width: number;
  readonly height: number;
}

/** Runtime, kernels and the process itself. */
const BASE_BYTES = 256 * 1024 ** 2;
/** Three tensors of 64 channels in 32 bits at the picture's full size are alive at once in a VAE decoder. */
const BYTES_PER_PIXEL = 3 * 64 * 4;

/** A low estimate: whoever has less than this certainly fails. */
export function neededBytes({ weights, width, height }: MemoryNeed, keepsHalf: boolean): number {
  const weightBytes = weights.reduce(
    (total, { bytes, halfBytes }) => total + bytes + (keepsHalf ? 0 : halfBytes),
    0,
  );
  return BASE_BYTES + weightBytes + BYTES_PER_PIXEL * width * height;
}

/** Throws RiffError('out_of_memory') before anything is compiled that would not fit. */
export function checkMemory(name: string, need: MemoryNeed, { availableBytes, keepsHalf }: MemoryRoom): void {
  const bytes = neededBytes(need, keepsHalf);
  if (availableBytes === null || bytes <= availableBytes) return;
  const widened = need.weights.some(({ halfBytes }) => halfBytes > 0) && !keepsHalf;
  throw new RiffError(
    'out_of_memory',
    `Expected at least ${inGigabytes(bytes)} of free memory for ${name} at ${need.width} × ${need.height} pixels` +
      `${widened ? ', since this CPU widens 16-bit weights to 32' : ''}, but ${inGigabytes(availableBytes)} are left; ` +
      'free memory, raise the limit of the container, or use the model with int8 weights or a smaller one.',
  );
}

function inGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
