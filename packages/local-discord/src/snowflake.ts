import type { Clock } from './clock.ts';

/** First millisecond of 2015, from which Discord counts. */
const DISCORD_EPOCH_MS = 1_420_070_400_000n;
const TIMESTAMP_SHIFT = 22n;
const INCREMENT_MASK = 0xfffn;

export type NextId = () => string;

/**
 * Ids whose upper bits are the clock's time, which discord.js reads. Unique within one local Discord, and greater than
 * `newest`, the latest id of an earlier run, even if the machine's time was set back.
 */
export function createSnowflakes(clock: Clock, newest = '0'): NextId {
  let lastMs = BigInt(newest) >> TIMESTAMP_SHIFT;
  let increment = BigInt(newest) & INCREMENT_MASK;
  return () => {
    const nowMs = BigInt(clock.now()) - DISCORD_EPOCH_MS;
    increment = (increment + 1n) & INCREMENT_MASK;
    // When the increment overflows within one millisecond, ids take the next one.
    if (nowMs > lastMs) lastMs = nowMs;
    else if (increment === 0n) lastMs += 1n;
    return ((lastMs << TIMESTAMP_SHIFT) | increment).toString();
  };
}

/** When an id was made, in epoch ms. */
export function snowflakeTime(id: string): number {
  return Number((BigInt(id) >> TIMESTAMP_SHIFT) + DISCORD_EPOCH_MS);
}
