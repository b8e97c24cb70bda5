import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { RiffError } from '../../src/errors.ts';
import type { Runtime } from '../../src/openvino/runtime.ts';
import { loadRenderer } from '../../src/render/renderer.ts';

const MODEL = fileURLToPath(new URL('../golden/diffusion/tiny-variant', import.meta.url));

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
      message: `device: expected CPU, GPU.0, GPU.1, AUTO, got ${JSON.stringify(device)}; change DEVICE or --device`,
    });
  });
}
