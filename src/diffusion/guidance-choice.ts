import type { Unet, UnetSlot } from './unet.ts';

/** How a guided step asks the U-Net: both sides in one call (2), or each in a call of its own (1). */
export type GuidanceBatch = 1 | 2;

/** Where a measured choice is kept from start to start. */
export interface GuidanceMemory {
  recall(): Promise<GuidanceBatch | null>;
  keep(choice: GuidanceBatch): Promise<void>;
}

/**
 * What `memory` holds; else what is faster on this machine, measured and kept there. Without a memory there is nothing
 * to measure for: 2. A U-Net too large to be compiled twice: 1, which serves steps of one side as well.
 * Both compute the same; kernels for another batch may add in another order, so that the last bits of a picture, and
 * rarely a grey level, differ between machines that chose differently. One machine keeps to its choice.
 */
export async function chooseGuidanceBatch(
  unets: UnetSlot,
  memory: GuidanceMemory | undefined,
  nowMs: () => number = () => performance.now(),
): Promise<GuidanceBatch> {
  if (!unets.holdsBoth) return 1;
  if (!memory) return 2;
  const known = await memory.recall();
  if (known) return known;
  const choice = await fasterBatch(unets, nowMs);
  await memory.keep(choice);
  await unets.keepOnly(choice);
  return choice;
}

/** The first turn wakes the kernels up. */
const TURNS = 5;
const TIMESTEP = 500;

/** By the quickest of a few in turns: what else runs on the machine only ever adds. */
async function fasterBatch(unets: UnetSlot, nowMs: () => number): Promise<GuidanceBatch> {
  const pair = await unets.ofBatch(2);
  const single = await unets.ofBatch(1);
  if (pair.batch === single.batch) return pair.batch === 1 ? 1 : 2;
  let oneCallMs = Number.POSITIVE_INFINITY;
  let twoCallsMs = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < TURNS; turn++) {
    const [one, two] = [await stepMs(pair, nowMs), await stepMs(single, nowMs)];
    if (turn === 0) continue;
    oneCallMs = Math.min(oneCallMs, one);
    twoCallsMs = Math.min(twoCallsMs, two);
  }
  return twoCallsMs < oneCallMs ? 1 : 2;
}

async function stepMs(unet: Unet, nowMs: () => number): Promise<number> {
  const startedMs = nowMs();
  for (let sides = 0; sides < 2; sides += unet.batch) await unet.run(TIMESTEP, undefined);
  return nowMs() - startedMs;
}
