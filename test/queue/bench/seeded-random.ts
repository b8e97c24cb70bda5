/** Lehmer's generator (modulus 2³¹ − 1, multiplier 48271): 0 … 1, the same for the same seed (1 … 2³¹ − 2). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
