import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRuntime } from '../../../openvino/open-runtime.ts';
import { loadRenderer, type RendererOptions } from '../../../render/renderer.ts';

/** Milliseconds from nothing to a model that can draw. */
export interface StartTimes {
  /** With an empty cache of compiled models, which this start fills. */
  readonly cold: number;
  /** With what the start before has left there. */
  readonly warm: number;
}

export async function measureStart(
  options: Pick<RendererOptions, 'modelFolder' | 'device'>,
): Promise<StartTimes> {
  const folder = await mkdtemp(join(tmpdir(), 'riff-bench-cache-'));
  const modelCache = { folder, maxBytes: Number.MAX_SAFE_INTEGER };
  try {
    const cold = await timeStart({ ...options, modelCache });
    return { cold, warm: await timeStart({ ...options, modelCache }) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function timeStart(options: Omit<RendererOptions, 'runtime'>): Promise<number> {
  const startedMs = performance.now();
  const runtime = await openRuntime();
  try {
    const renderer = await loadRenderer({ runtime, ...options });
    const tookMs = performance.now() - startedMs;
    await renderer.dispose();
    return tookMs;
  } finally {
    await runtime.dispose();
  }
}
