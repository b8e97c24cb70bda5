import type { Unet } from './unet.ts';

/** How a guided step calls the U-Net: both predictions in one call (2), or each in a call of its own (1). */
export type GuidanceBatch = 1 | 2;

/** Where a measured choice is kept from start to start. */
export interface GuidanceMemory {
  recall(): Promise<GuidanceBatch | null>;
  keep(choice: GuidanceBatch): Promise<void>;
}

export interface GuidanceChoiceOptions {
  /** Compiles the U-Net. */
  readonly open: (batch: GuidanceBatch) => Promise<Unet>;
  readonly weightBytes: number;
  readonly memory?: GuidanceMemory | undefined;
  readonly nowMs?: () => number;
}

/** Up to here two compiled U-Nets fit into memory beside each other; each holds weights of its own. */
const MEASURED_UP_TO_BYTES = 512 * 1024 ** 2;

/**
 * What `memory` holds; else what is faster on this machine, measured and kept there. Without a memory there is nothing
 * to measure for: 2. A U-Net too large to be compiled twice: 2. At Stable Diffusion's size both take the same processor
 * time, but one call has half as many points at which threads wait for each other, and beside other work it was 1.6 times
 * as fast by the clock (research/README.md).
 * Both compute the same; kernels for another batch may add in another order, so that the last bits of a picture, and
 * rarely a grey level, differ between machines that chose differently. One machine keeps to its choice.
 */
export async function chooseGuidanceBatch(options: GuidanceChoiceOptions): Promise<GuidanceBatch> {
  const { weightBytes, memory } = options;
  if (!memory || weightBytes > MEASURED_UP_TO_BYTES) return 2;
  const known = await memory.recall();
  if (known) return known;
  const choice = await fasterBatch(options);
  await memory.keep(choice);
  return choice;
}

/** The first turn wakes the kernels up. */
const TURNS = 5;
const TIMESTEP = 500;

/** By the quickest of a few in turns: what else runs on the machine only ever adds. */
async function fasterBatch({
  open,
  nowMs = () => performance.now(),
}: GuidanceChoiceOptions): Promise<GuidanceBatch> {
  await using opened = new AsyncDisposableStack();
  const pair = opened.adopt(await open(2), (unet) => unet.dispose());
  // The file fixes its batch.
  if (pair.batch === 1) return 1;
  const single = opened.adopt(await open(1), (unet) => unet.dispose());
  if (single.batch === 2) return 2;
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
  for (let predictions = 0; predictions < 2; predictions += unet.batch) await unet.run(TIMESTEP, undefined);
  return nowMs() - startedMs;
}
