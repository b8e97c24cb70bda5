import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { CompileOptions } from '../../../src/openvino/runtime.ts';
import { selfTest } from '../../../src/openvino/self-test.ts';
import {
  HALF_PRECISION_MODEL,
  MERGED_NAMES_MODEL,
  NAMELESS_MODEL,
  STEP_MODEL,
  withModelFile,
} from '../tiny-models.ts';
import { type Bench, CPU, failsWith, STEP_SHAPES, setStep } from './bench.ts';

/** Devices, files, ports, shapes and properties. */
export function testModels(on: Bench): void {
  it('tells a supported version, where it comes from, and a CPU among the devices', async () => {
    assert.match(on.runtime.version, /^2026\.\d+/);
    assert.notEqual(on.runtime.location, '');
    const cpu = (await on.runtime.devices()).find((device) => device.name === 'CPU');
    assert.ok(cpu !== undefined && cpu.fullName.length > 0, 'expected a named CPU');
  });

  it('reads names, element types and dynamic dimensions without compiling', async () => {
    const ports = await withModelFile(STEP_MODEL, (path) => on.runtime.readPorts(path));
    assert.deepEqual(ports.inputs, [
      { name: 'sample', elementType: 'f32', shape: [-1, 4] },
      { name: 'timestep', elementType: 'i64', shape: [1] },
    ]);
    assert.deepEqual(ports.outputs, [{ name: 'out_sample', elementType: 'f32', shape: [-1, 4] }]);
  });

  it('gives the compiled model the static shapes asked for and the names of the file', async () => {
    await on.compiling(STEP_MODEL, { ...CPU, shapes: STEP_SHAPES }, async ({ inputs, outputs }) => {
      assert.deepEqual(
        [...inputs, ...outputs].map((port) => [port.name, port.shape]),
        [
          ['sample', [2, 4]],
          ['timestep', [1]],
          ['out_sample', [2, 4]],
        ],
      );
    });
  });

  for (const shapes of [undefined, { sample: [2, 4] }]) {
    it(`keeps the names of the file ${shapes ? 'after a reshape' : 'from the path'} where compiling merges others in`, () =>
      on.compiling(MERGED_NAMES_MODEL, shapes ? { ...CPU, shapes } : CPU, async (compiled) => {
        assert.equal(compiled.inputs[0]?.name, 'sample');
        const request = compiled.createRequest();
        (request.input('sample').data as Float32Array).fill(2);
        await request.infer();
        assert.equal(request.output('out_sample').data[0], 4);
      }));
  }

  for (const shapes of [undefined, { input0: [2, 4] }]) {
    it(`calls ports without names after their place, ${shapes ? 'reshaped' : 'from the path'}`, () =>
      on.compiling(NAMELESS_MODEL, shapes ? { ...CPU, shapes } : CPU, async (compiled) => {
        assert.deepEqual(
          [...compiled.inputs, ...compiled.outputs].map(({ name }) => name),
          ['input0', 'output0'],
        );
        const request = compiled.createRequest();
        (request.input('input0').data as Float32Array).fill(2);
        await request.infer();
        assert.equal(request.output('output0').data[0], 4);
      }));
  }

  it('compiles from the path alone when the shapes are in the file', () =>
    on.compiling(
      STEP_MODEL.replaceAll('?,4', '1,4').replaceAll('<dim>-1</dim>', '<dim>1</dim>'),
      CPU,
      async (it) => {
        const request = it.createRequest();
        setStep(request, [1, 2, 3, 4], 1n);
        await request.infer();
        assert.deepEqual([...request.output(0).data], [3, 5, 7, 9]);
      },
    ));

  it('reports properties as text', () =>
    on.compiling(STEP_MODEL, { ...CPU, shapes: STEP_SHAPES }, async (compiled) => {
      assert.equal(compiled.property('INFERENCE_NUM_THREADS'), '1');
      assert.equal(compiled.property('PERF_COUNT'), 'NO');
      assert.equal(compiled.property('EXECUTION_DEVICES'), 'CPU');
      assert.match(compiled.property('SUPPORTED_PROPERTIES'), /^\w+( \w+)+$/);
      assert.throws(
        () => compiled.property('NO_SUCH_PROPERTY'),
        failsWith('openvino_failed', /NO_SUCH_PROPERTY/),
      );
    }));

  const broken = [
    ['a cut file', STEP_MODEL.slice(0, STEP_MODEL.length / 2)],
    ['an empty file', ''],
    ['a file that is no model', '{"unet": true}'],
  ] as const;
  for (const [what, contents] of broken) {
    it(`calls ${what} an invalid model`, () =>
      withModelFile(contents, async (path) => {
        await assert.rejects(on.runtime.compile(path, CPU), failsWith('invalid_model', /model\.xml/));
        await assert.rejects(on.runtime.readPorts(path), failsWith('invalid_model', /model\.xml/));
      }));
  }

  it('calls a missing file an invalid model', async () => {
    await assert.rejects(
      on.runtime.compile('no/such/model.xml', CPU),
      failsWith('invalid_model', /no such file/i),
    );
  });

  const refusals: readonly (readonly [string, CompileOptions, RegExp])[] = [
    ['an unknown device', { device: 'ABACUS' }, /ABACUS/],
    ['an unknown property', { ...CPU, properties: { NO_SUCH_PROPERTY: '1' } }, /NO_SUCH_PROPERTY/],
    ['a shape for an input that does not exist', { ...CPU, shapes: { nope: [1] } }, /"sample".*"nope"/],
    ['a shape that does not fit', { ...CPU, shapes: { sample: [2, 4], timestep: [3] } }, /"timestep":\[3\]/],
  ];
  for (const [what, options, message] of refusals) {
    it(`refuses ${what}`, () =>
      withModelFile(STEP_MODEL, (path) =>
        assert.rejects(on.runtime.compile(path, options), failsWith('openvino_failed', message)),
      ));
  }

  it('refuses a request while a shape is dynamic', () =>
    on.compiling(STEP_MODEL, CPU, async (compiled) => {
      assert.throws(() => compiled.createRequest(), failsWith('openvino_failed', /"sample".*\[\?, 4\]/));
    }));

  it('refuses half precision at the edges', () =>
    on.compiling(HALF_PRECISION_MODEL, CPU, async (compiled) => {
      assert.throws(() => compiled.createRequest(), failsWith('openvino_failed', /"sample".*f16/));
    }));

  it('passes its self-test', async () => {
    const { executionDevices, inferencePrecision } = await selfTest(on.runtime, 'CPU');
    assert.match(executionDevices, /CPU/);
    assert.match(inferencePrecision ?? '', /^(f32|bf16|f16)$/);
    await assert.rejects(selfTest(on.runtime, 'ABACUS'), failsWith('openvino_failed', /ABACUS/));
  });
}
