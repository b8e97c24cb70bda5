import { halfIsSlower } from './cpu-precision.ts';
import type { CompileOptions } from './runtime.ts';
import { allowedThreads } from './threads.ts';

/** Where and how every part of a model is compiled. */
export type DeviceOptions = Required<Pick<CompileOptions, 'device' | 'properties'>>;

export interface DeviceChoices {
  /** Forces 32-bit precision on every device. */
  readonly exact?: boolean;
  /** 32-bit precision on the CPU; by default when that is faster. */
  readonly cpuExact?: boolean;
  /** Threads of the CPU; by default all that this process may use. */
  readonly threads?: number;
}

/**
 * Options for the lowest latency of one picture at a time.
 * Threads are not pinned: a pinned thread waits whenever another process is busy on its core.
 */
export function deviceOptions(device: string, choices: DeviceChoices = {}): DeviceOptions {
  const { exact = false, cpuExact = halfIsSlower(), threads = allowedThreads() } = choices;
  const cpu = {
    INFERENCE_NUM_THREADS: String(threads),
    ENABLE_CPU_PINNING: 'NO',
    ...(cpuExact && IN_32_BITS),
  };
  const properties = {
    PERFORMANCE_HINT: 'LATENCY',
    ...(device === 'CPU' && { NUM_STREAMS: '1', ...cpu }),
    // AUTO passes CPU options on. Without this it would begin on the CPU while another device still compiles.
    ...(/^AUTO(:|$)/.test(device) && {
      ENABLE_STARTUP_FALLBACK: 'NO',
      DEVICE_PROPERTIES: `{CPU:${braced(cpu)}}`,
    }),
    ...(exact && IN_32_BITS),
  };
  return { device, properties };
}

const IN_32_BITS = { INFERENCE_PRECISION_HINT: 'f32' };

function braced(properties: Readonly<Record<string, string>>): string {
  const entries = Object.entries(properties).map(([key, value]) => `${key}:${value}`);
  return `{${entries.join(',')}}`;
}
