import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadPipeline } from '../../src/diffusion/pipeline.ts';
import { messageOf, RiffError } from '../../src/errors.ts';
import { deviceOptions } from '../../src/openvino/device-options.ts';
import { BINDINGS, openBinding } from '../../src/openvino/open-runtime.ts';
import type { Runtime } from '../../src/openvino/runtime.ts';
import { loadRenderer } from '../../src/render/renderer.ts';

const MODEL = fileURLToPath(new URL('../golden/diffusion/tiny-variant', import.meta.url));

for (const binding of BINDINGS) {
  const runtime = await openBinding(binding).catch(messageOf);
  const skip = typeof runtime === 'string' && `${binding} is not here: ${runtime}`;

  test(`${binding}: every device has a name to choose it by and one for people`, { skip }, async () => {
    assert.ok(typeof runtime !== 'string');
    const devices = await runtime.devices();
    assert.ok(devices.some(({ name }) => name === 'CPU'));
    for (const { name, fullName } of devices) assert.ok(name !== '' && fullName !== '', name);
  });

  test(`${binding}: a model tells where it really runs, what AUTO chose too`, { skip }, async () => {
    assert.ok(typeof runtime !== 'string');
    const names = (await runtime.devices()).map(({ name }) => name);
    for (const asked of ['CPU', 'AUTO', 'AUTO:CPU']) {
      const pipeline = await loadPipeline(runtime, MODEL, deviceOptions(asked));
      const { device } = pipeline.describe;
      await pipeline.dispose();
      assert.ok(names.includes(device), `${asked} runs on ${device}`);
      if (asked !== 'AUTO') assert.equal(device, 'CPU');
    }
    await runtime.dispose();
  });
}

/** Two graphics cards beside the CPU; whoever asks for a model's ports has found its device. */
const MACHINE: Runtime = {
  binding: 'c-api',
  version: '2026.4.1',
  location: '',
  cancelsMidway: true,
  devices: async () => ['CPU', 'GPU.0', 'GPU.1'].map((name) => ({ name, fullName: name })),
  readPorts: () => Promise.reject(new RiffError('openvino_failed', 'went on')),
  compile: () => assert.fail('nothing to compile'),
  dispose: async () => {},
};

for (const device of ['CPU', 'GPU', 'GPU.1', 'AUTO', 'AUTO:GPU,CPU', 'HETERO:GPU,CPU']) {
  test(`${device} is taken on a machine with a CPU and two graphics cards`, async () => {
    await assert.rejects(loadRenderer({ runtime: MACHINE, modelFolder: MODEL, device }), /went on/);
  });
}

for (const device of ['NPU', 'GPU.2', 'cpu', '']) {
  test(`${JSON.stringify(device)} is refused there, with the names that would do`, async () => {
    await assert.rejects(loadRenderer({ runtime: MACHINE, modelFolder: MODEL, device }), {
      code: 'invalid_config',
      message: `device: expected CPU, GPU.0, GPU.1, AUTO, got ${JSON.stringify(device)}`,
    });
  });
}
