import { messageOf } from '../errors.ts';
import type { DeviceInfo, ModelPorts, Runtime } from './runtime.ts';
import { type SelfTest, selfTest } from './self-test.ts';

export interface InspectOptions {
  /** The device to run a tiny graph on; absent: nothing is compiled. */
  readonly device?: string;
  /** Paths of model files to read. */
  readonly graphs?: readonly string[];
}

/** The findings about a binding, as plain data, because they come from a child process. */
export interface BindingReport {
  readonly version: string;
  readonly location: string;
  readonly devices: readonly DeviceInfo[];
  /** Null: no device was given. */
  readonly inference: SelfTest | { readonly problem: string } | null;
  /** Path → ports of a graph that can be read. */
  readonly ports: Readonly<Record<string, ModelPorts>>;
  /** Path → reason why a graph cannot be read. */
  readonly unreadable: Readonly<Record<string, string>>;
}

/** Inspects an open binding. Failures are part of the report. */
export async function inspectBinding(
  runtime: Runtime,
  { device, graphs = [] }: InspectOptions = {},
): Promise<BindingReport> {
  const { version, location } = runtime;
  const ports: Record<string, ModelPorts> = {};
  const unreadable: Record<string, string> = {};
  for (const path of graphs) {
    try {
      ports[path] = await runtime.readPorts(path);
    } catch (error) {
      unreadable[path] = messageOf(error);
    }
  }
  const read = { version, location, ports, unreadable };
  if (device === undefined) return { ...read, devices: [], inference: null };
  const devices = await runtime.devices();
  const inference = await selfTest(runtime, device).catch((error: unknown) => ({
    problem: messageOf(error),
  }));
  return { ...read, devices, inference };
}
