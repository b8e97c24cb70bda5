import type { Variation } from '../riff/request.ts';
import { type NoiseSource, torchNoise } from './noise.ts';

/** Beyond this cosine two directions are taken for one. */
const SAME_DIRECTION = 0.9995;

/**
 * Spherical interpolation: overwrites `a` with the point of the arc from `a` (amount 0) to `b` (1), so that a blend of two
 * noises is as long as they are. Shoemake, 1985; as riffusion-hobby and diffusers' community pipelines, in 64 bits.
 */
export function slerp(a: Float32Array, b: Float32Array, amount: number): void {
  const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  const angle = Math.acos(cosine);
  const isSame = Math.abs(cosine) > SAME_DIRECTION;
  const ofA = isSame ? 1 - amount : Math.sin((1 - amount) * angle) / Math.sin(angle);
  const ofB = isSame ? amount : Math.sin(amount * angle) / Math.sin(angle);
  for (let i = 0; i < a.length; i++) a[i] = ofA * a[i]! + ofB * b[i]!;
}

/** Fills `out` with the noise of a seed and blends that of the variations in. Returns the seed's source. */
export function fillNoise(
  out: Float32Array,
  seed: number,
  variations: readonly Variation[] = [],
): NoiseSource {
  const source = torchNoise(seed);
  source.fill(out);
  const other = new Float32Array(variations.length > 0 ? out.length : 0);
  for (const { seed, amount } of variations) {
    torchNoise(seed).fill(other);
    slerp(out, other, amount);
  }
  return source;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
