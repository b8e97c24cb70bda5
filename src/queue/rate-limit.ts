/**
 * Sliding window: how long until one more is allowed, in ms; 0: now; null: never (the limit allows none).
 * `takenAt`: earlier ones, oldest first, epoch ms; those outside of the window do not matter.
 */
export function waitForRoom(
  takenAt: readonly number[],
  limit: number,
  windowMs: number,
  now: number,
): number | null {
  if (limit <= 0) return null;
  const inWindow = takenAt.filter((at) => at > now - windowMs);
  const lastInTheWay = inWindow.at(-limit);
  return lastInTheWay === undefined ? 0 : lastInTheWay + windowMs - now;
}
