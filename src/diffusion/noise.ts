/**
 * Normal noise equal to torch.randn with a CPU generator (torch 2.9.1: ATen/core/MT19937RNGEngine.h,
 * ATen/core/TransformationHelper.h, native/cpu/DistributionTemplates.h), so that a seed means the same picture as in
 * diffusers. Mersenne Twister: Matsumoto and Nishimura, 1998. Float32 draws only.
 */
export interface NoiseSource {
  /** Overwrites all of `out` with the generator's next draws from N(0, 1). */
  fill(out: Float32Array): void;
}

/** `seed`: a whole number from 0 to 2^53 − 1, of which torch's generator uses the low 32 bits. */
export function torchNoise(seed: number): NoiseSource {
  const nextUint32 = mersenneTwister(seed);
  let spare: number | undefined;

  /** Fewer than 16 values: Box–Muller over 53-bit uniforms; the sine half waits for the next call. */
  const nextNormal = (): number => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    const u1 = uniform53(nextUint32);
    const u2 = uniform53(nextUint32);
    const radius = Math.sqrt(-2 * Math.log1p(-u2));
    spare = radius * Math.sin(2 * Math.PI * u1);
    return radius * Math.cos(2 * Math.PI * u1);
  };

  return {
    fill(out) {
      if (out.length < FILL_WIDTH) {
        for (let i = 0; i < out.length; i++) out[i] = nextNormal();
        return;
      }
      fillUniform(out, 0, nextUint32);
      for (let i = 0; i + FILL_WIDTH <= out.length; i += FILL_WIDTH) boxMuller16(out, i);
      if (out.length % FILL_WIDTH === 0) return;
      // The tail is drawn again and overlaps the block before it.
      fillUniform(out, out.length - FILL_WIDTH, nextUint32);
      boxMuller16(out, out.length - FILL_WIDTH);
    },
  };
}

const FILL_WIDTH = 16;

function fillUniform(out: Float32Array, from: number, nextUint32: () => number): void {
  for (let i = from; i < out.length; i++) out[i] = (nextUint32() & 0xffffff) / 2 ** 24;
}

/** Turns out[from … from + 15] from uniform to normal: cosines in the first eight places, sines in the last eight. */
function boxMuller16(out: Float32Array, from: number): void {
  for (let i = from; i < from + FILL_WIDTH / 2; i++) {
    const radius = Math.sqrt(-2 * Math.log(1 - out[i]!));
    const angle = 2 * Math.PI * out[i + FILL_WIDTH / 2]!;
    out[i] = radius * Math.cos(angle);
    out[i + FILL_WIDTH / 2] = radius * Math.sin(angle);
  }
}

function uniform53(nextUint32: () => number): number {
  const high = nextUint32() & 0x1fffff;
  return (high * 2 ** 32 + nextUint32()) / 2 ** 53;
}

const STATE_LENGTH = 624;
const STATE_SHIFT = 397;

/** MT19937; returns whole numbers from 0 to 2^32 − 1. */
function mersenneTwister(seed: number): () => number {
  const state = seededState(seed);
  let position = STATE_LENGTH;
  return () => {
    if (position === STATE_LENGTH) {
      twist(state);
      position = 0;
    }
    let word = state[position++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  };
}

function seededState(seed: number): Uint32Array {
  const state = new Uint32Array(STATE_LENGTH);
  state[0] = seed % 2 ** 32;
  for (let i = 1; i < STATE_LENGTH; i++) {
    const previous = state[i - 1]!;
    state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
  }
  return state;
}

function twist(state: Uint32Array): void {
  for (let i = 0; i < STATE_LENGTH; i++) {
    const next = state[(i + 1) % STATE_LENGTH]!;
    const mixed = (state[i]! & 0x80000000) | (next & 0x7fffffff);
    state[i] = state[(i + STATE_SHIFT) % STATE_LENGTH]! ^ (mixed >>> 1) ^ (next & 1 ? 0x9908b0df : 0);
  }
}
