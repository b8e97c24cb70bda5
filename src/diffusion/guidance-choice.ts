import type { Unet } from './unet.ts';

/** How a guided step calls the U-Net: both predictions in one call (2), or each in a call of its own (1). */
export type GuidanceBatch = 1 | 2;

/** Keeps a measured choice between starts. */
export interface GuidanceMemory {
  recall(): Promise<GuidanceBatch | null>;
  /** Returns the choice that holds from now on: another process's, if that was kept first. */
  keep(choice: GuidanceBatch): Promise<GuidanceBatch>;
}

export interface GuidanceChoiceOptions {
  /** Compiles the U-Net. */
  readonly open: (batch: GuidanceBatch) => Promise<Unet>;
  readonly weightBytes: number;
  readonly memory?: GuidanceMemory | undefined;
  readonly nowMs?: () => number;
}

/** Up to this size two compiled U-Nets, each with its own weights, fit into memory together. */
const MEASURED_UP_TO_BYTES = 512 * 1024 ** 2;

/**
 * The choice in `memory`; else the faster one on this machine, which is measured and stored there. Without a memory nothing is
 * measured: 2. A U-Net too large to be compiled twice: 2. At Stable Diffusion's size both take the same processor
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
  return memory.keep(await fasterBatch(options));
}

/** The first run is a warm-up. */
const TURNS = 5;
const TIMESTEP = 500;

/** Compares the fastest of a few alternating runs, because other load only adds time. */
async function fasterBatch({
  open,
  nowMs = () => performance.now(),
}: GuidanceChoiceOptions): Promise<GuidanceBatch> {
  await using opened = new AsyncDisposableStack();
  const pair = opened.adopt(await open(2), (unet) => unet.dispose());
  // The model file fixes its batch.
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
