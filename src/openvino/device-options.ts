import { allowedThreads } from './machine/threads.ts';
import type { CompileOptions } from './runtime.ts';

/** Where and how every part of a model is compiled. */
export type DeviceOptions = Required<Pick<CompileOptions, 'device' | 'properties'>>;

/**
 * One picture at a time, as soon as it can be. `exact`: 32-bit precision whatever the device would choose.
 * A pinned thread waits whenever another process is busy on its core, so that threads are not pinned.
 */
export function deviceOptions(device: string, exact = false, threads = allowedThreads()): DeviceOptions {
  const cpu = { INFERENCE_NUM_THREADS: String(threads), ENABLE_CPU_PINNING: 'NO' };
  const properties = {
    PERFORMANCE_HINT: 'LATENCY',
    ...(device === 'CPU' && { NUM_STREAMS: '1', ...cpu }),
    // AUTO hands on what is the CPU's; and it shall not begin on the CPU while another device still compiles.
    ...(/^AUTO(:|$)/.test(device) && {
      ENABLE_STARTUP_FALLBACK: 'NO',
      DEVICE_PROPERTIES: `{CPU:${braced(cpu)}}`,
    }),
    ...(exact && { INFERENCE_PRECISION_HINT: 'f32' }),
  };
  return { device, properties };
}

function braced(properties: Readonly<Record<string, string>>): string {
  const entries = Object.entries(properties).map(([key, value]) => `${key}:${value}`);
  return `{${entries.join(',')}}`;
}
