import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CancelledError } from '../../../src/errors.ts';
import { NodeAddonRuntime } from '../../../src/openvino/node-addon/node-addon-runtime.ts';
import { describeContract } from '../contract/contract.ts';
import { STEP_MODEL, withModelFile } from '../tiny-models.ts';
import { FakeInferRequest, fakeAddon } from './fake-addon.ts';

const openFake = async () => new NodeAddonRuntime(fakeAddon(), 'a fake addon');

describeContract('the openvino-node adapter over a fake addon', openFake, false);

describe('the openvino-node adapter', () => {
  it('goes by the order of the ports even where the file names them in another', () =>
    withModelFile(STEP_MODEL, async (path) => {
      const runtime = await openFake();
      const compiled = await runtime.compile(path, {
        device: 'CPU',
        shapes: { timestep: [1], sample: [1, 4] },
      });
      const request = compiled.createRequest();
      (request.input('timestep').data as BigInt64Array)[0] = 5n;
      (request.input('sample').data as Float32Array).fill(1);
      await request.infer();
      assert.deepEqual([...request.output('out_sample').data], [7, 7, 7, 7]);
    }));

  it('finishes a cancelled run before it rejects', () =>
    withModelFile(STEP_MODEL, async (path) => {
      const runtime = await openFake();
      assert.equal(runtime.cancelsMidway, false);
      const compiled = await runtime.compile(path, { device: 'CPU', shapes: { sample: [1, 4] } });
      const request = compiled.createRequest();
      (request.input('sample').data as Float32Array).fill(1);
      const run = request.infer();
      request.cancel();
      await assert.rejects(run, CancelledError);
      assert.equal(request.output(0).data[0], 2);
    }));

  for (const buildNumber of ['2026.3.1-1', '2025.4.0-1', '2027.0.0-1', '', null]) {
    it(`refuses release ${buildNumber ?? 'that tells no version'}`, () => {
      assert.throws(() => new NodeAddonRuntime(fakeAddon(buildNumber), 'x'), /Expected OpenVINO 2026\.4/);
    });
  }
});

describe('the fake addon', () => {
  it('has the trap of the real one: an object of inputs goes by the order of its keys', async () => {
    const { Tensor } = fakeAddon();
    const swapped = {
      timestep: new Tensor('i64', [1], BigInt64Array.of(1n)),
      sample: new Tensor('f32', [1], Float32Array.of(1)),
    };
    const taken: unknown[] = [];
    const request = new FakeInferRequest((inputs) => taken.push(...inputs));
    request.setOutputTensor(0, new Tensor('f32', [1], new Float32Array(1)));
    await request.inferAsync(swapped);
    assert.ok(taken[0] instanceof BigInt64Array, 'the first input is the first key');
  });
});
