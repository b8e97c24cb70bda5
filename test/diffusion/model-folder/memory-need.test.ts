import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkMemory, neededBytes } from '../../../src/diffusion/model-folder/memory-need.ts';
import { loadPipeline } from '../../../src/diffusion/pipeline.ts';
import { RiffError } from '../../../src/errors.ts';
import { deviceOptions } from '../../../src/openvino/device-options.ts';
import { openRuntime } from '../../../src/openvino/open-runtime.ts';

/** Stable Diffusion 1.5 in 16 bits: text encoder, U-Net, VAE decoder. */
const FULL_SIZE = {
  width: 512,
  height: 512,
  channels: 128,
  weights: [
    { bytes: 246e6, halfBytes: 246e6 },
    { bytes: 1720e6, halfBytes: 1720e6 },
    { bytes: 99e6, halfBytes: 99e6 },
  ],
};
const INT8 = { ...FULL_SIZE, weights: [{ bytes: 1040e6, halfBytes: 10e6 }] };

test('16-bit weights count twice where the CPU widens them', () => {
  const narrow = neededBytes(FULL_SIZE, true);
  assert.equal(neededBytes(FULL_SIZE, false) - narrow, 2065e6);
  assert.ok(narrow > 2.3e9 && narrow < 3e9, String(narrow));
});

test('a larger picture and a wider decoder need more', () => {
  assert.ok(neededBytes({ ...INT8, channels: 256 }, false) > neededBytes(INT8, false));
  assert.ok(neededBytes({ ...INT8, width: 1024 }, false) > neededBytes(INT8, false));
});

test('a model that cannot fit is refused with the figures and a fix', () => {
  assert.throws(
    () => checkMemory('riffusion', FULL_SIZE, { availableBytes: 3e9, keepsHalf: false }),
    (error) => {
      assert.ok(error instanceof RiffError && error.code === 'out_of_memory');
      assert.match(error.message, /at least 4\.9 GB .*riffusion at 512 × 512 .* widens .* got 3\.0 GB;/);
      assert.match(error.message, /int8/);
      return true;
    },
  );
});

test('a model that fits, or on a machine that does not tell its memory, is not refused', () => {
  checkMemory('riffusion', FULL_SIZE, { availableBytes: 5e9, keepsHalf: false });
  checkMemory('riffusion', INT8, { availableBytes: 3e9, keepsHalf: false });
  checkMemory('riffusion', FULL_SIZE, { availableBytes: null, keepsHalf: false });
});

test('a pipeline without the room for it is refused before anything is compiled', async () => {
  const runtime = await openRuntime();
  const compile = (): never => assert.fail('compiled');
  const folder = fileURLToPath(new URL('../../golden/diffusion/tiny-variant', import.meta.url));
  const watched = {
    binding: runtime.binding,
    version: runtime.version,
    location: runtime.location,
    cancelsMidway: runtime.cancelsMidway,
    devices: () => runtime.devices(),
    readPorts: (path: string) => runtime.readPorts(path),
    compile,
    dispose: async () => {},
  };
  const memory = { availableBytes: 1e6, keepsHalf: false };
  try {
    await assert.rejects(loadPipeline(watched, folder, { ...deviceOptions('CPU'), memory }), {
      code: 'out_of_memory',
    });
  } finally {
    await runtime.dispose();
  }
});
