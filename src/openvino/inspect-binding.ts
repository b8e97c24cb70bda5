import { messageOf } from '../errors.ts';
import type { DeviceInfo, Runtime } from './runtime.ts';
import { type SelfTest, selfTest } from './self-test.ts';

export interface InspectOptions {
  /** Runs a tiny graph on it; left out, nothing is compiled. */
  readonly device?: string;
  /** Model files whose graphs are read. */
  readonly graphs?: readonly string[];
}

/** The findings about a binding, as plain data, because they come from a child process. */
export interface BindingReport {
  readonly version: string;
  readonly location: string;
  readonly devices: readonly DeviceInfo[];
  /** Null where no device was named. */
  readonly inference: SelfTest | { readonly problem: string } | null;
  /** What is wrong with graphs that cannot be read, by path. */
  readonly unreadable: Readonly<Record<string, string>>;
}

/** Inspects an open binding. Failures are part of the report. */
export async function inspectBinding(
  runtime: Runtime,
  { device, graphs = [] }: InspectOptions = {},
): Promise<BindingReport> {
  const { version, location } = runtime;
  const unreadable: Record<string, string> = {};
  for (const path of graphs) {
    await runtime.readPorts(path).catch((error: unknown) => {
      unreadable[path] = messageOf(error);
    });
  }
  if (device === undefined) return { version, location, devices: [], inference: null, unreadable };
  const devices = await runtime.devices();
  const inference = await selfTest(runtime, device).catch((error: unknown) => ({
    problem: messageOf(error),
  }));
  return { version, location, devices, inference, unreadable };
}
