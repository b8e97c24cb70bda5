import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CancelledError, RiffError } from '../../src/errors.ts';
import type { CompiledModel, CompileOptions, InferRequest, Runtime } from '../../src/openvino/runtime.ts';
import { selfTest } from '../../src/openvino/self-test.ts';
import { HALF_PRECISION_MODEL, powerModel, STEP_MODEL, stepModel, withModelFile } from './tiny-models.ts';

const CPU: CompileOptions = { device: 'CPU', properties: { INFERENCE_NUM_THREADS: '1' } };
const STEP_SHAPES = { sample: [2, 4] };
/** 24 multiplications of 640² matrices: a few hundred milliseconds on one core. */
const HEAVY_MODEL = powerModel(24);
const HEAVY_SIZE = 640;
const HEAVY: CompileOptions = { ...CPU, shapes: { x: [HEAVY_SIZE, HEAVY_SIZE] } };

/**
 * What every binding of OpenVINO has to keep. `absence` is why it cannot run here, or false.
 * `open` may also give an adapter over a fake, as long as that computes the tiny models.
 */
export function describeContract(name: string, open: () => Promise<Runtime>, absence: string | false): void {
  describe(`OpenVINO through ${name}`, { skip: absence }, () => {
    let runtime: Runtime;
    before(async () => {
      runtime = await open();
    });
    after(() => runtime.dispose());

    const compiling = <T>(
      xml: string,
      options: CompileOptions,
      work: (compiled: CompiledModel) => Promise<T>,
    ) =>
      withModelFile(xml, async (path) => {
        const compiled = await runtime.compile(path, options);
        try {
          return await work(compiled);
        } finally {
          await compiled.dispose();
        }
      });
    const stepping = (work: (request: InferRequest) => Promise<void>) =>
      compiling(STEP_MODEL, { ...CPU, shapes: STEP_SHAPES }, (compiled) => work(compiled.createRequest()));
    const heavy = (work: (request: InferRequest) => Promise<void>) =>
      compiling(HEAVY_MODEL, HEAVY, (compiled) => work(identityIn(compiled.createRequest())));

    it('tells a supported version, where it comes from, and a CPU among the devices', async () => {
      assert.match(runtime.version, /^2026\.\d+/);
      assert.notEqual(runtime.location, '');
      const cpu = (await runtime.devices()).find((device) => device.name === 'CPU');
      assert.ok(cpu !== undefined && cpu.fullName.length > 0, 'expected a named CPU');
    });

    it('reads names, element types and dynamic dimensions without compiling', async () => {
      const ports = await withModelFile(STEP_MODEL, (path) => runtime.readPorts(path));
      assert.deepEqual(ports.inputs, [
        { name: 'sample', elementType: 'f32', shape: [-1, 4] },
        { name: 'timestep', elementType: 'i64', shape: [1] },
      ]);
      assert.deepEqual(ports.outputs, [{ name: 'out_sample', elementType: 'f32', shape: [-1, 4] }]);
    });

    it('gives the compiled model the static shapes asked for and the names of the file', async () => {
      await compiling(STEP_MODEL, { ...CPU, shapes: STEP_SHAPES }, async ({ inputs, outputs }) => {
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

    it('computes with float and 64-bit integer inputs', () =>
      stepping(async (request) => {
        setStep(request, [1, 2, 3, 4, -1, -2, -3, 0.5], 7n);
        await request.infer();
        assert.deepEqual([...request.output('out_sample').data], [9, 11, 13, 15, 5, 3, 1, 8]);
      }));

    it('passes its self-test', async () => {
      const { executionDevices, inferencePrecision } = await selfTest(runtime, 'CPU');
      assert.match(executionDevices, /CPU/);
      assert.match(inferencePrecision, /^(f32|bf16|f16)$/);
      await assert.rejects(selfTest(runtime, 'ABACUS'), failsWith('openvino_failed', /ABACUS/));
    });

    it('keeps the same live memory over a hundred runs', () =>
      stepping(async (request) => {
        const output = request.output(0).data;
        for (let run = 0; run < 100; run++) {
          setStep(request, Array(8).fill(run), BigInt(run));
          await request.infer();
          assert.equal(output[7], 3 * run);
        }
        assert.equal(request.output('out_sample').data, output);
      }));

    it('starts with zeros in every tensor', () =>
      stepping(async (request) => {
        assert.deepEqual([...request.input('sample').data], Array(8).fill(0));
        assert.deepEqual([...request.output(0).data], Array(8).fill(0));
      }));

    it('binds scalars', () =>
      compiling(stepModel([]), { ...CPU, shapes: { sample: [1, 4] } }, async (compiled) => {
        assert.deepEqual(compiled.inputs[1]?.shape, []);
        const request = compiled.createRequest();
        setStep(request, [1, 2, 3, 4], 1n);
        await request.infer();
        assert.deepEqual([...request.output(0).data], [3, 5, 7, 9]);
      }));

    it('compiles from the path alone when the shapes are in the file', () =>
      compiling(
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
      compiling(STEP_MODEL, { ...CPU, shapes: STEP_SHAPES }, async (compiled) => {
        assert.equal(compiled.property('INFERENCE_NUM_THREADS'), '1');
        assert.throws(
          () => compiled.property('NO_SUCH_PROPERTY'),
          failsWith('openvino_failed', /NO_SUCH_PROPERTY/),
        );
      }));

    it('names the ports that exist when a wrong one is asked for', () =>
      stepping(async (request) => {
        assert.throws(
          () => request.input('nope'),
          failsWith('openvino_failed', /"sample".*"timestep".*"nope"/),
        );
        assert.throws(() => request.output(3), failsWith('openvino_failed', /"out_sample"/));
      }));

    const broken = [
      ['a cut file', STEP_MODEL.slice(0, STEP_MODEL.length / 2)],
      ['an empty file', ''],
      ['a file that is no model', '{"unet": true}'],
    ] as const;
    for (const [what, contents] of broken) {
      it(`calls ${what} an invalid model`, () =>
        withModelFile(contents, async (path) => {
          await assert.rejects(runtime.compile(path, CPU), failsWith('invalid_model', /model\.xml/));
          await assert.rejects(runtime.readPorts(path), failsWith('invalid_model', /model\.xml/));
        }));
    }

    it('calls a missing file an invalid model', async () => {
      await assert.rejects(
        runtime.compile('no/such/model.xml', CPU),
        failsWith('invalid_model', /no such file/i),
      );
    });

    const refusals: readonly (readonly [string, CompileOptions, RegExp])[] = [
      ['an unknown device', { device: 'ABACUS' }, /ABACUS/],
      ['an unknown property', { ...CPU, properties: { NO_SUCH_PROPERTY: '1' } }, /NO_SUCH_PROPERTY/],
      ['a shape for an input that does not exist', { ...CPU, shapes: { nope: [1] } }, /"sample".*"nope"/],
      [
        'a shape that does not fit',
        { ...CPU, shapes: { sample: [2, 4], timestep: [3] } },
        /"timestep":\[3\]/,
      ],
    ];
    for (const [what, options, message] of refusals) {
      it(`refuses ${what}`, () =>
        withModelFile(STEP_MODEL, (path) =>
          assert.rejects(runtime.compile(path, options), failsWith('openvino_failed', message)),
        ));
    }

    it('refuses a request while a shape is dynamic', () =>
      compiling(STEP_MODEL, CPU, async (compiled) => {
        assert.throws(() => compiled.createRequest(), failsWith('openvino_failed', /"sample".*\[\?, 4\]/));
      }));

    it('refuses half precision at the edges', () =>
      compiling(HALF_PRECISION_MODEL, CPU, async (compiled) => {
        assert.throws(() => compiled.createRequest(), failsWith('openvino_failed', /"sample".*f16/));
      }));

    it('refuses a second run while one is running', () =>
      heavy(async (request) => {
        const first = request.infer();
        await assert.rejects(request.infer(), failsWith('openvino_failed', /running/));
        await first;
      }));

    it('lets the event loop turn during a run', () =>
      heavy(async (request) => {
        let isRunning = true;
        const run = request.infer().finally(() => {
          isRunning = false;
        });
        let turns = 0;
        while (isRunning) {
          await nextTurn();
          turns++;
        }
        await run;
        assert.ok(turns > 2, `expected the loop to turn, it did ${turns} times`);
      }));

    it('cancels a run and works again afterwards', () =>
      heavy(async (request) => {
        const output = request.output('y').data as Float32Array;
        output.fill(-1);
        const run = request.infer();
        request.cancel();
        await assert.rejects(run, CancelledError);
        if (runtime.cancelsMidway) assert.equal(output[0], -1, 'the run went on to its end');
        await request.infer();
        assert.deepEqual([output[0], output[1], output[HEAVY_SIZE + 1]], [1, 0, 1]);
      }));

    it('ignores a cancel while nothing runs', () =>
      stepping(async (request) => {
        request.cancel();
        setStep(request, Array(8).fill(1), 1n);
        await request.infer();
        request.cancel();
        await request.infer();
        assert.equal(request.output(0).data[0], 3);
      }));

    it('survives cancels at any moment of a run', () =>
      stepping(async (request) => {
        for (let run = 0; run < 100; run++) {
          const outcome = request.infer().catch((error: unknown) => error);
          for (let turn = 0; turn < run % 4; turn++) await nextTurn();
          request.cancel();
          const error = await outcome;
          assert.ok(error === undefined || error instanceof CancelledError, String(error));
        }
        setStep(request, Array(8).fill(2), 0n);
        await request.infer();
        assert.equal(request.output(0).data[0], 4);
      }));

    it('waits for a run in flight when everything is disposed, and refuses work afterwards', () =>
      withModelFile(HEAVY_MODEL, async (path) => {
        const own = await open();
        const compiled = await own.compile(path, HEAVY);
        const request = identityIn(compiled.createRequest());
        const order: string[] = [];
        const run = request.infer().then(() => order.push('run'));
        await own.dispose().then(() => order.push('dispose'));
        await run;
        assert.deepEqual(order, ['run', 'dispose']);
        await Promise.all([own.dispose(), compiled.dispose(), request.dispose()]);
        await assert.rejects(request.infer(), failsWith('openvino_failed', /disposed/));
        assert.throws(() => request.input(0), failsWith('openvino_failed', /disposed/));
        assert.throws(() => compiled.createRequest(), failsWith('openvino_failed', /disposed/));
        await assert.rejects(own.compile(path, CPU), failsWith('openvino_failed', /disposed/));
      }));

    it('runs two requests of one model side by side', () =>
      compiling(STEP_MODEL, { ...CPU, shapes: STEP_SHAPES }, async (compiled) => {
        const requests = [compiled.createRequest(), compiled.createRequest()];
        for (const [index, request] of requests.entries()) setStep(request, Array(8).fill(index), 10n);
        await Promise.all(requests.map((request) => request.infer()));
        assert.deepEqual(
          requests.map((request) => request.output(0).data[0]),
          [10, 12],
        );
      }));

    it('gives native memory back over 2,000 requests', () =>
      compiling(STEP_MODEL, { ...CPU, shapes: { sample: [4096, 4] } }, async (compiled) => {
        const cycle = async (count: number) => {
          for (let index = 0; index < count; index++) {
            const request = compiled.createRequest();
            if (index % 20 === 0) await request.infer();
            await request.dispose();
          }
        };
        await cycle(200);
        const before = process.memoryUsage.rss();
        await cycle(2000);
        const grownMiB = (process.memoryUsage.rss() - before) / 2 ** 20;
        // Each request holds 128 KiB of tensors: kept, they would be 250 MiB.
        assert.ok(grownMiB < 100, `grew by ${grownMiB.toFixed(0)} MiB`);
      }));
  });
}

function setStep(request: InferRequest, sample: readonly number[], timestep: bigint): void {
  (request.input('sample').data as Float32Array).set(sample);
  (request.input('timestep').data as BigInt64Array)[0] = timestep;
}

function identityIn(request: InferRequest): InferRequest {
  const x = request.input('x').data as Float32Array;
  for (let index = 0; index < x.length; index += HEAVY_SIZE + 1) x[index] = 1;
  return request;
}

function failsWith(code: RiffError['code'], message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof RiffError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  };
}
