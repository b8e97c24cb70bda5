import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RiffError } from '../errors.ts';
import { makeTemporaryFolder } from '../system/temporary-folder.ts';
import { deviceOptions } from './device-options.ts';
import type { CompiledModel, Runtime } from './runtime.ts';

export interface SelfTest {
  /** Where it ran, e.g. "CPU". */
  readonly executionDevices: string;
  /** The precision in which 32-bit models run: f32, bf16 or f16; null if the device does not report it (AUTO, HETERO, MULTI). */
  readonly inferencePrecision: string | null;
}

const port = (id: number, attributes = '') =>
  `<port id="${id}" precision="FP32"${attributes}><dim>1</dim><dim>4</dim></port>`;

/** y = x + x. IR without weights needs no .bin. */
const DOUBLING_MODEL = `<?xml version="1.0"?>
<net name="doubling" version="11">
  <layers>
    <layer id="0" name="x" type="Parameter" version="opset1">
      <data shape="1,4" element_type="f32"/><output>${port(0, ' names="x"')}</output>
    </layer>
    <layer id="1" name="y" type="Add" version="opset1">
      <data auto_broadcast="numpy"/><input>${port(0)}${port(1)}</input><output>${port(2, ' names="y"')}</output>
    </layer>
    <layer id="2" name="result" type="Result" version="opset1"><input>${port(0)}</input></layer>
  </layers>
  <edges>
    <edge from-layer="0" from-port="0" to-layer="1" to-port="0"/>
    <edge from-layer="0" from-port="0" to-layer="1" to-port="1"/>
    <edge from-layer="1" from-port="2" to-layer="2" to-port="0"/>
  </edges>
</net>`;

/** Compiles and runs a tiny graph. Throws RiffError('openvino_failed') if the device fails or returns wrong values. */
export async function selfTest(runtime: Runtime, device: string): Promise<SelfTest> {
  const folder = await makeTemporaryFolder('riff-self-test-');
  try {
    const path = join(folder, 'doubling.xml');
    await writeFile(path, DOUBLING_MODEL);
    const compiled = await runtime.compile(path, deviceOptions(device));
    try {
      await assertDoubles(compiled);
      return {
        executionDevices: propertyOf(compiled, 'EXECUTION_DEVICES') ?? device,
        inferencePrecision: propertyOf(compiled, 'INFERENCE_PRECISION_HINT'),
      };
    } finally {
      await compiled.dispose();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Null for a property that the device does not have, which is no error. */
function propertyOf(compiled: CompiledModel, key: string): string | null {
  try {
    return compiled.property(key);
  } catch {
    return null;
  }
}

async function assertDoubles(compiled: CompiledModel): Promise<void> {
  const request = compiled.createRequest();
  const x = request.input('x').data;
  for (let index = 0; index < x.length; index++) x[index] = index + 1;
  await request.infer();
  const y = [...request.output('y').data];
  if (y.join() !== '2,4,6,8') {
    throw new RiffError(
      'openvino_failed',
      `device: expected it to double 1, 2, 3, 4, got ${y.join(', ')}; update its driver or use another device`,
    );
  }
}
