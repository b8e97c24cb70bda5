import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const SPANS = 5;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Bytes by which the process grows in each of several equal spans of work, after one to warm up. */
export async function growthBySpan(work: () => Promise<void>): Promise<readonly number[]> {
  await work();
  let before = await residentBytes();
  const growth: number[] = [];
  for (let span = 0; span < SPANS; span++) {
    await work();
    const now = await residentBytes();
    growth.push(now - before);
    before = now;
  }
  return growth;
}

/**
 * Whether memory is kept for good: then every span grows by a good part of what it held, where allocators and
 * collectors reach a plateau and grow in few of them.
 */
export function isLeak(growth: readonly number[], heldBytes: number): boolean {
  const median = growth.toSorted((a, b) => a - b)[Math.floor(growth.length / 2)] ?? 0;
  return median > heldBytes / 4;
}

/** Native objects too: their finalizers run in turns of their own. */
export async function collectGarbage(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    collect();
    await nextTurn();
    await nextTurn();
  }
}

async function residentBytes(): Promise<number> {
  await collectGarbage();
  return process.memoryUsage.rss();
}
