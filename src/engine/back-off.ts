const FIRST_MS = 1000;

/** Wait before the next start after `deaths` in a row (≥ 1): 1 s, 2 s, 4 s … `longestMs`. */
export function backOffMs(deaths: number, longestMs: number): number {
  return Math.min(longestMs, FIRST_MS * 2 ** (deaths - 1));
}
