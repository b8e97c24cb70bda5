/**
 * Uniform numbers in [0, 1) from a seed (a whole number of up to 53 bits): sfc32 by Chris Doty-Humphrey
 * (PractRand), the seed's halves and a counter as its state, the first 15 outputs dropped.
 * The sequence is part of what makes a riff reproducible: it must not change.
 */
export function createRandom(seed: number): () => number {
  let a = 0;
  let b = (seed % 2 ** 32) | 0;
  let c = Math.floor(seed / 2 ** 32) | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
}
