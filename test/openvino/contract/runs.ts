import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CancelledError } from '../../../src/errors.ts';
import { STEP_MODEL, stepModel, withModelFile } from '../tiny-models.ts';
import {
  type Bench,
  CPU,
  failsWith,
  HEAVY,
  HEAVY_MODEL,
  HEAVY_SIZE,
  identityIn,
  STEP_SHAPES,
  setStep,
} from './bench.ts';
import { collectGarbage, growthBySpan, isLeak } from './memory.ts';

const REQUESTS_PER_SPAN = 50;
/** Collected often, so that memory not yet freed stays small beside that of a whole span. */
const REQUESTS_PER_COLLECTION = 10;
/** Two tensors of 512 KiB. */
const REQUEST_BYTES = 1024 * 1024;

/** Tensors, inference, cancelling and disposing. */
export function testRuns(on: Bench): void {
  it('computes with float and 64-bit integer inputs', () =>
    on.stepping(async (request) => {
      setStep(request, [1, 2, 3, 4, -1, -2, -3, 0.5], 7n);
      await request.infer();
      assert.deepEqual([...request.output('out_sample').data], [9, 11, 13, 15, 5, 3, 1, 8]);
    }));

  it('keeps the same live memory over a hundred runs', () =>
    on.stepping(async (request) => {
      const output = request.output(0).data;
      for (let run = 0; run < 100; run++) {
        setStep(request, Array(8).fill(run), BigInt(run));
        await request.infer();
        assert.equal(output[7], 3 * run);
      }
      assert.equal(request.output('out_sample').data, output);
    }));

  it('starts with zeros in every tensor', () =>
    on.stepping(async (request) => {
      assert.deepEqual([...request.input('sample').data], Array(8).fill(0));
      assert.deepEqual([...request.output(0).data], Array(8).fill(0));
    }));

  it('binds scalars', () =>
    on.compiling(stepModel([]), { ...CPU, shapes: { sample: [1, 4] } }, async (compiled) => {
      assert.deepEqual(compiled.inputs[1]?.shape, []);
      const request = compiled.createRequest();
      setStep(request, [1, 2, 3, 4], 1n);
      await request.infer();
      assert.deepEqual([...request.output(0).data], [3, 5, 7, 9]);
    }));

  it('names the ports that exist when a wrong one is asked for', () =>
    on.stepping(async (request) => {
      assert.throws(
        () => request.input('nope'),
        failsWith('openvino_failed', /"sample".*"timestep".*"nope"/),
      );
      assert.throws(() => request.output(3), failsWith('openvino_failed', /"out_sample"/));
    }));

  it('refuses a second run while one is running', () =>
    on.heavy(async (request) => {
      const first = request.infer();
      await assert.rejects(request.infer(), failsWith('openvino_failed', /running/));
      await first;
    }));

  it('lets the event loop turn during a run', () =>
    on.heavy(async (request) => {
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
    on.heavy(async (request) => {
      const output = request.output('y').data as Float32Array;
      output.fill(-1);
      const run = request.infer();
      request.cancel();
      await assert.rejects(run, CancelledError);
      if (on.runtime.cancelsMidway) assert.equal(output[0], -1, 'the run went on to its end');
      await request.infer();
      assert.deepEqual([output[0], output[1], output[HEAVY_SIZE + 1]], [1, 0, 1]);
    }));

  it('ignores a cancel while nothing runs', () =>
    on.stepping(async (request) => {
      request.cancel();
      setStep(request, Array(8).fill(1), 1n);
      await request.infer();
      request.cancel();
      await request.infer();
      assert.equal(request.output(0).data[0], 3);
    }));

  it('survives cancels at any moment of a run', () =>
    on.stepping(async (request) => {
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
      const own = await on.open();
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
    on.compiling(STEP_MODEL, { ...CPU, shapes: STEP_SHAPES }, async (compiled) => {
      const requests = [compiled.createRequest(), compiled.createRequest()];
      for (const [index, request] of requests.entries()) setStep(request, Array(8).fill(index), 10n);
      await Promise.all(requests.map((request) => request.infer()));
      assert.deepEqual(
        requests.map((request) => request.output(0).data[0]),
        [10, 12],
      );
    }));

  it('gives the native memory of its requests back', () =>
    on.compiling(STEP_MODEL, { ...CPU, shapes: { sample: [32_768, 4] } }, async (compiled) => {
      const growth = await growthBySpan(async () => {
        for (let index = 0; index < REQUESTS_PER_SPAN; index++) {
          const request = compiled.createRequest();
          const isLast = index % REQUESTS_PER_COLLECTION === REQUESTS_PER_COLLECTION - 1;
          if (isLast) await request.infer();
          await request.dispose();
          if (isLast) await collectGarbage();
        }
      });
      const mebibytes = growth.map((bytes) => (bytes / 2 ** 20).toFixed(0)).join(', ');
      assert.ok(!isLeak(growth, REQUESTS_PER_SPAN * REQUEST_BYTES), `grew by ${mebibytes} MiB`);
    }));
}
