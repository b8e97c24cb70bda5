import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CancelledError } from '../../../src/errors.ts';
import { locateLibraries } from '../../../src/openvino/locate.mjs';
import { NodeAddonRuntime } from '../../../src/openvino/node-addon/node-addon-runtime.ts';
import { describeContract } from '../contract/contract.ts';
import { type StandInOptions, standInAddon } from '../stand-in/addon.ts';
import { NAMELESS_MODEL, STEP_MODEL, withModelFile } from '../tiny-models.ts';

const [library] = locateLibraries(process.env).usable;
const skip = library === undefined && 'the stand-in computes with OpenVINO’s C library, which is not here';

const standIn = (options?: StandInOptions) => standInAddon(library?.path ?? '', options);
const openStandIn = async (options?: StandInOptions) => new NodeAddonRuntime(standIn(options), 'a stand-in');

describeContract('the openvino-node adapter over a stand-in', openStandIn, skip);

describe('the openvino-node adapter', { skip }, () => {
  it('asks no port without a name for it: some releases end the process', () =>
    withModelFile(NAMELESS_MODEL, async (path) => {
      const runtime = await openStandIn({ nameless: () => assert.fail('the process would have ended') });
      const { inputs, outputs } = await runtime.readPorts(path);
      assert.deepEqual([inputs[0]?.name, outputs[0]?.name], ['input0', 'output0']);
    }));

  it('goes by the order of the ports even where the file names them in another', () =>
    withModelFile(STEP_MODEL, async (path) => {
      const runtime = await openStandIn();
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
      const runtime = await openStandIn();
      assert.equal(runtime.cancelsMidway, false);
      const compiled = await runtime.compile(path, { device: 'CPU', shapes: { sample: [1, 4] } });
      const request = compiled.createRequest();
      (request.input('sample').data as Float32Array).fill(1);
      const run = request.infer();
      request.cancel();
      await assert.rejects(run, CancelledError);
      assert.equal(request.output(0).data[0], 2);
    }));

  it('calls a run that fails after its cancel cancelled, as the C API does', () =>
    withModelFile(STEP_MODEL, async (path) => {
      const runtime = await openStandIn();
      const compiled = await runtime.compile(path, { device: 'CPU', shapes: { sample: [1, 4] } });
      const request = compiled.createRequest();
      // The stand-in reads its inputs during a run: without their memory every run fails.
      const { buffer } = request.input('sample').data;
      structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
      const run = request.infer();
      request.cancel();
      await assert.rejects(run, CancelledError);
      await assert.rejects(request.infer(), { code: 'openvino_failed' });
    }));

  for (const buildNumber of ['2026.3.1-1', '2025.4.0-1', '2027.0.0-1', '', null]) {
    it(`refuses release ${buildNumber ?? 'that tells no version'}`, () => {
      assert.throws(() => new NodeAddonRuntime(standIn({ buildNumber }), 'x'), /expected OpenVINO 2026\.4/);
    });
  }
});

describe('the stand-in for the addon', { skip }, () => {
  it('has the trap of the real one: an object of inputs goes by the order of its keys', () =>
    withModelFile(STEP_MODEL, async (path) => {
      const { Core, Tensor } = standIn();
      const core = new Core();
      const model = (await core.readModel(path)).reshape(new Map([[0, '[1,4]']]));
      const request = (await core.compileModel(model, 'CPU', {})).createInferRequest();
      const swapped = {
        timestep: new Tensor('i64', [1], BigInt64Array.of(1n)),
        sample: new Tensor('f32', [1, 4], new Float32Array(4)),
      };
      await assert.rejects(request.inferAsync(Object.values(swapped)), /does not fit/);
    }));
});
