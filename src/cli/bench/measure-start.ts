import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRenderer, type RendererOptions } from '../../renderer.ts';

/** Milliseconds until a model is ready that was compiled before: with a cache that an earlier load has filled. */
export async function measureCachedLoad(options: Omit<RendererOptions, 'cacheFolder'>): Promise<number> {
  const cacheFolder = await mkdtemp(join(tmpdir(), 'riff-bench-cache-'));
  try {
    await timeLoad({ ...options, cacheFolder });
    return await timeLoad({ ...options, cacheFolder });
  } finally {
    await rm(cacheFolder, { recursive: true, force: true });
  }
}

async function timeLoad(options: RendererOptions): Promise<number> {
  const startedMs = performance.now();
  const renderer = await loadRenderer(options);
  const tookMs = performance.now() - startedMs;
  await renderer.dispose();
  return tookMs;
}
