/**
 * Magma of matplotlib (S. van der Walt and N. Smith, CC0), perceptually uniform: every 16th of its 256 colours as
 * published, from silent to loud.
 */
const MAGMA = [
  0x000004, 0x0a0822, 0x1d1147, 0x36106b, 0x51127c, 0x6a1c81, 0x832681, 0x9c2e7f, 0xb73779, 0xcf4070,
  0xe55064, 0xf4695c, 0xfb8761, 0xfea571, 0xfec287, 0xfde0a1, 0xfcfdbf,
] as const;

/** [256, 3]: red, green and blue of each level, linear between the published colours. */
export function magmaTable(): Uint8Array {
  const table = new Uint8Array(3 * 256);
  for (let level = 0; level < 256; level++) {
    const at = (level / 255) * (MAGMA.length - 1);
    const [below, above] = [MAGMA[Math.floor(at)]!, MAGMA[Math.ceil(at)]!];
    for (const [channel, shift] of [16, 8, 0].entries()) {
      const [from, to] = [(below >> shift) & 255, (above >> shift) & 255];
      table[3 * level + channel] = Math.round(from + (to - from) * (at % 1));
    }
  }
  return table;
}
