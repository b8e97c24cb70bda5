import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadPipeline } from '../../../src/diffusion/pipeline.ts';
import { deviceOptions } from '../../../src/openvino/device-options.ts';
import { selfTest } from '../../../src/openvino/self-test.ts';
import type { Bench } from './bench.ts';

const MODEL = fileURLToPath(new URL('../../golden/diffusion/tiny-variant', import.meta.url));

/** Devices that choose among others. */
const COMBINED = ['AUTO', 'AUTO:CPU', 'HETERO:CPU', 'MULTI:CPU'];

export function testDevices(on: Bench): void {
  it('gives every device a name to choose it by and one for users', async () => {
    const devices = await on.runtime.devices();
    assert.ok(devices.some(({ name }) => name === 'CPU'));
    for (const { name, fullName } of devices) assert.ok(name !== '' && fullName !== '', name);
  });

  for (const asked of ['CPU', ...COMBINED]) {
    it(`tells where a model on ${asked} really runs`, async () => {
      const names = (await on.runtime.devices()).map(({ name }) => name);
      const pipeline = await loadPipeline(on.runtime, MODEL, deviceOptions(asked));
      const { device } = pipeline.describe;
      await pipeline.dispose();
      assert.ok(names.includes(device), `${asked} runs on ${device}`);
      if (asked !== 'AUTO') assert.equal(device, 'CPU');
    });

    it(`passes its self-test on ${asked}`, async () => {
      const { executionDevices } = await selfTest(on.runtime, asked);
      assert.match(executionDevices, /CPU|GPU|NPU/);
    });
  }
}
