const FIRST_MS = 1000;
export const LONGEST_BACK_OFF_MS = 30_000;

/** Wait before the next start after `deaths` in a row (≥ 1): 1 s, 2 s, 4 s … 30 s. */
export function backOffMs(deaths: number): number {
  return Math.min(LONGEST_BACK_OFF_MS, FIRST_MS * 2 ** (deaths - 1));
}
