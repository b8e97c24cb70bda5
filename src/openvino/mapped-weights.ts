import { readFileSync } from 'node:fs';
import { koffi } from './koffi.ts';
import type { Runtime } from './runtime.ts';
import { withCompile, withInfer } from './wrap-runtime.ts';

/** Short enough that few pages accumulate while a large part is compiled. */
const EVERY_MS = 200;

/**
 * Wraps a runtime so that memory-mapped weight files are dropped (madvise DONTNEED) after compiling, and those of the
 * other models when a model runs. OpenVINO keeps such files mapped, so that they count as this process's
 * memory beside the device's own copy: 1.7 GB for the U-Net of Stable Diffusion. Pages that are read again come
 * from the system's cache.
 */
export function withoutMappedWeights(runtime: Runtime, release = releaseMappedWeights): Runtime {
  let lastTurn = '';
  const turnOf = (xmlPath: string): void => {
    if (lastTurn !== xmlPath) release();
    lastTurn = xmlPath;
  };
  return withCompile(runtime, async (xmlPath, options) => {
    const timer = setInterval(release, EVERY_MS);
    try {
      const model = await runtime.compile(xmlPath, options);
      return withInfer(model, (request) => {
        turnOf(xmlPath);
        return request.infer();
      });
    } finally {
      clearInterval(timer);
      release();
    }
  });
}

const MADV_DONTNEED = 4;

/** A read-only mapping of a model's weights in /proc/self/maps: they may be dropped at any time. */
const MAPPED_WEIGHTS = /^([0-9a-f]+)-([0-9a-f]+) r--[ps] .*\.bin$/;

/** Does nothing on other systems than Linux with glibc. */
export function releaseMappedWeights(): void {
  madvise ??= findMadvise();
  if (madvise === 'absent') return;
  for (const [start, end] of mappedWeights(readFileSync('/proc/self/maps', 'utf8'))) {
    madvise(start, end - start, MADV_DONTNEED);
  }
}

/** [start, end) addresses of every mapped weight file in the text of /proc/self/maps. */
export function mappedWeights(maps: string): [bigint, bigint][] {
  return maps.split('\n').flatMap((line): [bigint, bigint][] => {
    const [, start, end] = MAPPED_WEIGHTS.exec(line) ?? [];
    return start && end ? [[BigInt(`0x${start}`), BigInt(`0x${end}`)]] : [];
  });
}

type Madvise = (address: bigint, bytes: bigint, advice: number) => number;

let madvise: Madvise | 'absent' | undefined;

function findMadvise(): Madvise | 'absent' {
  try {
    if (process.platform !== 'linux') return 'absent';
    return koffi.load('libc.so.6').func('int madvise(uintptr_t address, size_t bytes, int advice)');
  } catch {
    return 'absent';
  }
}
