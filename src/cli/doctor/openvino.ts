import { messageOf } from '../../errors.ts';
import { BINDINGS, type Binding } from '../../openvino/open-runtime.ts';
import type { Runtime } from '../../openvino/runtime.ts';
import { selfTest } from '../../openvino/self-test.ts';
import type { Finding } from './finding.ts';

export type OpenBinding = (binding: Binding) => Promise<Runtime>;

/** Either one is enough. */
const CURES: Readonly<Record<Binding, string>> = {
  'openvino-node': 'Run "npm install openvino-node" where its download is allowed; or mend c-api instead.',
  'c-api':
    'Run "node src/setup.mjs" to fetch OpenVINO with pip, or install it and set OPENVINO_LIB to its libopenvino_c.',
};

export interface BindingsReport {
  readonly findings: readonly Finding[];
  /** The one that Riff will use; the caller disposes of it. */
  readonly runtime: Runtime | null;
}

/** Opens every binding. `wanted` is OPENVINO_BINDING: then only that one counts. */
export async function checkBindings(open: OpenBinding, wanted: string | undefined): Promise<BindingsReport> {
  const tried = BINDINGS.filter((binding) => !wanted || binding === wanted);
  if (tried.length === 0) return { findings: [unknownBinding(wanted)], runtime: null };
  const runtimes: Runtime[] = [];
  const absences: { binding: Binding; reason: string }[] = [];
  for (const binding of tried) {
    await open(binding).then(
      (runtime) => runtimes.push(runtime),
      (error) => absences.push({ binding, reason: messageOf(error) }),
    );
  }
  const [runtime = null, ...others] = runtimes;
  await Promise.all(others.map((other) => other.dispose()));
  const absent = absences.map(
    ({ binding, reason }): Finding =>
      runtime === null
        ? { kind: 'failure', about: binding, detail: reason, cure: CURES[binding] }
        : { kind: 'ok', about: binding, detail: `not there, not needed: ${reason}` },
  );
  return { findings: [...runtimes.map(describeRuntime), ...absent], runtime };
}

function describeRuntime(runtime: Runtime, index: number): Finding {
  const use = index === 0 ? 'will be used' : 'would do, too';
  const detail = `${use}: OpenVINO ${runtime.version} in ${runtime.location}`;
  return { kind: 'ok', about: runtime.binding, detail };
}

function unknownBinding(wanted: string | undefined): Finding {
  const detail = `OPENVINO_BINDING is "${wanted}"`;
  return {
    kind: 'failure',
    about: 'OpenVINO',
    detail,
    cure: `Set it to ${BINDINGS.join(' or ')}, or leave it empty.`,
  };
}

/** Lists the devices and runs one tiny graph on the one that Riff is told to use. */
export async function checkDevice(runtime: Runtime, device: string): Promise<readonly Finding[]> {
  const devices = await runtime.devices();
  const list = devices.map(({ name, fullName }) => `${name} (${fullName})`).join(', ');
  const found: Finding = { kind: 'ok', about: 'Devices', detail: list };
  try {
    const { executionDevices, inferencePrecision } = await selfTest(runtime, device);
    const detail = `a tiny graph runs on ${executionDevices}, in ${inferencePrecision}`;
    return [found, { kind: 'ok', about: 'Inference', detail }];
  } catch (error) {
    const cure = `Set DEVICE to one of ${devices.map(({ name }) => name).join(', ')}, or look at that device's driver.`;
    return [found, { kind: 'failure', about: 'Inference', detail: messageOf(error), cure }];
  }
}
