import { readFileSync } from 'node:fs';
import { koffi } from './koffi.ts';
import type { Runtime } from './runtime.ts';
import { withCompile, withInfer } from './wrap-runtime.ts';

/** Often enough that little gathers while a large part is compiled. */
const EVERY_MS = 200;

/**
 * The same runtime, which lets go of the pages of weight files: of those that compiling has read, and of the others
 * when it is a model's turn. OpenVINO maps such a file and keeps it mapped, so that all of it counts as this process's
 * memory beside the copy that the device works with: 1.7 GB for the U-Net of Stable Diffusion. What is read again comes
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

/** Nothing on other systems than Linux with glibc. */
export function releaseMappedWeights(): void {
  madvise ??= findMadvise();
  if (madvise === 'absent') return;
  for (const [start, end] of mappedWeights(readFileSync('/proc/self/maps', 'utf8'))) {
    madvise(start, end - start, MADV_DONTNEED);
  }
}

/** First address and the one behind the last, of every mapping that /proc/self/maps tells. */
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
